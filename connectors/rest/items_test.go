package rest

import (
	"context"
	"errors"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
)

// A reading ends where its caller leaves it, is cancelled or fails, and says why once.
func TestItemsEnd(t *testing.T) {
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		leave, cancel int // at which item
		fail          error
		items         int
		err           error
	}{
		"all is read":         {items: 3},
		"the caller leaves":   {leave: 2, items: 2},
		"it is cancelled":     {cancel: 2, items: 2, err: context.Canceled},
		"the reading fails":   {fail: broken, items: 3, err: broken},
		"it left, and failed": {leave: 3, fail: broken, items: 3},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			items, errs := 0, []error(nil)
			for _, err := range Items(ctx, func(give Give) error {
				for range 3 {
					if err := give(connectors.Item{}); err != nil {
						return err
					}
				}
				return c.fail
			}) {
				if err != nil {
					errs = append(errs, err)
					continue
				}
				if items++; items == c.cancel {
					cancel()
				}
				if items == c.leave {
					break
				}
			}
			if items != c.items || len(errs) > 1 || !errors.Is(errors.Join(errs...), c.err) {
				t.Errorf("%d items, errors %v", items, errs)
			}
		})
	}
}
