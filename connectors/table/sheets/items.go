package sheets

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"iter"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/table/rows"
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
		joined := slices.ContainsFunc(p.extra, func(s *Sheet) bool { return s.Joins })
		if p.mails != nil && (!p.flat() || joined) && !p.orphans(ctx, counted) {
			return
		}
		if p.s.o.Deletions && !p.vanished(ctx, counted) {
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
	off, line, bad := sh.Off, sh.Line, false
	if f.From > 0 {
		off, line = f.From, f.FromLine
	}
	if p.at.Off > off {
		off, line, bad = p.at.Off, p.at.Line, p.at.Bad
	}
	f.Next, f.NextLine = off, line
	sp := sh.Rows(off, line)
	sp.Resume(off, line, bad)
	return p.walk(ctx, i, sp, yield)
}

// walk yields the records of the rows of one file.
func (p *pass) walk(ctx context.Context, i int, sp Rows, yield yielder) bool {
	sh, f := p.inputs[i], &p.rec.Files[i]
	for {
		if err := ctx.Err(); err != nil {
			return fail(yield, err)
		}
		r, err := sp.Next()
		if errors.Is(err, io.EOF) {
			return true
		}
		if err != nil {
			return fail(yield, p.s.torn(sh, sp, err))
		}
		if !r.Torn { // the last row may grow: it is looked at again
			f.Next, f.NextLine = r.End, r.Last+1
		}
		here := place{input: i, row: r, sheet: sh, next: cursor{Gen: p.rec.Gen, Base: p.rec.Base, File: i, Off: r.End, Line: r.Last + 1, Bad: r.Bad != ""}}
		if !p.row(ctx, here, yield) {
			return false
		}
	}
}

// place is a row and where it stands.
type place struct {
	input int
	row   rows.Row
	sheet *Sheet
	next  cursor
}

// torn is an error of reading a sheet.
func (s *Source) torn(sh *Sheet, in Rows, err error) error {
	_, line := in.Place()
	return s.failed("%s: line %d: %w", sh.Path, line, err)
}

func (h place) String() string {
	return h.sheet.Where(h.row)
}

// row yields the records of one row that are new or changed.
func (p *pass) row(ctx context.Context, h place, yield yielder) bool {
	mine := h.sheet.Kind == p.kind || p.kind == desk.KindAgent && h.sheet.Kind == desk.KindContact
	cells, ok := h.sheet.Clean(&h.row)
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
		h.row.Bad, h.row.Reason = err.Error(), connectors.ReasonUnreadable
		return p.aside(ctx, h, p.kind, "", yield)
	}
	for _, rec := range rs {
		if !p.record(ctx, h, rec, cells, own, yield) {
			return false
		}
	}
	return true
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
		return fail(yield, p.s.failed("%s: %w", h, err))
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
