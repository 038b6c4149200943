package mail

import (
	"context"
	"slices"
	"time"

	"github.com/deskhaul/deskhaul/connectors/mail/thread"
)

// ghostWindow is how far apart mails may lie that are held together only by a
// reference to a third which nobody has, and whose subjects differ.
const ghostWindow = 72 * time.Hour

// join decides which ticket a new message belongs to: by References and
// In-Reply-To, then by a ticket system's token in the subject, then by the
// conversation that the store made, then, if asked, by subject and people. What it decides is written into the event, so that it is
// decided once.
func (s *Source) join(ctx context.Context, f *facts) error {
	e := &f.event
	if e.Named != "" {
		return s.joinNamed(ctx, e)
	}
	found, err := s.related(ctx, f)
	if err != nil {
		return err
	}
	if len(found) == 0 && len(e.Tokens) > 0 {
		if found, err = s.byToken(ctx, e); err != nil {
			return err
		}
	}
	if found, err = s.joinConversation(ctx, f, found); err != nil {
		return err
	}
	if len(found) == 0 && s.opt.bySubject() {
		if found, err = s.bySubject(ctx, e); err != nil {
			return err
		}
	}
	if s.opt.SplitOnNewSubject && len(found) > 0 && !e.Reply {
		if found, err = s.split(ctx, e, found); err != nil {
			return err
		}
	}
	return s.settle(ctx, e, found)
}

// joinNamed puts a mail of our own writing into the ticket that it names.
func (s *Source) joinNamed(ctx context.Context, e *event) error {
	b, err := s.x.book.get(ctx, keyNamed+e.Named)
	if err != nil {
		return err
	}
	r, err := decodeID(b)
	if err != nil || len(r.Takers) == 0 {
		return s.settle(ctx, e, nil)
	}
	root, _, err := s.x.ticket(ctx, r.Takers[0])
	if err != nil {
		return err
	}
	return s.settle(ctx, e, []uint64{root})
}

// related finds the tickets that a message is tied to by message ids. Ids that
// nobody has yet become ghosts of its ticket, so that whoever comes late joins it.
func (s *Source) related(ctx context.Context, f *facts) ([]uint64, error) {
	e := &f.event
	var found []uint64
	if e.MID != "" {
		own, err := s.relatedByOwn(ctx, e)
		if err != nil {
			return nil, err
		}
		found = append(found, own...)
	}
	for _, ref := range f.refs {
		r, err := s.x.id(ctx, ref)
		if err != nil {
			return nil, err
		}
		t := r.Ghost
		switch {
		case len(r.Takers) > 0:
			if t, err = s.takersTicket(ctx, r.Takers, e); err != nil {
				return nil, err
			}
		case t == 0:
			e.Ghosts = append(e.Ghosts, ref)
		case !ghostHolds(ref, r, f):
			t = 0
		}
		if t != 0 {
			found = append(found, t)
		}
	}
	return s.roots(ctx, found)
}

// relatedByOwn finds the ticket that waits for this message's id, or that of a
// message with the same id, author, date and subject and another body (a list's
// footer).
func (s *Source) relatedByOwn(ctx context.Context, e *event) ([]uint64, error) {
	r, err := s.x.id(ctx, e.MID)
	if err != nil {
		return nil, err
	}
	for _, n := range r.Takers {
		m, err := s.x.event(ctx, n)
		if err != nil {
			return nil, err
		}
		if m.Head == e.Head {
			return []uint64{m.Ticket}, nil
		}
	}
	if len(r.Takers) == 0 && r.Ghost != 0 {
		return []uint64{r.Ghost}, nil
	}
	return nil, nil
}

// takersTicket picks among the messages that carry one id the one that a message
// answers: the only one, else the one with its subject, else none. An id that
// many carry says nothing.
func (s *Source) takersTicket(ctx context.Context, takers []uint64, e *event) (uint64, error) {
	if len(takers) > maxTakers {
		return 0, nil
	}
	var tickets []uint64
	for _, n := range takers {
		m, err := s.x.event(ctx, n)
		if err != nil {
			return 0, err
		}
		if m.Kind != eventMessage {
			continue
		}
		if len(takers) > 1 && e.Subj != 0 && m.Subj == e.Subj {
			return m.Ticket, nil
		}
		tickets = append(tickets, m.Ticket)
	}
	roots, err := s.roots(ctx, tickets)
	if err != nil || len(roots) != 1 {
		return 0, err
	}
	return roots[0], nil
}

// ghostHolds tells whether a reference to a message that nobody has is enough to
// join another that refers to it. Programs write the same made-up id into mails
// that have nothing in common.
func ghostHolds(ref string, r idRecord, f *facts) bool {
	e := &f.event
	if e.Reply || len(f.refs) > 1 || r.Subj == e.Subj && e.Subj != 0 {
		return true
	}
	apart := time.Duration(e.At-r.At) * time.Second
	return thread.IsUnique(ref) && r.At != 0 && e.At != 0 && apart.Abs() <= ghostWindow
}

// roots follows merges and drops doubles; the order stays.
func (s *Source) roots(ctx context.Context, tickets []uint64) ([]uint64, error) {
	var roots []uint64
	for _, n := range tickets {
		root, _, err := s.x.ticket(ctx, n)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(roots, root) {
			roots = append(roots, root)
		}
	}
	return roots, nil
}

// split takes a message that answers an old one under a new subject out of the
// ticket and leaves a link.
func (s *Source) split(ctx context.Context, e *event, found []uint64) ([]uint64, error) {
	for _, n := range found {
		first, err := s.x.event(ctx, n)
		if err != nil {
			return nil, err
		}
		if first.Subj == e.Subj {
			return found, nil
		}
	}
	e.Links = append(e.Links, found...)
	return nil, nil
}

// settle makes one ticket of those found. Tickets that nobody has seen yet are
// merged; of those that were given out already the oldest is joined and the
// others are linked. With none found the message opens a ticket.
func (s *Source) settle(ctx context.Context, e *event, found []uint64) error {
	e.Ticket = s.x.next
	if len(found) == 0 {
		return nil
	}
	slices.Sort(found)
	records := make([]ticketRecord, len(found))
	chosen := 0
	for i, n := range found {
		var err error
		if _, records[i], err = s.x.ticket(ctx, n); err != nil {
			return err
		}
		if records[i].Opener != 0 && records[chosen].Opener == 0 {
			chosen = i
		}
	}
	e.Ticket, e.Prev = found[chosen], []uint64{records[chosen].Tail}
	for i, n := range found {
		switch {
		case i == chosen:
		case records[i].Opener != 0:
			e.Links = append(e.Links, n)
		default:
			e.Merge, e.Prev = append(e.Merge, n), append(e.Prev, records[i].Tail)
		}
	}
	return nil
}
