package pipeline_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// slow answers looks only when they are given up.
type slow struct{ *mem.Desk }

func (slow) Fetch(ctx context.Context, _ desk.Kind, id desk.ID) (desk.Record, error) {
	select {
	case <-ctx.Done():
		return nil, errors.Join(ctx.Err(), connectors.ErrUnsure)
	case <-time.After(time.Minute):
		return nil, errors.New("nobody gave up")
	}
}

// Who stops a rollback does not wait for a look that is under way, and is told nothing of
// what was being looked at.
func TestRollbackStopsAtOnce(t *testing.T) {
	src, dst := verifiable(), new(mem.Desk)
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.run(t)
	h.Target = slow{dst}
	ctx, stop := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer stop()
	began := time.Now()
	err := (&pipeline.Rollback{Pipeline: h.Pipeline, Do: true}).Go(ctx)
	if took := time.Since(began); err == nil || err.Error() != ctx.Err().Error() || took > 5*time.Second {
		t.Errorf("%v after %v", err, took)
	}
	h.Target = dst
	if gone, left := h.rollback(t, 0, true); len(gone) != 5 || len(left) > 0 {
		t.Errorf("deleted %q, left %q", gone, left)
	}
}

// What is gone already is told apart from what is deleted.
func TestRollbackTellsWhatIsGoneAlready(t *testing.T) {
	src, dst := verifiable(), new(mem.Desk)
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.run(t)
	if err := dst.Delete(t.Context(), desk.KindTicket, subjectOf(t, dst, "subject 2").ID); err != nil {
		t.Fatal(err)
	}
	for _, do := range []bool{false, true} {
		var gone []desk.ID
		b := &pipeline.Rollback{Pipeline: h.Pipeline, Do: do, Told: func(u pipeline.Undone) {
			if u.Gone {
				gone = append(gone, u.ID)
			}
		}}
		if err := b.Go(t.Context()); err != nil || len(gone) != 1 || gone[0] != "2" {
			t.Errorf("gone already: %q, %v", gone, err)
		}
	}
}
