package eml

import (
	"context"
	"iter"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// mapState is a State in memory.
type mapState struct {
	mu sync.Mutex
	m  map[string][]byte
}

func (s *mapState) Get(_ context.Context, key string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.m[key], nil
}

func (s *mapState) Put(_ context.Context, key string, value []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.m[key] = value
	return nil
}

func (s *mapState) Delete(context.Context, string) error { panic("reading never forgets") }

func (s *mapState) Scan(_ context.Context, prefix, after string) iter.Seq2[connectors.Entry, error] {
	return func(yield func(connectors.Entry, error) bool) {
		s.mu.Lock()
		m := maps.Clone(s.m)
		s.mu.Unlock()
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if strings.HasPrefix(k, prefix) && k > after && !yield(connectors.Entry{Key: k, Value: m[k]}, nil) {
				return
			}
		}
	}
}

// reader reads one folder run after run.
type reader struct {
	t      *testing.T
	root   string
	state  *mapState
	cursor connectors.Cursor
}

func newReader(t *testing.T, root string) *reader {
	return &reader{t: t, root: root, state: &mapState{m: map[string][]byte{}}}
}

func (r *reader) open() (connectors.Source, error) {
	c := Spec().Config().(*Config)
	c.Path = r.root
	return Spec().Source(r.t.Context(), c, connectors.Env{
		Log: slog.New(slog.DiscardHandler), State: r.state, Temp: r.t.TempDir(), Now: time.Now,
	})
}

// run returns the ids of the tickets that changed, and the asides.
func (r *reader) run() (tickets []string, asides []*connectors.Aside) {
	r.t.Helper()
	src, err := r.open()
	if err != nil {
		r.t.Fatal(err)
	}
	for item, err := range src.Read(r.t.Context(), desk.KindTicket, r.cursor) {
		if err != nil {
			r.t.Fatal(err)
		}
		r.cursor = item.Cursor
		if item.Aside != nil {
			asides = append(asides, item.Aside)
			continue
		}
		t := item.Record.(*desk.Ticket)
		tickets = append(tickets, string(t.ID))
	}
	return tickets, asides
}
