package pipeline_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// A run after a kill waits at its end until it can be told what arrived, if that is not
// long, and says so; else it ends with what waits.
func TestRunLingers(t *testing.T) {
	for name, c := range map[string]struct {
		linger time.Duration
		want   checkpoints.Count
	}{
		"long enough": {time.Minute, checkpoints.Count{Read: 1, Created: 1}},
		"not so long": {time.Millisecond, checkpoints.Count{Read: 1, Held: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				src, dst := new(mem.Desk), &mem.Desk{Knobs: mem.Knobs{SearchLag: 1500 * time.Millisecond}}
				fill(t, src, simpleTicket("one", fill(t, src, &desk.Contact{Name: "A", Emails: []string{"a@a.test"}})[0]))
				h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
				dst.Fail = func(verb string, r any) (before, after error) {
					if _, ok := r.(*desk.Ticket); ok && verb == "create" {
						h.life.dead.Store(true)
					}
					return nil, nil
				}
				h.Run++
				if _, err := h.Go(t.Context()); err == nil {
					t.Fatal("it was not killed")
				}
				dst.Fail = nil
				h.open(t)
				told, watch := 0, h.Watch
				h.Linger, h.Watch = c.linger, func(e pipeline.Event) {
					if watch(e); e.Linger > 0 {
						told++
					}
				}
				n := h.run(t)[desk.KindTicket]
				n.Created += n.Updated + n.Unchanged // the run before made it
				n.Updated, n.Unchanged = 0, 0
				if n != c.want || (told > 0) != (c.want.Held == 0) || dst.CountOf(desk.KindTicket) != 1 {
					t.Errorf("%+v, %d tickets there, told %d times", n, dst.CountOf(desk.KindTicket), told)
				}
			})
		})
	}
}
