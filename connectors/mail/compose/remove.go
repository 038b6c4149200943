package compose

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/connectors/mail/stamp"
	"github.com/deskhaul/deskhaul/desk"
)

// Grave names what is taken out of a mailbox: a record with all its mails, or one
// message of a ticket.
type Grave struct {
	Kind desk.Kind
	ID   desk.ID
	Mark string // of the message; "" the whole record
}

// Graves are those that a mail of ours may lie in: what it carries. None if it is not
// one of ours.
func Graves(h rfc5322.Header) (gs []Grave) {
	rec, ok, err := recordIn(h)
	if err == nil && ok {
		gs = append(gs, Grave{Kind: rec.Kind(), ID: rec.About().ID})
	}
	msg, ok, err := stamp.DecodeMessage(h, nil)
	if err == nil && ok {
		gs = append(gs, Grave{Kind: desk.KindTicket, ID: msg.Ticket}, Grave{Kind: desk.KindTicket, ID: msg.Ticket, Mark: msg.Message.Mark})
	}
	return gs
}

// Placed is a mail and the seal that it has.
type Placed struct{ Place, Seal string }

// Delete takes a record out of the mailbox with all its mails. The mail by which it is
// found goes last, so that a kill in between leaves something to go on with.
func (s *Scribe) Delete(ctx context.Context, kind desk.Kind, id desk.ID) error {
	if err := s.mayWrite(); err != nil {
		return err
	}
	st, err := s.standing(ctx, kind, id)
	if err != nil {
		return err
	}
	var mails []Placed
	for _, t := range slices.Backward(st.turns) {
		if t.Place != st.Place {
			mails = append(mails, Placed{t.Place, t.Seal})
		}
	}
	mails = append(mails, Placed{st.Old, st.OldSeal}, Placed{st.Cover, st.CoverSeal}, Placed{st.Place, st.Seal})
	if err := s.remove(ctx, Grave{Kind: kind, ID: id}, mails); err != nil {
		return err
	}
	return s.book.strike(ctx, st.entry, st.keys)
}

// DeleteMessage takes one message out of a ticket. The first cannot be taken out
// alone: its mail carries the ticket.
func (s *Scribe) DeleteMessage(ctx context.Context, ticket, message desk.ID) error {
	if err := s.mayWrite(); err != nil {
		return err
	}
	st, err := s.standing(ctx, desk.KindTicket, ticket)
	if err != nil {
		return err
	}
	for i, t := range st.turns {
		switch {
		case t.ID != message:
			continue
		case t.Place == st.Place && st.whole:
			return fmt.Errorf("message %s: its mail carries the ticket %s and goes only with it: %w", message, ticket, connectors.ErrUnsupported)
		case !s.shelf.Holds(ctx, t.Place, t.Seal):
			return fmt.Errorf("message %s of ticket %s: %w", message, ticket, connectors.ErrNotFound)
		}
		m, err := s.message(ctx, t.Place)
		if err != nil {
			return err
		}
		g := Grave{Kind: desk.KindTicket, ID: ticket, Mark: m.Mark}
		if err := s.remove(ctx, g, []Placed{{t.Place, t.Seal}}); err != nil {
			return err
		}
		return s.book.strikeTurn(ctx, ticket, st.keys[i])
	}
	return fmt.Errorf("message %s of ticket %s: %w", message, ticket, connectors.ErrNotFound)
}

// remove takes mails away, unless one of them is no longer as it was written. Where
// nothing can be taken out of a folder its error says what to do.
func (s *Scribe) remove(ctx context.Context, g Grave, mails []Placed) error {
	var left []Placed
	for _, m := range mails {
		switch {
		case m.Place == "":
			continue
		case s.shelf.Holds(ctx, m.Place, m.Seal) && s.intact(ctx, m.Place):
			left = append(left, m)
			continue
		}
		raw, err := s.shelf.Open(ctx, m.Place)
		switch {
		case err == nil:
			_ = raw.Close() // nothing was read
			return connectors.Refuse(connectors.ReasonConflict, "delete it there by hand if nobody needs it",
				"%s %s: somebody changed its mail %s", g.Kind, g.ID, m.Place)
		case !errors.Is(err, connectors.ErrNotFound) && !errors.Is(err, fs.ErrNotExist):
			return err
		}
	}
	return connectors.StopIfFull(s.shelf.Remove(ctx, g, left))
}

// intact tells whether the fields of a mail are still ours. Where a mail cannot be written
// over nobody changes them.
func (s *Scribe) intact(ctx context.Context, place string) bool {
	if !s.shelf.Rewrites() {
		return true
	}
	raw, err := s.shelf.Open(ctx, place)
	if err != nil {
		return false
	}
	defer func() { _ = raw.Close() }() // only read
	h, _, err := rfc5322.ReadHeader(raw)
	return err == nil && stamp.Sealed(h)
}

// strike takes a record and its messages out of the book, the record last.
func (b book) strike(ctx context.Context, e *entry, turns []string) error {
	key := bookKey(e.Kind, e.ID)
	lock := b.noting.of(key)
	lock.Lock()
	defer lock.Unlock()
	names := turns
	for _, name := range []string{"k/" + digest(e.Mark), "n/" + digest(string(e.Kind), e.Natural)} {
		at, err := b.state.Get(ctx, b.root()+name)
		if err != nil {
			return err
		}
		if string(at) == key { // else another has the natural key by now
			names = append(names, name)
		}
	}
	for _, name := range append(names, "r/"+key) {
		if err := b.state.Delete(ctx, b.root()+name); err != nil {
			return err
		}
	}
	return nil
}

// strikeTurn takes one message out of the book. What comes next answers the first mail:
// the newest may be the one that is gone.
func (b book) strikeTurn(ctx context.Context, ticket desk.ID, key string) error {
	of := bookKey(desk.KindTicket, ticket)
	lock := b.noting.of(of)
	lock.Lock()
	defer lock.Unlock()
	e, err := b.get(ctx, desk.KindTicket, ticket)
	if err != nil || e == nil {
		return err
	}
	e.Thread.Last = e.Thread.Root
	if e.Asked != "" && strings.HasSuffix(key, "/"+e.Asked) {
		e.Asked = ""
	}
	if err := b.put(ctx, "r/"+of, e); err != nil {
		return err
	}
	return b.state.Delete(ctx, b.root()+key)
}
