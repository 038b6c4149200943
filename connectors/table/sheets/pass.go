package sheets

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// pass is one reading of one kind: a generation, or the rest of one.
type pass struct {
	s      *Source
	kind   desk.Kind
	sheets []*Sheet // all that are open
	inputs []*Sheet
	extra  []*Sheet // sheets of messages beside sheets of tickets
	rec    passRecord
	at     cursor // where to begin
	idle   bool   // nothing changed since
	people *people
	mails  *index            // messages by ticket
	met    *recent[struct{}] // people and shelves weighed in this reading
	single []Rows            // reads one message of each sheet of extra
}

// begin decides what there is to do: nothing, the rest of a generation, or a new
// one that reads each file wholly, from where it grew, or not at all.
func (s *Source) begin(ctx context.Context, kind desk.Kind, after connectors.Cursor) (p *pass, err error) {
	sheets, out, err := s.o.Open(ctx)
	if err != nil {
		return nil, err
	}
	s.warn.Do(func() { s.warnOf(sheets, out, after == "") })
	p = &pass{s: s, kind: kind, sheets: sheets, inputs: inputs(sheets, kind), people: newPeople(s.env.State), met: newRecent[struct{}](mostCached)}
	for _, sh := range sheets {
		if kind == desk.KindTicket && sh.Kind == desk.KindMessage {
			p.extra = append(p.extra, sh)
		}
	}
	if err = p.resolve(ctx, readCursor(after)); err == nil && !p.idle {
		err = p.save(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, CloseAll(sheets))
	}
	return p, nil
}

// warnOf says what check would say, where whoever did not ask would lose by it:
// files that are left out and, at the first reading, letters that may come out wrong.
func (s *Source) warnOf(sheets []*Sheet, out []string, first bool) {
	if len(out) > 0 {
		s.env.Log.Warn(s.o.LeftOut(out), "folder", s.o.Path)
	}
	for _, sh := range sheets {
		if first && sh.Doubt != "" {
			s.env.Log.Warn(sh.Doubt, "file", sh.Path)
		}
	}
}

func (p *pass) resolve(ctx context.Context, c cursor) error {
	var last passRecord
	b, err := p.s.env.State.Get(ctx, "p/"+string(p.kind))
	if err != nil {
		return err
	}
	if b != nil {
		if err := json.Unmarshal(b, &last); err != nil {
			return p.s.failed("the state of %s cannot be read: %w", p.kind, err)
		}
	}
	now, err := p.s.prints(p.inputs)
	if err != nil {
		return err
	}
	extra, err := p.s.prints(p.extra)
	if err != nil {
		return err
	}
	unchanged := b != nil && allSame(now, last.Files) && allSame(extra, last.Extra)
	settled := c.Done && last.Done && (last.Gen == c.Gen || last.Base == c.Gen && !last.Yielded)
	switch {
	case unchanged && settled:
		p.idle = true
		return nil
	case unchanged && !c.Done && c.Gen == last.Gen && c.Gen > 0:
		p.rec, p.at = last, c
		p.rec.Done, p.rec.Yielded = false, true
		return nil
	}
	p.rec = passRecord{Gen: max(last.Gen, c.Gen) + 1, Base: c.Base, Files: now, Extra: extra}
	if c.Done {
		p.rec.Base = c.Gen
	}
	if b == nil {
		p.rec.Base = 0
	}
	if settled && allSame(extra, last.Extra) {
		return p.modes(last)
	}
	return nil
}

func (s *Source) prints(sheets []*Sheet) ([]filePrint, error) {
	var ps []filePrint
	for _, sh := range sheets {
		p, err := sh.print()
		if err != nil {
			return nil, s.failed("%s: %w", sh.Path, err)
		}
		ps = append(ps, p)
	}
	return ps, nil
}

// modes finds the files that need not be read, or only from where they grew. The
// inputs must be the same, because entries name them by number.
func (p *pass) modes(last passRecord) error {
	if len(last.Files) != len(p.inputs) {
		return nil
	}
	for i, was := range last.Files {
		if was.Path != p.rec.Files[i].Path {
			return nil
		}
	}
	for i, was := range last.Files {
		f := &p.rec.Files[i]
		if f.same(was) {
			f.From, f.Next, f.NextLine = -1, was.Next, was.NextLine
			continue
		}
		if p.inputs[i].Exact || p.inputs[i].Kind == desk.KindMessage || f.Layout != was.Layout || f.Size < was.Next || was.Sum == "" {
			continue
		}
		sum, err := p.inputs[i].sum(was.Next)
		if err != nil {
			return err
		}
		if sum == was.Sum {
			f.From, f.FromLine = was.Next, was.NextLine
		}
	}
	return nil
}

func (p *pass) save(ctx context.Context) error {
	b, err := json.Marshal(p.rec)
	if err != nil {
		return err
	}
	return p.s.env.State.Put(ctx, "p/"+string(p.kind), b)
}

// finish writes down that the generation was read to its end.
func (p *pass) finish(ctx context.Context) error {
	if p.idle {
		return nil
	}
	for i := range p.rec.Files {
		f := &p.rec.Files[i]
		sum, err := p.inputs[i].sum(f.Next)
		if err != nil {
			return err
		}
		f.Sum = sum
	}
	p.rec.Done = true
	return p.save(ctx)
}

// standing tells whether an entry was seen in this generation, or lies in a part
// of a file that the generation leaves alone.
func (p *pass) standing(e entry) bool {
	if e.seen == p.rec.Gen {
		return true
	}
	if e.file >= uint64(len(p.rec.Files)) || e.gone {
		return false
	}
	from := p.rec.Files[e.file].From
	return from == -1 || from > 0 && e.off < uint64(from)
}
