package compose

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/connectors/mail/stamp"
	"github.com/deskhaul/deskhaul/desk"
)

// Find finds what was written for r: by its mark, else a person or shelf by its
// natural key.
func (s *Scribe) Find(ctx context.Context, r desk.Record) (desk.ID, error) {
	if mark := r.About().Mark; mark != "" {
		e, err := s.book.byMark(ctx, mark)
		if err != nil {
			return "", err
		}
		if e != nil && e.Kind == r.Kind() && s.holds(ctx, e) {
			return e.ID, nil
		}
	}
	e, err := s.book.byNatural(ctx, r.Kind(), desk.Natural(linked(r)))
	if err != nil {
		return "", err
	}
	if e == nil || !s.holds(ctx, e) {
		return "", fmt.Errorf("%s %s: %w", r.Kind(), r.About().ID, connectors.ErrNotFound)
	}
	return e.ID, nil
}

// Fetch reads one record back, a ticket with its messages in the order in which
// they were written. Of a ticket whose first mail somebody deleted the others are read.
func (s *Scribe) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	st, err := s.standing(ctx, kind, id)
	if err != nil {
		return nil, err
	}
	rec, err := s.record(ctx, st)
	if err != nil {
		return nil, err
	}
	t, ok := rec.(*desk.Ticket)
	if !ok {
		return rec, nil
	}
	for _, turn := range st.turns {
		there := st.whole
		if turn.Place != st.Place {
			there = s.shelf.Holds(ctx, turn.Place, turn.Seal)
		}
		if !there {
			continue // the book ran ahead of a write that was lost, or somebody deleted it
		}
		m, err := s.message(ctx, turn.Place)
		if errors.Is(err, connectors.ErrNotFound) {
			continue // somebody changed the mail so that it is none of ours any more
		}
		if err != nil {
			return nil, fmt.Errorf("ticket %s, message %s: %w", id, turn.ID, err)
		}
		t.Messages = append(t.Messages, *m)
	}
	return t, nil
}

// message reads one message back. Its files open the mail again.
func (s *Scribe) message(ctx context.Context, place string) (*desk.Message, error) {
	raw, err := s.shelf.Open(ctx, place)
	if err != nil {
		return nil, err
	}
	defer func() { _ = raw.Close() }() // only read
	parsed, err := rfc5322.Parse(raw, rfc5322.Limits{})
	if err != nil {
		return nil, err
	}
	w, ok, err := stamp.DecodeMessage(parsed.Header, parsed)
	if err == nil && !ok {
		err = fmt.Errorf("mail %s: its X-Deskhaul fields are gone: %w", place, connectors.ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	for i, at := range w.Parts {
		f := &w.Message.Files[i]
		if at < 0 { // a mail program took it out
			gone := fmt.Errorf("mail %s: file %q is gone: %w", place, f.Name, connectors.ErrNotFound)
			f.Open = func(context.Context) (io.ReadCloser, error) { return nil, gone }
			f.Stat = func(context.Context) (int64, error) { return 0, gone }
			continue
		}
		part := parsed.Parts[at]
		f.Open = func(ctx context.Context) (io.ReadCloser, error) { return s.openPart(ctx, place, part) }
	}
	return &w.Message, nil
}

func (s *Scribe) openPart(ctx context.Context, place string, part rfc5322.Part) (io.ReadCloser, error) {
	raw, err := s.shelf.Open(ctx, place)
	if err != nil {
		return nil, err
	}
	r, err := part.Open(raw)
	if err != nil {
		return nil, fmt.Errorf("%w (closing: %w)", err, raw.Close())
	}
	return &mailPart{r, raw}, nil
}

// mailPart closes the mail with the part.
type mailPart struct {
	io.ReadCloser
	raw io.Closer
}

func (p *mailPart) Close() error {
	err := p.ReadCloser.Close()
	if closing := p.raw.Close(); err == nil {
		err = closing
	}
	return err
}
