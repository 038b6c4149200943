package pipeline

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
)

// slowMaker takes its time to tell what became of a job.
type slowMaker struct {
	connectors.Bulk
	asked int
}

func (m *slowMaker) Await(context.Context, connectors.Job) ([]connectors.Receipt, []error, error) {
	m.asked++
	time.Sleep(time.Hour)
	return []connectors.Receipt{{ID: "1"}}, []error{nil}, nil
}

// A job is asked for once, however many records wait for what it came to; and who
// waits stops waiting when the run is stopped.
func TestJobIsAwaitedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := new(slowMaker)
		j := &jobs{maker: m}
		ended := make(chan error)
		for range 3 {
			go func() {
				_, err := j.end(t.Context(), "job")
				ended <- err
			}()
		}
		synctest.Wait()
		ctx, stop := context.WithTimeout(t.Context(), time.Minute)
		defer stop()
		began := time.Now()
		if _, err := j.end(ctx, "job"); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Minute {
			t.Errorf("a run that is stopped waits %s: %v", time.Since(began), err)
		}
		for range 3 {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
		if m.asked != 1 {
			t.Errorf("it was asked for %d times", m.asked)
		}
	})
}
