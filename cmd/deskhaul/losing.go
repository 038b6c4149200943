package main

import (
	"hash/maphash"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// losing counts the tickets that lose something. What is told of a ticket comes between
// its beginning and its outcome, so that only tickets under way are remembered; of those
// that were held and come again, a number.
type losing struct {
	tickets int64
	under   map[desk.ID]bool
	order   []desk.ID // those under way, the first one first
	held    map[uint64]bool
	seed    maphash.Seed
}

func newLosing() *losing {
	return &losing{under: map[desk.ID]bool{}, held: map[uint64]bool{}, seed: maphash.MakeSeed()}
}

// mostUnder is far more than there are tickets under way at once. What is told of a
// ticket after its outcome would stay for ever.
const mostUnder = 4096

func (l *losing) event(e pipeline.Event) {
	id := ticketIn(e)
	switch {
	case id == "":
	case e.Loss != nil && !e.Loss.Kept && !l.under[id]:
		if l.order = append(l.order, id); len(l.order) > mostUnder {
			delete(l.under, l.order[0])
			l.order = l.order[1:]
		}
		l.under[id] = true
	case e.Outcome != "" && e.Kind == desk.KindTicket && l.under[id]:
		delete(l.under, id)
		number := maphash.String(l.seed, string(id))
		if !l.held[number] {
			l.tickets++
		}
		if e.Outcome == pipeline.Held {
			l.held[number] = true
		}
	}
}
