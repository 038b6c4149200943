// Package sheets reads tables of which nobody says what changed, such as those of CSV
// files and workbooks: it compares what stands in them with what it read before, gives
// tickets their messages, wherever these stand, and sets aside what is no record. How the
// rows of a table are come by is its caller's.
package sheets

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Options say what a Source reads.
type Options struct {
	Connector string // its name, in errors
	Title     string // of the schema
	Path      string // of the file or folder, for people
	Many      string // files or sheets: also the key of the configuration that lists them
	Deletions bool   // rows that are gone are deleted records
	// Open opens the sheets, anew before each reading. out are those that are left out, as
	// what their rows are is not clear.
	Open func(ctx context.Context) (sheets []*Sheet, out []string, err error)
	// LeftOut is what is said of such.
	LeftOut func(out []string) string
	// Close is called at the end; nil nothing.
	Close func() error
}

// Source reads the sheets of one configuration.
type Source struct {
	o   Options
	env connectors.Env
	// turns holds one token for each kind: two readings of one kind would take
	// each other's marks in the state for their own.
	turns map[desk.Kind]chan struct{}
	warn  sync.Once // of the first reading
}

// New opens all sheets once, to see that they are there.
func New(ctx context.Context, o Options, env connectors.Env) (*Source, error) {
	s := &Source{o: o, env: env, turns: map[desk.Kind]chan struct{}{}}
	for _, kind := range desk.Kinds {
		s.turns[kind] = make(chan struct{}, 1)
	}
	state, err := newNovel(ctx, env.State)
	if err != nil {
		return nil, s.failed("the state cannot be read: %w", err)
	}
	s.env.State = state
	sheets, _, err := o.Open(ctx)
	if err != nil {
		return nil, err
	}
	return s, CloseAll(sheets)
}

// failed makes an error that names the connector.
func (s *Source) failed(format string, args ...any) error {
	return fmt.Errorf(s.o.Connector+": "+format, args...)
}

// Close releases what the sheets are read from.
func (s *Source) Close() error {
	if s.o.Close == nil {
		return nil
	}
	return s.o.Close()
}

// Read yields what changed after the cursor; see pass. An item is held back
// until the next is there, so that the last one's cursor can say that it is. A
// second reading of the same kind waits for the first to end.
func (s *Source) Read(ctx context.Context, kind desk.Kind, after connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return func(yield func(connectors.Item, error) bool) {
		turn, ok := s.turns[kind]
		if !ok {
			return // not a kind of record
		}
		select {
		case turn <- struct{}{}:
			defer func() { <-turn }()
		case <-ctx.Done():
			yield(connectors.Item{}, ctx.Err())
			return
		}
		p, err := s.begin(ctx, kind, after)
		if err != nil {
			yield(connectors.Item{}, err)
			return
		}
		var held connectors.Item
		stopped, holds := false, false
		for item, e := range p.items(ctx) {
			if e != nil {
				err = e
				break
			}
			if holds && !yield(held, nil) {
				stopped = true
				break
			}
			held, holds = item, true
		}
		if err == nil && !stopped {
			if err = p.finish(ctx); holds && err == nil {
				held.Cursor = cursor{Gen: p.rec.Gen, Base: p.rec.Base, Done: true}.String()
			}
		}
		if cerr := CloseAll(p.sheets); err == nil {
			err = cerr
		}
		if holds && !stopped && !yield(held, nil) {
			return
		}
		if err == nil {
			err = ctx.Err() // cancelled at the last item
		}
		if err != nil && !stopped {
			yield(connectors.Item{}, err)
		}
	}
}

// inputs picks the sheets that hold records of the kind: those of its own first,
// so that what they say of a person comes before what a ticket's columns do.
func inputs(sheets []*Sheet, kind desk.Kind) []*Sheet {
	var own, derived []*Sheet
	tickets := slices.ContainsFunc(sheets, func(s *Sheet) bool { return s.Kind == desk.KindTicket })
	for _, s := range sheets {
		switch {
		case s.Kind == kind, kind == desk.KindTicket && s.Kind == desk.KindMessage && !s.Joins && !tickets:
			own = append(own, s)
		case slices.Contains(s.Gives(), kind):
			derived = append(derived, s)
		}
	}
	return append(own, derived...)
}
