package compose

import (
	"context"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/connectors/mail/stamp"
	"github.com/deskhaul/deskhaul/desk"
)

// Adopt enters a mail that deskhaul wrote into the book of a generation, as
// writing it did; one that the book knows may be adopted again. Mails must be adopted
// in the order in which they were written. A mail that is not Sealed is passed over.
func (s *Scribe) Adopt(ctx context.Context, generation int64, place string, h rfc5322.Header) error {
	w := written{
		version: stamp.DecodeVersion(h), place: place, seal: h.Get(stamp.HeaderSeal),
		id: strings.Trim(h.Get("Message-ID"), "<> "),
	}
	rec, hasRecord, err := recordIn(h)
	if err != nil {
		return err
	}
	msg, hasMessage, err := stamp.DecodeMessage(h, nil)
	if err != nil || !hasRecord && !hasMessage {
		return err
	}
	if hasRecord {
		w.rec = rec
		w.slip.At = mailTime(rec.About().Created)
		if rec.Kind() == desk.KindTicket {
			w.ticket = rec.About().ID
		} else {
			w.slip.Record = true
		}
	}
	if hasMessage {
		w.ticket, w.msg, w.mark = msg.Ticket, &msg.Message, msg.Message.Mark
	}
	if w.slip.Folder, err = s.folderOfAdopted(ctx, rec, w.ticket); err != nil {
		return err
	}
	return book{s.book.state, generation, s.book.noting}.note(ctx, w)
}

// folderOfAdopted is the folder in which the mails of a ticket belong, by its cover or
// by what the book knows of it.
func (s *Scribe) folderOfAdopted(ctx context.Context, rec desk.Record, ticket desk.ID) ([]string, error) {
	if t, ok := rec.(*desk.Ticket); ok {
		return s.folderOf(ctx, t.Category.ID)
	}
	if !s.folders || ticket == "" {
		return nil, nil
	}
	e, err := s.book.get(ctx, desk.KindTicket, ticket)
	if e == nil {
		return nil, err
	}
	return e.Slip.Folder, nil
}

// Generation makes the book's entries of another generation the ones in use, and
// forgets the others.
func (s *Scribe) Generation(ctx context.Context, now, was int64) error {
	s.book.generation = now
	if was == now {
		return nil
	}
	return s.book.forget(ctx, was)
}

// Clear forgets all entries of a generation.
func (s *Scribe) Clear(ctx context.Context, generation int64) error {
	return s.book.forget(ctx, generation)
}

// Fate tells what becomes of a mail when the file that it is in is compacted:
// whether it stays, and if its header changes, the new one.
func (s *Scribe) Fate(ctx context.Context, place string, h rfc5322.Header) (stays bool, fields []rfc5322.HeaderField, err error) {
	rec, hasRecord, err := recordIn(h)
	if err != nil || !stamp.Sealed(h) {
		return true, nil, nil //nolint:nilerr // what cannot be decoded is left as it is
	}
	msg, hasMessage, err := stamp.DecodeMessage(h, nil)
	if err != nil || !hasRecord && !hasMessage {
		return true, nil, nil //nolint:nilerr // as above
	}
	kind, id := desk.KindTicket, desk.ID("")
	if hasMessage {
		id = msg.Ticket
	}
	if hasRecord {
		kind, id = rec.Kind(), rec.About().ID
	}
	e, err := s.book.get(ctx, kind, id)
	if err != nil || e == nil || !s.holds(ctx, e) {
		return true, nil, err
	}
	if hasMessage {
		if stays, err := s.isTurn(ctx, id, msg.Message.Mark, place); err != nil || !stays {
			return false, nil, err
		}
	} else if e.Place != place && kind == desk.KindTicket {
		return false, nil, nil
	} else if kind != desk.KindTicket {
		return e.Cover == place || e.Cover == "" && e.Place == place, nil, nil
	}
	if e.Place != place || e.Cover == "" || !s.shelf.Holds(ctx, e.Cover, e.CoverSeal) {
		return true, nil, nil
	}
	newest, err := s.newest(ctx, e)
	if err != nil {
		return false, nil, err
	}
	t, ok := newest.(*desk.Ticket)
	if !ok {
		return true, nil, nil
	}
	fields, err = RenewCover(h, t, e.Version)
	return true, fields, err
}

// isTurn tells whether the place has the copy of a message that counts.
func (s *Scribe) isTurn(ctx context.Context, ticket desk.ID, mark, place string) (bool, error) {
	var t turn
	ok, err := s.book.load(ctx, "m/"+bookKey(desk.KindTicket, ticket)+"/"+digest(mark), &t)
	if err != nil || !ok {
		return true, err
	}
	return t.Place == place || !s.shelf.Holds(ctx, t.Place, t.Seal), nil
}
