package mail

import (
	"errors"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// gone tells a message that is no longer there from one that cannot be read.
func (t *leaf) gone() bool { return t.mail == nil && errors.Is(t.err, ErrMoved) }

// unread is the other way round.
func (t *leaf) unread() bool { return t.mail == nil && t.err != nil && !errors.Is(t.err, ErrMoved) }

// unread are the messages that are missing from a ticket because they cannot be read.
func (l *loaded) unread() (asides []*connectors.Aside) {
	for _, t := range l.turns {
		if t.unread() {
			asides = append(asides, &connectors.Aside{
				Kind: desk.KindMessage, Parent: l.built.ID, ID: desk.ID(t.e.ID), Reason: connectors.ReasonUnreadable, Detail: t.err.Error(),
			})
		}
	}
	return asides
}
