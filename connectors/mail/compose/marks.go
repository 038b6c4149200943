package compose

import (
	"context"
	"slices"

	"github.com/deskhaul/deskhaul/desk"
)

// FlaggedTag is the tag of a ticket that a mail program shows as a star or a flag.
const FlaggedTag = "flagged"

// Marker is a Shelf that can change, of a mail that stands, whether it was answered or
// is flagged. What cannot be changed stays as it is: the covers say it too.
type Marker interface {
	MarkAnswered(ctx context.Context, place string)
	MarkFlagged(ctx context.Context, place string, on bool)
}

// markNew says on the slips of a new ticket's mails which of them were answered, and on
// the first that the ticket is flagged.
func markNew(t *desk.Ticket, all []*posting) {
	answered := false
	for _, p := range slices.Backward(all) {
		p.slip.Answered = answered && asks(p.msg)
		answered = answered || answersIt(p.msg)
	}
	if len(all) > 0 {
		all[0].slip.Flagged = slices.Contains(t.Tags, FlaggedTag)
	}
}

// asks and answersIt tell who wrote a message that everybody sees: a customer or an
// agent.
func asks(m *desk.Message) bool { return !m.Note && m.Author.Kind == desk.KindContact }

func answersIt(m *desk.Message) bool { return !m.Note && m.Author.Kind == desk.KindAgent }

// markAnswered marks the customer's mail that an agent's new one answers.
func (s *Scribe) markAnswered(ctx context.Context, e *entry, m *desk.Message) error {
	shelf, can := s.shelf.(Marker)
	if !can || e.Asked == "" || !answersIt(m) {
		return nil
	}
	var t turn
	known, err := s.book.load(ctx, "m/"+bookKey(desk.KindTicket, e.ID)+"/"+e.Asked, &t)
	if known {
		shelf.MarkAnswered(ctx, t.Place)
	}
	return err
}

// markFlagged has a ticket's first mail say what its tags say now.
func (s *Scribe) markFlagged(ctx context.Context, e *entry, was, now desk.Record) {
	shelf, can := s.shelf.(Marker)
	old, ticket := was.(*desk.Ticket)
	if !can || !ticket {
		return
	}
	before, after := slices.Contains(old.Tags, FlaggedTag), slices.Contains(now.(*desk.Ticket).Tags, FlaggedTag)
	if before != after {
		shelf.MarkFlagged(ctx, e.Place, after)
	}
}
