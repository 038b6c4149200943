package pipeline_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// A target that goes away is waited for once, however many records there are, and whoever
// watches hears of it.
func TestVerifyWaitsOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, far, _ := damaged(t, 60)
		far.all = 0
		far.fail = func(n int, _ desk.ID) error {
			if n > 20 {
				return connectors.ErrBusy
			}
			return nil
		}
		h.Workers = 1
		v := h.verification("away")
		v.Patience = 4 * time.Second
		var told []time.Duration
		v.Waits = func(most time.Duration, err error) {
			if errors.Is(err, connectors.ErrBusy) {
				told = append(told, most)
			}
		}
		began := time.Now()
		err := v.Go(t.Context())
		if !errors.Is(err, pipeline.ErrAway) || !strings.Contains(err.Error(), "20 records in a row") {
			t.Error(err)
		}
		if spent := time.Since(began); spent > 16*time.Second {
			t.Errorf("it was waited for %s, 20 records with a patience of 4 s", spent)
		}
		if len(told) != 1 || told[0] > time.Second {
			t.Errorf("told of waits of %s", told)
		}
	})
}

// A target that takes no such credentials is not away.
func TestVerifyWithoutCredentials(t *testing.T) {
	t.Parallel()
	h, far, _ := damaged(t, 10)
	far.fail = func(int, desk.ID) error { return connectors.ErrDenied }
	if err := h.verification("denied").Go(t.Context()); err == nil || errors.Is(err, pipeline.ErrAway) || strings.Contains(err.Error(), "answers") || strings.Contains(err.Error(), "in a row") {
		t.Error(err)
	}
}
