package connectors

import (
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// OnlyKept empties the fields of a record at a target that it has no room for, so that what is
// read back says what a write could have said. What tells one record from another stays, and
// custom fields, which each system has of its own. Who a message is from and to counts only
// where we wrote it: it bears our mark.
func (c Caps) OnlyKept(r desk.Record) error {
	empty := desk.New(r.Kind())
	for _, p := range desk.PrintsOf(r) {
		if p.Name == "created" || p.Name == "url" || p.Name == "number" || strings.HasPrefix(p.Name, "fields.") || c.Keeps(r.Kind(), p.Name) {
			continue
		}
		if err := desk.Assign(r, empty, p.Name); err != nil {
			return err
		}
	}
	ticket, ok := r.(*desk.Ticket)
	if !ok {
		return nil
	}
	for i := range ticket.Messages {
		m := &ticket.Messages[i]
		if m.BCC, m.Fields = nil, nil; m.Mark == "" {
			m.From, m.To, m.CC = desk.Address{}, nil, nil
		}
	}
	return nil
}
