package compose

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/connectors/mail/stamp"
	"github.com/deskhaul/deskhaul/desk"
)

// Update makes the named fields of a record say what r says. Where mails are
// replaced in place the record's mail gets a new header; else a mail with the
// newer version is put behind.
func (s *Scribe) Update(ctx context.Context, id desk.ID, r desk.Record, fields []string) (connectors.Receipt, error) {
	if err := s.mayWrite(); err != nil {
		return connectors.Receipt{}, err
	}
	e, err := s.known(ctx, r.Kind(), id)
	if err != nil {
		return connectors.Receipt{}, err
	}
	old, err := s.newest(ctx, e)
	if err != nil {
		return connectors.Receipt{}, err
	}
	rec, err := patch(old, linked(r), fields)
	if err != nil {
		return connectors.Receipt{}, fmt.Errorf("%s %s: %w", r.Kind(), id, err)
	}
	version := e.Version + 1
	receipt := connectors.Receipt{ID: id, Version: fmt.Sprint(version)}
	if t, ok := rec.(*desk.Ticket); ok {
		t.Messages = nil
		if s.shelf.Rewrites() {
			return receipt, s.renewCover(ctx, e, t, version)
		}
		if err := s.follow(ctx, e, t); err != nil {
			return connectors.Receipt{}, err
		}
	}
	if d, ok := s.shelf.(Discarder); ok && e.Old != "" {
		d.Discard(ctx, e.Old, e.OldSeal) // the book that knows a newer one is durable by now
	}
	s.markFlagged(ctx, e, old, rec)
	p := s.alone(rec, version, Slip{Record: true, Folder: e.Slip.Folder, Newer: true})
	p.thread = e.Thread
	if s.shelf.Rewrites() {
		p.slip = e.Slip
		p.slip.Newer = true
	}
	err = s.post(ctx, []*posting{p}, &receipt, false)
	return receipt, err
}

// newest reads a record as it was written last; a ticket without its messages.
func (s *Scribe) newest(ctx context.Context, e *entry) (desk.Record, error) {
	place := e.Place
	if e.Cover != "" && s.shelf.Holds(ctx, e.Cover, e.CoverSeal) {
		place = e.Cover
	}
	raw, err := s.shelf.Open(ctx, place)
	if err != nil {
		return nil, err
	}
	h, _, err := rfc5322.ReadHeader(raw)
	if closing := raw.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return nil, err
	}
	rec, ok, err := recordIn(h)
	if err == nil && !ok {
		err = fmt.Errorf("its X-Deskhaul fields are gone: %w", connectors.ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("%s %s in mail %s: %w", e.Kind, e.ID, place, err)
	}
	return rec, nil
}

// recordIn returns the record or cover that a header carries.
func recordIn(h rfc5322.Header) (desk.Record, bool, error) {
	if t, ok, err := stamp.DecodeTicket(h); ok || err != nil {
		return t, ok, err
	}
	return stamp.DecodeRecord(h)
}

// renewCover writes a ticket's first mail again with a new cover, and moves the
// ticket's mails if its folder is another one now.
func (s *Scribe) renewCover(ctx context.Context, e *entry, t *desk.Ticket, version int64) error {
	if err := s.follow(ctx, e, t); err != nil {
		return err
	}
	raw, err := s.shelf.Open(ctx, e.Place)
	if err != nil {
		return err
	}
	defer func() { _ = raw.Close() }() // only read
	h, body, err := rfc5322.ReadHeader(raw)
	if err != nil {
		return err
	}
	fields, err := RenewCover(h, t, version)
	if err != nil {
		return err
	}
	slip := e.Slip
	slip.Newer = true
	place, err := s.shelf.Put(ctx, slip, func(w io.Writer) error {
		_, err := w.Write(HeaderBytes(fields))
		if err == nil {
			_, err = io.Copy(w, &stoppable{ctx, io.NewSectionReader(raw, body, raw.Size()-body)})
		}
		return err
	})
	if err != nil {
		return err
	}
	e.take(written{rec: t, msg: &desk.Message{}, version: version, place: place, seal: fields[0].Value, slip: e.Slip})
	return s.book.putEntry(ctx, e)
}

// follow brings the mails of a ticket into the folder of its category, if that is
// another one now.
func (s *Scribe) follow(ctx context.Context, e *entry, t *desk.Ticket) error {
	folder, err := s.folderOf(ctx, t.Category.ID)
	if err != nil || slices.Equal(folder, e.Slip.Folder) {
		return err
	}
	if err := s.move(ctx, e, folder); err != nil {
		return err
	}
	return s.book.putEntry(ctx, e)
}

// move brings all mails of a ticket into another folder.
func (s *Scribe) move(ctx context.Context, e *entry, folder []string) error {
	turns, keys, err := s.book.turns(ctx, e.ID)
	if err != nil {
		return err
	}
	for i, t := range turns {
		first := t.Place == e.Place
		t.Slip.Folder = folder
		if t.Place, err = s.shelf.Move(ctx, t.Place, t.Slip); err != nil {
			return err
		}
		if first {
			e.Place = t.Place
		}
		if err := s.book.put(ctx, keys[i], t); err != nil {
			return err
		}
	}
	e.Slip.Folder = folder
	if len(turns) == 0 || e.Slip.Name != turns[0].Slip.Name {
		e.Place, err = s.shelf.Move(ctx, e.Place, e.Slip)
	}
	return err
}

// RenewCover gives the header of a ticket's first mail a new cover. The first
// field of the result is the seal.
func RenewCover(h rfc5322.Header, t *desk.Ticket, version int64) ([]rfc5322.HeaderField, error) {
	cover, err := packRecord(t, version)
	if err != nil {
		return nil, err
	}
	w, hasMessage, err := stamp.DecodeMessage(h, nil)
	if err != nil {
		return nil, err
	}
	var fields []rfc5322.HeaderField
	for _, f := range h.Fields {
		switch {
		case strings.EqualFold(f.Name, stamp.HeaderSeal), strings.EqualFold(f.Name, stamp.HeaderVersion), strings.EqualFold(f.Name, stamp.HeaderCover):
			continue
		case !strings.EqualFold(f.Name, "Subject"):
		case !hasMessage:
			f.Value = encodeText(t.Subject)
		case w.Message.Subject == "" && w.Message.Note:
			f.Value = encodeText("[private note] " + t.Subject)
		case w.Message.Subject == "":
			f.Value = encodeText(t.Subject)
		}
		fields = append(fields, f)
	}
	fields = append(fields, cover...)
	return append([]rfc5322.HeaderField{{Name: stamp.HeaderSeal, Value: stamp.Seal(fields)}}, fields...), nil
}

// HeaderBytes writes a header block with CRLF line ends and the blank line after it.
func HeaderBytes(fields []rfc5322.HeaderField) []byte {
	var b bytes.Buffer
	for _, f := range fields {
		writeField(&b, f)
	}
	b.WriteString("\r\n")
	return b.Bytes()
}
