package archive_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/archive"
	"github.com/deskhaul/deskhaul/desk"
)

// prose makes about size bytes of made-up words whose frequencies fall as in
// language: few are common, many are rare.
func prose(r *rand.Rand, size int) string {
	stems := [...]string{"invo", "print", "ref", "deliv", "acc", "pass", "res", "log", "err"}
	var b strings.Builder
	for b.Len() < size {
		w := int(20000 * r.Float64() * r.Float64() * r.Float64())
		fmt.Fprintf(&b, "%s%d ", stems[w%len(stems)], w)
	}
	return b.String()
}

// benchTicket is a ticket of four messages of 2 kB each.
func benchTicket(r *rand.Rand, i int) *desk.Ticket {
	t := &desk.Ticket{
		Meta:   desk.Meta{ID: desk.ID(fmt.Sprintf("thread-%d@example.com", i)), Mark: fmt.Sprintf("%032x", r.Uint64()), Created: time.Unix(1e9+int64(i), 0).UTC()},
		Number: fmt.Sprint(i), Subject: "Re: " + prose(r, 40), Status: desk.StatusOpen, Channel: "email",
		Requester: desk.Ref{Kind: desk.KindContact, Target: desk.ID(fmt.Sprintf("box/c%d", i%1000))},
		Tags:      []string{"list", fmt.Sprint("t", i%20)},
	}
	for k := range 4 {
		t.Messages = append(t.Messages, desk.Message{
			ID: desk.ID(fmt.Sprintf("m%d-%d@example.com", i, k)), Mark: fmt.Sprintf("%032x", r.Uint64()),
			Author: t.Requester, From: desk.Address{Name: "Mara Sample", Email: "mara@example.com"},
			To: []desk.Address{{Name: "Support", Email: "help@example.com"}}, At: t.Created.Add(time.Duration(k) * time.Hour),
			MessageID: fmt.Sprintf("m%d-%d@example.com", i, k), Text: prose(r, 2000),
		})
	}
	return t
}

func benchTarget(b *testing.B, path string) *archive.Target {
	b.Helper()
	t, err := archive.OpenTarget(context.Background(), archive.Config{Path: path, SourceID: "s1", SourceName: "box"}, connectors.Env{})
	if err != nil {
		b.Fatal(err)
	}
	return t
}

func fill(b *testing.B, t *archive.Target, tickets []*desk.Ticket) {
	b.Helper()
	for i, ticket := range tickets {
		if _, err := t.Create(b.Context(), ticket); err != nil {
			b.Fatal(err)
		}
		if i%500 == 499 {
			if err := t.Sync(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	}
	if err := t.Sync(b.Context()); err != nil {
		b.Fatal(err)
	}
}

func benchTickets(n int) []*desk.Ticket {
	r := rand.New(rand.NewPCG(1, 2))
	list := make([]*desk.Ticket, n)
	for i := range list {
		list[i] = benchTicket(r, i)
	}
	return list
}

// BenchmarkCreate writes tickets of four messages of 2 kB, 500 to a commit; with
// search the time ends when the search index holds them, without it when they are
// durable.
func BenchmarkCreate(b *testing.B) {
	for _, search := range []bool{false, true} {
		b.Run(fmt.Sprintf("search=%t", search), func(b *testing.B) {
			tickets := benchTickets(b.N)
			t := benchTarget(b, b.TempDir())
			if !search {
				t.Hurry()
			}
			b.ResetTimer()
			fill(b, t, tickets)
			if search {
				if err := t.Wait(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tickets/s")
			if err := t.Close(); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// BenchmarkReadBack reads them as a load does.
func BenchmarkReadBack(b *testing.B) {
	path := b.TempDir()
	t := benchTarget(b, path)
	t.Hurry()
	fill(b, t, benchTickets(b.N))
	if err := t.Close(); err != nil {
		b.Fatal(err)
	}
	s, err := archive.OpenSource(b.Context(), archive.Config{Path: path}, connectors.Env{})
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	n := 0
	for it, err := range s.Read(b.Context(), desk.KindTicket, "") {
		if err != nil {
			b.Fatal(err)
		}
		n += len(it.Record.(*desk.Ticket).Messages)
	}
	b.StopTimer()
	if n != 4*b.N {
		b.Fatalf("read %d messages of %d", n, 4*b.N)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tickets/s")
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkSearch lists the first page, and counts facets, of filters over 5,000 tickets.
func BenchmarkSearch(b *testing.B) {
	path := b.TempDir()
	t := benchTarget(b, path)
	fill(b, t, benchTickets(5000))
	if err := t.Close(); err != nil {
		b.Fatal(err)
	}
	l, err := archive.OpenLibrary(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	for _, c := range []struct {
		name string
		f    archive.Filter
	}{
		{"all", archive.Filter{}},
		{"rare", archive.Filter{Text: "print12340"}},
		{"common", archive.Filter{Text: "invo0 print1"}},
		{"everywhere", archive.Filter{Text: "mara"}},
		{"phrase", archive.Filter{Text: `"mara sample"`}},
		{"prefix", archive.Filter{Text: "deliv1*"}},
		{"phrase prefix", archive.Filter{Text: `"mara s*"`}},
		{"not", archive.Filter{Text: "mara -print1"}},
		{"tag of all", archive.Filter{Tag: "list"}},
		{"dates", archive.Filter{From: time.Unix(1e9, 0), To: time.Unix(1e9+4000, 0)}},
	} {
		b.Run("list/"+c.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := l.List(b.Context(), c.f, archive.NewestFirst, "", 50); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("facets/"+c.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := l.Facets(b.Context(), c.f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
