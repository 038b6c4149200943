package conntest

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/deskhaul/deskhaul/desk"
)

// atOnceFrom writes n tickets at the same time, each with the messages that have
// to be appended, and keeps what was written from place first on.
func (r *rig) atOnceFrom(ctx context.Context, first, n int, want []*desk.Ticket, ids []desk.ID) error {
	d, err := r.open(ctx)
	if err != nil {
		return err
	}
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		t := simple(desk.ID(fmt.Sprintf("side%d", first+i)), "first", "second")
		t.Messages[0].Files = []desk.File{Bytes("same.txt", "text/plain", []byte("the same in each"))}
		whole := r.link(t)
		want[first+i] = whole.(*desk.Ticket)
		head, rest := r.cut(whole)
		wg.Go(func() {
			got, err := d.Create(ctx, head)
			ids[first+i] = got.ID
			for j := range rest {
				if err == nil {
					_, err = d.Append(ctx, got.ID, &rest[j])
				}
			}
			errs[i] = err
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}
