package pipeline_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// shared are two sources that name the same contact, moved to one target: the first in
// run 1, the second, of which there is one ticket, in run 2.
func shared(t *testing.T) (legs []*hop, dst *mem.Desk) {
	t.Helper()
	first, second := verifiable(), verifiable()
	for _, id := range []desk.ID{"2", "3", "4"} {
		if err := second.Delete(t.Context(), desk.KindTicket, id); err != nil {
			t.Fatal(err)
		}
	}
	dst = new(mem.Desk)
	a := newHop(t, first, mem.Spec().Reads, dst, mem.Spec().Writes)
	a.Join = true
	a.run(t)
	p := *a.Pipeline
	b := &hop{Pipeline: &p, path: a.path, life: a.life}
	b.Source, b.Watch = second, b.watch
	b.Marks = func(k desk.Kind, p, id desk.ID) string { return "second " + testMark(k, p, id) }
	var err error
	if b.Ledger, err = a.Store.Ledger(t.Context(), checkpoints.Pair{Route: "r", Source: "s2", Target: "t", Account: "a"}); err != nil {
		t.Fatal(err)
	}
	b.run(t)
	if dst.CountOf(desk.KindContact) != 1 || dst.CountOf(desk.KindTicket) != 5 {
		t.Fatalf("%d contacts, %d tickets", dst.CountOf(desk.KindContact), dst.CountOf(desk.KindTicket))
	}
	return []*hop{a, b}, dst
}

// rollBack takes back what several sources brought.
func rollBack(t *testing.T, of int64, do bool, legs ...*hop) (gone, left []string) {
	t.Helper()
	var all []*pipeline.Rollback
	for i, h := range legs {
		all = append(all, &pipeline.Rollback{Pipeline: h.Pipeline, Of: of, Do: do, Told: func(u pipeline.Undone) {
			if u.Deleted {
				gone = append(gone, fmt.Sprint(i+1, " ", u.Kind, " ", u.ID))
			} else {
				left = append(left, fmt.Sprintf("%d %s %s: %s", i+1, u.Kind, u.ID, u.Why))
			}
		}})
	}
	if err := pipeline.RollBack(t.Context(), all...); err != nil {
		t.Fatal(err)
	}
	return gone, left
}

const refersTo = "something that stays refers to it"

// Whom a ticket of another source needs that stays, stays with it.
func TestRollbackLeavesWhomAnotherSourceNeeds(t *testing.T) {
	legs, dst := shared(t)
	row, _, err := legs[1].Ledger.Row(t.Context(), desk.KindTicket, "", "1")
	if err != nil {
		t.Fatal(err)
	}
	there, err := dst.Fetch(t.Context(), desk.KindTicket, row.Target)
	if err != nil {
		t.Fatal(err)
	}
	there.(*desk.Ticket).Status = desk.StatusSolved
	dst.Seed(there)
	for _, do := range []bool{false, true} {
		gone, left := rollBack(t, 0, do, legs...)
		if len(gone) != 4 || !slices.Equal(left, []string{"2 ticket 1: somebody changed it since: status", "1 contact c1: " + refersTo}) {
			t.Errorf("deleted %q, left %q", gone, left)
		}
	}
}

// All of two sources goes where nobody touched it, with whom they share.
func TestRollbackOfTwoSources(t *testing.T) {
	legs, dst := shared(t)
	gone, left := rollBack(t, 0, true, legs...)
	if len(gone) != 6 || len(left) > 0 || dst.CountOf(desk.KindContact)+dst.CountOf(desk.KindTicket) > 0 {
		t.Errorf("deleted %q, left %q", gone, left)
	}
	for _, h := range legs {
		if n := h.run(t)[desk.KindTicket]; n.Failed+n.Held > 0 {
			t.Errorf("anew: %+v", n)
		}
		if _, found := h.verified(t); len(found) > 0 {
			t.Errorf("%+v", found)
		}
	}
}

// Of one run nobody is taken back whom a later run's tickets of another source refer to,
// also where that source is no longer in the project; and all goes once they are gone.
func TestRollbackOfOneRunOfTwoSources(t *testing.T) {
	legs, dst := shared(t)
	if gone, left := rollBack(t, 1, false, legs...); len(gone) != 4 || !slices.Equal(left, []string{"1 contact c1: " + refersTo}) {
		t.Errorf("deleted %q, left %q", gone, left)
	}
	var left []string
	alone := &pipeline.Rollback{Pipeline: legs[0].Pipeline, Beside: []checkpoints.Ledger{legs[1].Ledger}, Told: func(u pipeline.Undone) {
		if !u.Deleted {
			left = append(left, string(u.Kind)+": "+u.Why)
		}
	}}
	if err := alone.Go(t.Context()); err != nil || !slices.Equal(left, []string{"contact: " + refersTo}) {
		t.Errorf("left %q, %v", left, err)
	}
	rollBack(t, 2, true, legs...)
	if gone, left := rollBack(t, 1, true, legs...); len(gone) != 5 || len(left) > 0 || dst.CountOf(desk.KindContact)+dst.CountOf(desk.KindTicket) > 0 {
		t.Errorf("deleted %q, left %q", gone, left)
	}
}

// A rollback is killed when it has deleted somebody whom two sources share: the runs after it
// make them anew, for both.
func TestKilledOverASharedPerson(t *testing.T) {
	legs, dst := shared(t)
	dst.Fail = func(verb string, r any) (before, after error) {
		if id, is := r.(desk.ID); is && verb == "delete" && strings.HasPrefix(string(id), "c") {
			legs[0].life.dead.Store(true)
		}
		return nil, nil
	}
	var all []*pipeline.Rollback
	for _, h := range legs {
		all = append(all, &pipeline.Rollback{Pipeline: h.Pipeline, Do: true})
	}
	if err := pipeline.RollBack(t.Context(), all...); err == nil || dst.CountOf(desk.KindContact) != 0 {
		t.Fatalf("%v, %d contacts", err, dst.CountOf(desk.KindContact))
	}
	dst.Fail = nil
	legs[0].life.dead.Store(false)
	reopened(t, legs)
	for range 2 {
		for i, h := range legs {
			h.Run += 10
			h.run(t)
			if left := h.waits(t); len(left) > 0 {
				t.Errorf("leg %d: %q wait", i, left)
			}
		}
	}
	for i, h := range legs {
		if _, found := h.verified(t); len(differences(found)) > 0 {
			t.Errorf("leg %d: %+v", i, found)
		}
	}
	if n := dst.CountOf(desk.KindContact); n != 1 || dst.CountOf(desk.KindTicket) != 5 {
		t.Errorf("%d contacts, %d tickets", n, dst.CountOf(desk.KindTicket))
	}
}

// reopened opens the ledger of several legs as after a kill.
func reopened(t *testing.T, legs []*hop) {
	t.Helper()
	legs[0].open(t)
	var err error
	legs[1].Store = legs[0].Store
	if legs[1].Ledger, err = legs[0].Store.Ledger(t.Context(), checkpoints.Pair{Route: "r", Source: "s2", Target: "t", Account: "a"}); err != nil {
		t.Fatal(err)
	}
}
