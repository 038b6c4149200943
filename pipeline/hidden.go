package pipeline

import (
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// A ticket that people at the target have put where nobody looks still stands: it is not
// made again and not deleted, and nothing is written to it that nobody would see.

// hidden tells where a ticket of the target's lies that nobody sees, as connectors.Hider
// says it; "" if people see it.
func (p *Pipeline) hidden(there desk.Record) string {
	hider, can := p.Target.(connectors.Hider)
	ticket, ok := there.(*desk.Ticket)
	if !can || !ok {
		return ""
	}
	return hider.Hidden(ticket)
}

// unseenThere refuses what is to be written to such a ticket.
func (t *task) unseenThere(where string) error {
	return &connectors.Trouble{
		Reason: connectors.ReasonConflict,
		Err:    fmt.Errorf("ticket %s: its copy %s %s at the target, where nobody looks, and there is something new in it", t.rec.About().ID, t.seen.Target, where),
		Hint:   "take that back there and say retry, or dismiss this",
	}
}

// hidden tells that the copy of a ticket is one.
func (i *inspection) hidden() {
	if where := i.Pipeline.hidden(i.got); where != "" {
		i.looked.tell(Finding{
			Class: Differs, Kind: i.rec.Kind(), ID: i.rec.About().ID, Target: i.seen.Target, Detail: "it " + where + ", where nobody looks", Touched: i.got.About().Updated,
		})
	}
}
