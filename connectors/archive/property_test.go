package archive_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/archive"
	"github.com/deskhaul/deskhaul/desk"
)

func anyTime() *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		if rapid.IntRange(0, 4).Draw(t, "none") == 0 {
			return time.Time{}
		}
		return time.Unix(rapid.Int64Range(-5e10, 2e11).Draw(t, "s"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns")).UTC()
	})
}

func anyRef(kind desk.Kind) *rapid.Generator[desk.Ref] {
	return rapid.Custom(func(t *rapid.T) desk.Ref {
		id := desk.ID(rapid.StringN(0, 5, 20).Draw(t, "ref"))
		r := desk.To(kind, id)
		r.Target = id
		return r
	})
}

func anyMessage(ticket string, i int) *rapid.Generator[desk.Message] {
	text := rapid.String()
	return rapid.Custom(func(t *rapid.T) desk.Message {
		m := desk.Message{
			ID: desk.ID(fmt.Sprint(i)), Mark: fmt.Sprint(ticket, "/", i), Author: anyRef(desk.KindContact).Draw(t, "author"),
			From: desk.Address{Name: text.Draw(t, "name"), Email: text.Draw(t, "email")},
			At:   anyTime().Draw(t, "at"), Note: rapid.Bool().Draw(t, "note"), Subject: text.Draw(t, "subject"),
			References: rapid.SliceOfN(text, 0, 3).Draw(t, "refs"), Text: text.Draw(t, "text"), HTML: text.Draw(t, "html"),
		}
		for k := range rapid.IntRange(0, 2).Draw(t, "files") {
			b := rapid.SliceOfN(rapid.Byte(), 0, 50).Draw(t, "bytes")
			if rapid.Bool().Draw(t, "large") {
				b = append(b, make([]byte, 40_000)...)
			}
			m.Files = append(m.Files, attachment(fmt.Sprint("file ", k), b))
		}
		return m
	})
}

func anyTicket(id string) *rapid.Generator[*desk.Ticket] {
	text := rapid.String()
	return rapid.Custom(func(t *rapid.T) *desk.Ticket {
		r := &desk.Ticket{
			Meta:   desk.Meta{ID: desk.ID(id), Mark: "m" + id, Created: anyTime().Draw(t, "created"), Updated: anyTime().Draw(t, "updated")},
			Number: text.Draw(t, "number"), Subject: text.Draw(t, "subject"), Status: rapid.SampledFrom(desk.Statuses).Draw(t, "status"),
			Requester: anyRef(desk.KindContact).Draw(t, "requester"), Tags: rapid.SliceOfN(text, 0, 3).Draw(t, "tags"),
			Due: anyTime().Draw(t, "due"),
		}
		if rapid.Bool().Draw(t, "field") {
			r.SetField(text.Draw(t, "key"), text.Draw(t, "value"))
			r.SetField("n", rapid.Float64Range(-1e9, 1e9).Draw(t, "n"))
		}
		if rapid.Bool().Draw(t, "rated") {
			r.Rating = &desk.Rating{Score: "good", Comment: text.Draw(t, "comment"), At: anyTime().Draw(t, "rated at")}
		}
		for i := range rapid.IntRange(0, 3).Draw(t, "messages") {
			r.Messages = append(r.Messages, anyMessage(id, i).Draw(t, "message"))
		}
		return r
	})
}

// folderIn is a fresh folder for each run of a property.
func folderIn(t *testing.T, rt *rapid.T) string {
	dir, err := os.MkdirTemp(t.TempDir(), "") //nolint:usetesting // a property runs many times in one test
	if err != nil {
		rt.Fatal(err)
	}
	return dir + "/desk"
}

func TestRoundTrip(t *testing.T) {
	path := folderOf(t)
	a := plain(t, path)
	defer closed(t, a)
	reader, err := archive.OpenSource(t.Context(), archive.Config{Path: path}, connectors.Env{})
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, reader)
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		id := fmt.Sprint(n)
		want := anyTicket(id).Draw(rt, "ticket")
		created(t, a, want)
		synced(t, a)
		for _, from := range []connectors.Fetcher{a, reader} {
			got, err := from.Fetch(t.Context(), desk.KindTicket, desk.ID(id))
			if err != nil {
				rt.Fatal(err)
			}
			same(rt, want, got)
			if g, w := contentOf(t, got), contentOf(t, want); g != w {
				rt.Fatalf("the bytes of the files differ: %s, want %s", g, w)
			}
		}
	})
}

func same(rt *rapid.T, want, got desk.Record) {
	want = desk.Clone(want)
	for _, ref := range desk.Refs(want) {
		ref.Target = "" // the archive's own ids come back
	}
	if diff := desk.PrintsOf(got).Changed(desk.PrintsOf(want)); len(diff) > 0 {
		rt.Fatalf("fields differ: %v", diff)
	}
	w, g := want.(*desk.Ticket), got.(*desk.Ticket)
	if !w.Updated.Equal(g.Updated) || w.Mark != g.Mark || len(w.Messages) != len(g.Messages) {
		rt.Fatalf("want %+v, got %+v", w, g)
	}
	prints := map[string]string{}
	for i := range w.Messages {
		prints[w.Messages[i].Mark] = w.Messages[i].Print()
	}
	for i := range g.Messages {
		m := &g.Messages[i]
		if prints[m.Mark] != m.Print() {
			rt.Fatalf("message %s differs", m.Mark)
		}
	}
}

// The same writes in any order and any number leave the same archive, and once all
// are in, repeating them takes no change number.
func TestIdempotence(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var tickets []*desk.Ticket
		for i := range rapid.IntRange(1, 4).Draw(rt, "n") {
			r := anyTicket(fmt.Sprint(i)).Draw(rt, "ticket")
			for k := range r.Messages { // times decide the order, whatever the order of writes
				r.Messages[k].At = day(1 + k)
			}
			tickets = append(tickets, r)
		}
		once, often := folderIn(t, rt), folderIn(t, rt)
		a := plain(t, once)
		for _, r := range tickets {
			created(t, a, r)
		}
		closed(t, a)
		b := plain(t, often)
		for range rapid.IntRange(1, 4).Draw(rt, "rounds") {
			for _, i := range rapid.Permutation(indexes(len(tickets))).Draw(rt, "order") {
				scattered(t, rt, b, tickets[i])
			}
		}
		for _, r := range tickets {
			created(t, b, r)
		}
		synced(t, b)
		cursor := lastCursor(t, often)
		for _, r := range tickets {
			created(t, b, r)
		}
		closed(t, b)
		if now := lastCursor(t, often); now != cursor {
			rt.Fatalf("an identical rewrite moved the counter from %s to %s", cursor, now)
		}
		if sorted(dump(t, once)) != sorted(dump(t, often)) {
			rt.Fatalf("repeated writes differ:\n%s\n%s", dump(t, once), dump(t, often))
		}
	})
}

// scattered writes a ticket with its first message, then the others one by one.
func scattered(t *testing.T, rt *rapid.T, a connectors.Target, r *desk.Ticket) {
	c := *r
	c.Messages = r.Messages[:min(1, len(r.Messages))]
	id := created(t, a, &c).ID
	for i := range r.Messages {
		if _, err := a.Append(t.Context(), id, &r.Messages[i]); err != nil {
			rt.Fatal(err)
		}
	}
}

func indexes(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// sorted puts the lines of a dump in order: the order of writes is not compared.
func sorted(dump string) string {
	lines := strings.Split(dump, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// contentOf lists the hashes of a ticket's files, in no order: times decide in
// which order messages come back.
func contentOf(t *testing.T, r desk.Record) string {
	var sums []string
	eachFile(r, func(f *desk.File) { sums = append(sums, fmt.Sprintf("%x", sha256.Sum256(readFile(t, f)))) })
	slices.Sort(sums)
	return strings.Join(sums, " ")
}
