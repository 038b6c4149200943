package mail

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/desk"
)

// putLog is a State that remembers the order of its puts, so that a test can go
// back to any moment at which a kill may have stopped it.
type putLog struct {
	mu   sync.Mutex
	m    map[string][]byte
	puts []connectors.Entry
}

func newPutLog(puts []connectors.Entry) *putLog {
	s := &putLog{m: map[string][]byte{}, puts: slices.Clone(puts)}
	for _, p := range puts {
		s.set(p)
	}
	return s
}

func (s *putLog) Get(_ context.Context, key string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.m[key], nil
}

func (s *putLog) Put(_ context.Context, key string, value []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.set(connectors.Entry{Key: key, Value: value})
	s.puts = append(s.puts, connectors.Entry{Key: key, Value: value})
	return nil
}

func (s *putLog) Delete(ctx context.Context, key string) error { return s.Put(ctx, key, nil) }

func (s *putLog) set(e connectors.Entry) {
	if e.Value == nil {
		delete(s.m, e.Key)
		return
	}
	s.m[e.Key] = e.Value
}

func (s *putLog) Scan(_ context.Context, prefix, after string) iter.Seq2[connectors.Entry, error] {
	return func(yield func(connectors.Entry, error) bool) {
		s.mu.Lock()
		var found []connectors.Entry
		for k, v := range s.m {
			if strings.HasPrefix(k, prefix) && k > after {
				found = append(found, connectors.Entry{Key: k, Value: v})
			}
		}
		s.mu.Unlock()
		slices.SortFunc(found, func(a, b connectors.Entry) int { return strings.Compare(a.Key, b.Key) })
		for _, e := range found {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// pile is a Store of mails in memory: one folder that only grows.
type pile struct {
	mails []string
	from  func(i int) Place // nil: one path for all, offset i
}

func (p *pile) Title() string                             { return "pile" }
func (p *pile) Folders(context.Context) ([]string, error) { return []string{"pile"}, nil }

func (p *pile) place(i int) Place {
	if p.from != nil {
		return p.from(i)
	}
	return Place{Path: "pile", Gen: 1, Offset: int64(i), Length: int64(len(p.mails[i])), Folder: "pile"}
}

func (p *pile) Scan(ctx context.Context, notes Notes) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		b, err := notes.Note(ctx, "read")
		if err != nil {
			yield(Entry{}, err)
			return
		}
		start := 0
		_, _ = fmt.Sscan(string(b), &start)
		for i := start; i < len(p.mails); i++ {
			e := Entry{Place: p.place(i), Open: func(context.Context) (Opened, error) { return inPile(p.mails[i]), nil }}
			if i%3 == 2 || i == len(p.mails)-1 {
				e.Marks = []Mark{{Key: "read", Value: fmt.Append(nil, i+1)}}
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

func (p *pile) Open(_ context.Context, _ Notes, at Place) (Opened, error) {
	for i := range p.mails {
		if p.place(i).same(at) {
			return inPile(p.mails[i]), nil
		}
	}
	return nil, ErrMoved
}

type piled struct{ rfc5322.Raw }

func (piled) Close() error { return nil }

func inPile(s string) Opened { return piled{rfc5322.Bytes([]byte(s))} }

func pileSource(t testing.TB, p *pile, state connectors.State, o Options) *Source {
	t.Helper()
	s, err := NewSource(t.Context(), p, o, connectors.Env{
		Log: slog.New(slog.DiscardHandler), State: state, Temp: t.TempDir(),
		Now: func() time.Time { return time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// readAll reads the tickets after a cursor.
func readAll(t testing.TB, s *Source, after connectors.Cursor) (tickets []*desk.Ticket, asides []*connectors.Aside, last connectors.Cursor) {
	t.Helper()
	last = after
	for item, err := range s.Read(t.Context(), desk.KindTicket, after) {
		if err != nil {
			t.Fatal(err)
		}
		last = item.Cursor
		if item.Aside != nil {
			asides = append(asides, item.Aside)
		} else {
			tickets = append(tickets, item.Record.(*desk.Ticket))
		}
	}
	return tickets, asides, last
}

// letterOf writes a mail of "Name: value" fields parted by "|"; the text names it.
func letterOf(fields string) string {
	return strings.ReplaceAll(fields, "|", "\r\n") + "\r\n\r\ntext of " + fields + "\r\n"
}

// shape shows which messages stand together: "a b|c".
func shape(tickets []*desk.Ticket) string {
	var out []string
	for _, t := range tickets {
		var ids []string
		for _, m := range t.Messages {
			id, _, _ := strings.Cut(string(m.ID), "@")
			if _, hash, again := strings.Cut(string(m.ID), "#"); again && hash != "" {
				id += "#"
			}
			ids = append(ids, id)
		}
		out = append(out, strings.Join(ids, " "))
	}
	slices.Sort(out)
	return strings.Join(out, "|")
}

// putsBeforeTickets counts the puts before the first ticket was seen.
func (s *putLog) putsBeforeTickets() int {
	last := 0
	for i, p := range s.puts {
		if strings.HasPrefix(p.Key, keyEvent) || strings.HasPrefix(p.Key, keyRun) {
			last = i + 1
		}
	}
	return last
}

func sortedWords(words []string, sep string) string {
	slices.Sort(words)
	return strings.Join(words, sep)
}
