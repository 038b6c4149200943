package csv

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// yielder is what the steps of a pass hand items to; false means stop.
type yielder func(connectors.Item, error) bool

// items yields everything of the pass in order.
func (p *pass) items(ctx context.Context) iter.Seq2[connectors.Item, error] {
	return func(yield func(connectors.Item, error) bool) {
		if p.idle {
			return
		}
		counted := func(i connectors.Item, err error) bool {
			p.rec.Yielded = true
			return yield(i, err)
		}
		if p.kind == desk.KindTicket && len(p.extra) > 0 {
			if !p.gather(ctx, counted) {
				return
			}
			defer func() { _ = p.mails.close() }() // a temporary file
		}
		for i := p.at.File; i < len(p.inputs); i++ {
			if !p.input(ctx, i, counted) {
				return
			}
			p.at = cursor{}
		}
		joined := slices.ContainsFunc(p.extra, func(s *sheet) bool { return s.joins })
		if p.mails != nil && (!p.flat() || joined) && !p.orphans(ctx, counted) {
			return
		}
		if p.s.cfg.Deletions && !p.vanished(ctx, counted) {
			return
		}
		p.mended(ctx, counted)
	}
}

// flat tells that tickets are made from messages alone.
func (p *pass) flat() bool { return len(p.inputs) > 0 && p.inputs[0].Kind == desk.KindMessage }

func (p *pass) input(ctx context.Context, i int, yield yielder) bool {
	f := &p.rec.Files[i]
	if f.From == -1 {
		return true
	}
	if p.kind == desk.KindTicket && p.inputs[i].Kind == desk.KindMessage {
		return i > 0 || p.conversations(ctx, yield)
	}
	sh := p.inputs[i]
	if err := p.versions(ctx, sh); err != nil {
		return fail(yield, err)
	}
	off, line, bad := sh.off, sh.line, false
	if f.From > 0 {
		off, line = f.From, f.FromLine
	}
	if p.at.Off > off {
		off, line, bad = p.at.Off, p.at.Line, p.at.Bad
	}
	f.Next, f.NextLine = off, line
	sp := sh.rows(off, line)
	sp.bad = bad
	return p.walk(ctx, i, sp, yield)
}

// walk yields the records of the rows of one file.
func (p *pass) walk(ctx context.Context, i int, sp *splitter, yield yielder) bool {
	sh, f := p.inputs[i], &p.rec.Files[i]
	for {
		if err := ctx.Err(); err != nil {
			return fail(yield, err)
		}
		r, err := sp.next()
		if errors.Is(err, io.EOF) {
			return true
		}
		if err != nil {
			return fail(yield, fmt.Errorf("csv: %s: line %d: %w", sh.path, sp.line, err))
		}
		if !r.torn { // the last row may grow: it is looked at again
			f.Next, f.NextLine = r.end, r.last+1
		}
		here := place{input: i, row: r, sheet: sh, next: cursor{Gen: p.rec.Gen, Base: p.rec.Base, File: i, Off: r.end, Line: r.last + 1, Bad: r.bad != ""}}
		if !p.row(ctx, here, yield) {
			return false
		}
	}
}

// place is a row and where it stands.
type place struct {
	input int
	row   row
	sheet *sheet
	next  cursor
}

func (h place) String() string {
	if h.row.last > h.row.line {
		return fmt.Sprintf("%s, lines %d to %d (byte %d)", h.sheet.base, h.row.line, h.row.last, h.row.off)
	}
	return fmt.Sprintf("%s, line %d (byte %d)", h.sheet.base, h.row.line, h.row.off)
}

// row yields the records of one row that are new or changed.
func (p *pass) row(ctx context.Context, h place, yield yielder) bool {
	mine := h.sheet.Kind == p.kind || p.kind == desk.KindAgent && h.sheet.Kind == desk.KindContact
	cells, ok := h.sheet.clean(&h.row)
	if !ok {
		if h.sheet.Kind != p.kind {
			return true // the reading of its own kind sets it aside
		}
		return p.aside(ctx, h, p.kind, "", yield)
	}
	if h.sheet.Exact {
		if stale, err := p.stale(ctx, h.sheet, cells); stale || err != nil {
			return err == nil || fail(yield, err)
		}
	}
	rs, own, err := h.sheet.Records(ctx, p.kind, cells, p.people)
	if err != nil {
		if !mine || p.people.err != nil {
			return p.people.err == nil || fail(yield, p.people.err)
		}
		h.row.bad, h.row.reason = err.Error(), connectors.ReasonUnreadable
		return p.aside(ctx, h, p.kind, "", yield)
	}
	for _, rec := range rs {
		if !p.record(ctx, h, rec, cells, own, yield) {
			return false
		}
	}
	return true
}

// clean decodes the cells of a row; false if they are no text.
func (s *sheet) clean(r *row) ([]string, bool) {
	if r.bad != "" {
		return nil, false
	}
	for i, c := range r.cells {
		text, ok := s.cs.decode(c)
		switch {
		case !ok:
			r.bad = fmt.Sprintf("the cell in column %q holds bytes that are no %s: say encoding: if it is another", s.name(i), s.cs.name)
		case !s.Exact && hasNUL(text):
			r.bad = fmt.Sprintf("the cell in column %q holds a NUL byte", s.name(i))
		}
		if r.bad != "" {
			r.reason = connectors.ReasonUnreadable
			return nil, false
		}
		r.cells[i] = text
	}
	return r.cells, true
}

func (s *sheet) name(i int) string {
	if i < len(s.Names) {
		return s.Names[i]
	}
	return fmt.Sprintf("#%d", i+1)
}

func hasNUL(s string) bool {
	for i := range len(s) {
		if s[i] == 0 {
			return true
		}
	}
	return false
}

// record yields one record if it is new, changed, or was not yielded for good.
func (p *pass) record(ctx context.Context, h place, rec desk.Record, cells []string, own bool, yield yielder) bool {
	if rec.About().ID == "" {
		id, err := p.anonymous(ctx, h, rec.Kind(), cells)
		if err != nil {
			return fail(yield, err)
		}
		rec.About().ID = id
	}
	key := recordKey(rec.Kind(), rec.About().ID)
	if _, met := p.met.get(key); met && !own {
		return true // what columns say of a person or shelf counts once
	}
	extra := []byte(nil)
	if t, ok := rec.(*desk.Ticket); ok && p.mails != nil {
		var err error
		if extra, err = p.mails.sum(t.ID); err != nil {
			return fail(yield, err)
		}
	}
	line, err := desk.Marshal(rec)
	if err != nil {
		return fail(yield, fmt.Errorf("csv: %s: %w", h, err))
	}
	hash := hashOf(append(line, extra...))
	verdict, err := p.weigh(ctx, key, h, hash, "")
	if err != nil {
		return fail(yield, err)
	}
	if rec.Kind() != desk.KindTicket {
		p.met.put(key, struct{}{})
	}
	switch verdict {
	case isTwin, isRival:
		return !own || p.second(ctx, h, rec, verdict, yield)
	case isKnown:
		return true
	}
	if err := p.people.learn(ctx, rec); err != nil {
		return fail(yield, err)
	}
	if t, ok := rec.(*desk.Ticket); ok && p.mails != nil {
		if !p.fill(ctx, h, t, yield) {
			return false
		}
	}
	return yield(connectors.Item{Record: rec, Cursor: h.next.String()}, nil)
}

func hashOf(b []byte) (h [16]byte) {
	sum := sha256.Sum256(b)
	copy(h[:], sum[:])
	return h
}
