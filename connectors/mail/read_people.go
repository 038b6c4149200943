package mail

import (
	"context"
	"fmt"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/connectors/mail/stamp"
	"github.com/deskhaul/deskhaul/desk"
)

// readLines yields the records of one kind that the log of people holds after a
// line. A line that a later one has overtaken is passed over.
func (s *Source) readLines(ctx context.Context, kind desk.Kind, after uint64, yield func(connectors.Item, error) bool) {
	for entry, err := range s.x.book.scan(ctx, keyPeople, ordinalKey(keyPeople, after)) {
		var seq uint64
		var rec desk.Record
		if err == nil {
			seq, err = ordinalOf(entry.Key, keyPeople)
		}
		if err == nil {
			rec, err = s.lineRecord(ctx, kind, seq, entry.Value)
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			yield(connectors.Item{}, err)
			return
		}
		if rec != nil && !yield(connectors.Item{Record: rec, Cursor: s.cursor(seq)}, nil) {
			return
		}
	}
}

// lineRecord makes the record that a line names; nil if it is of another kind or
// overtaken.
func (s *Source) lineRecord(ctx context.Context, kind desk.Kind, seq uint64, line []byte) (desk.Record, error) {
	if len(line) < 2 {
		return nil, fmt.Errorf("threading state, line %x: %w", seq, errWire)
	}
	name := string(line[1:])
	switch {
	case line[0] == linePerson && (kind == desk.KindContact || kind == desk.KindAgent):
		return s.personRecord(ctx, kind, seq, name)
	case line[0] == lineShelf && kind == desk.KindCategory:
		return s.shelfRecord(name), nil
	case line[0] == lineRecord && strings.HasPrefix(name, string(kind)+"/"):
		return s.carriedRecord(ctx, seq, name)
	}
	return nil, nil
}

func (s *Source) personRecord(ctx context.Context, kind desk.Kind, seq uint64, id string) (desk.Record, error) {
	b, err := s.x.book.get(ctx, keyPerson+id)
	if err != nil || b == nil {
		return nil, err
	}
	p, err := decodePerson(b)
	if err != nil || seq != 0 && p.Seq != seq {
		return nil, err
	}
	agent := s.ours.has(id)
	if agent != (kind == desk.KindAgent) {
		return nil, nil
	}
	meta := desk.Meta{ID: desk.ID(id)}
	if agent {
		return &desk.Agent{Meta: meta, Name: p.Name, Email: p.Mail}, nil
	}
	c := &desk.Contact{Meta: meta, Name: p.Name}
	if p.Mail != "" {
		c.Emails = []string{p.Mail}
	}
	return c, nil
}

// shelfRecord makes a category of a shelf, if it is of the sort that makes them.
func (s *Source) shelfRecord(shelf string) desk.Record {
	name := shelf[1:]
	if shelf[0] != s.shelf || s.shelf == shelfLabel && !s.opt.isCategory(name) && !s.opt.holdsCategories(name) {
		return nil
	}
	c := &desk.Category{Meta: desk.Meta{ID: desk.ID(name)}, Name: name}
	if at := strings.LastIndexByte(name, '/'); at > 0 && at < len(name)-1 {
		c.Name, c.Parent = name[at+1:], desk.To(desk.KindCategory, desk.ID(name[:at]))
	}
	return c
}

// carriedRecord reads a record that deskhaul has written into the mailbox.
func (s *Source) carriedRecord(ctx context.Context, seq uint64, key string) (desk.Record, error) {
	b, err := s.x.book.get(ctx, keyRecord+key)
	if err != nil || b == nil {
		return nil, err
	}
	r, err := decodeRecordRecord(b)
	if err != nil || seq != 0 && r.Seq != seq {
		return nil, err
	}
	raw, err := s.store.Open(ctx, notesOf{s.x.book}, r.Place)
	if err != nil {
		return nil, err
	}
	defer func() { _ = raw.Close() }() // it was only read
	h, _, err := rfc5322.ReadHeader(raw)
	if err != nil {
		return nil, err
	}
	rec, ok, err := stamp.DecodeRecord(h)
	if err != nil || !ok {
		return nil, fmt.Errorf("%s no longer holds %s: %w", r.Place, key, ErrMoved)
	}
	return rec, nil
}

// Fetch reads one record by its id, as Read would.
func (s *Source) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	if err := s.begin(ctx, ""); err != nil {
		return nil, err
	}
	defer s.end()
	rec, err := s.fetch(ctx, kind, id)
	if err != nil {
		return nil, err
	}
	if rec == nil {
		return nil, fmt.Errorf("%s %s: %w", kind, id, connectors.ErrNotFound)
	}
	return rec, nil
}

func (s *Source) fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	if kind == desk.KindTicket {
		return s.fetchTicket(ctx, id)
	}
	if rec, err := s.carriedRecord(ctx, 0, recordKey(kind, id)); rec != nil || err != nil {
		return rec, err
	}
	switch kind {
	case desk.KindContact, desk.KindAgent:
		return s.personRecord(ctx, kind, 0, string(id))
	case desk.KindCategory:
		b, err := s.x.book.get(ctx, keyShelf+string(s.shelf)+string(id))
		if err != nil || b == nil || id == "" {
			return nil, err
		}
		return s.shelfRecord(string(s.shelf) + string(id)), nil
	default:
		return nil, nil
	}
}

func (s *Source) fetchTicket(ctx context.Context, id desk.ID) (desk.Record, error) {
	n, err := s.messageOf(ctx, string(id))
	if err != nil || n == 0 {
		return nil, err
	}
	e, err := s.x.event(ctx, n)
	if err != nil {
		return nil, err
	}
	root, t, err := s.x.ticket(ctx, e.Ticket)
	if err != nil {
		return nil, err
	}
	l, err := s.load(ctx, step{ticket: root, record: t})
	if err != nil || l.built == nil || l.built.ID != id {
		return nil, err
	}
	return l.built, nil
}

// messageOf finds a message that leads to the ticket with an id; 0 if there is none.
func (s *Source) messageOf(ctx context.Context, id string) (uint64, error) {
	b, err := s.x.book.get(ctx, keyNamed+id)
	if err != nil {
		return 0, err
	}
	if b == nil {
		if b, err = s.x.book.get(ctx, keyID+id); err != nil {
			return 0, err
		}
	}
	r, err := decodeID(b)
	if err != nil || len(r.Takers) == 0 {
		return 0, err
	}
	return r.Takers[0], nil
}
