package archive_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/archive"
	"github.com/deskhaul/deskhaul/desk"
)

// shelf is an archive of a few tickets in several languages.
func shelf(t testing.TB) string {
	t.Helper()
	path := folderOf(t)
	a := pulled(t, path, "u1", "box")
	mara := created(t, a, contact("c1", "Mara Løvold", "mara@example.com")).ID
	created(t, a, &desk.Category{Meta: desk.Meta{ID: "q1", Mark: "q1"}, Name: "Billing"})
	add := func(id, subject string, texts ...string) {
		r := ticket(id, texts...)
		r.Subject, r.Requester = subject, desk.Ref{Kind: desk.KindContact, Target: mara}
		r.Tags = []string{"all", id}
		r.Category = desk.Ref{Kind: desk.KindCategory, Target: "box/q1"}
		if id == "ru" {
			r.Messages[0].Files = []desk.File{attachment("накладная.pdf", []byte("pdf"))}
			r.Status = desk.StatusSolved
		}
		created(t, a, r)
	}
	add("en", "Printer broken", "The printer does not print any invoice.", "Thank you, it works <b>now</b>.")
	add("ru", "Возврат средств", "Прошу вернуть деньги за ёлку")
	add("ja", "返金について", "注文番号12345の返金をお願いします。")
	add("de", "Straßenverkehr", "Größe der Lieferung: fünf Stück")
	closed(t, a)
	b := pulled(t, path, "u2", "chat")
	other := contact("c9", "M. Lovold", "MARA@example.com")
	other.Mark = "other"
	who := created(t, b, other).ID
	r := ticket("x", "from the chat")
	r.Mark, r.Requester = "chat-x", desk.Ref{Kind: desk.KindContact, Target: who}
	created(t, b, r)
	closed(t, b)
	return path
}

func found(t testing.TB, l *archive.Library, f archive.Filter) string {
	t.Helper()
	p, err := l.List(t.Context(), f, archive.NewestFirst, "", 0)
	if err != nil {
		t.Fatalf("%+v: %v", f, err)
	}
	var ids []string
	for _, s := range p.Tickets {
		ids = append(ids, strings.TrimPrefix(string(s.ID), "box/"))
	}
	if int64(len(ids)) != p.Total {
		t.Errorf("%+v: lists %d, says %d", f, len(ids), p.Total)
	}
	slices.Sort(ids)
	return strings.Join(ids, " ")
}

func TestSearch(t *testing.T) {
	l := library(t, shelf(t))
	for text, want := range map[string]string{
		"printer":             "en",
		"PRINTER works":       "en", // in two messages of one ticket
		`"printer works"`:     "",   // but not side by side
		`"does not print"`:    "en",
		"does -invoice":       "",
		"print*":              "en",
		"prin":                "",
		"возврат":             "ru",
		"елку":                "ru", // ё without its dots
		"накладная":           "ru", // a file's name
		"返金":                  "ja",
		"金返":                  "",
		"番号 お願い":              "ja",
		"12345":               "ja",
		"grosse":              "", // ß is no ss here
		"grö":                 "",
		"große*":              "de",
		"funf stuck":          "de",
		"straßen*":            "de",
		"lovold":              "chat/x", // ø is a letter of its own
		"Løvold":              "de en ja ru",
		"mara@example.com":    "chat/x de en ja ru",
		"-printer mara":       "chat/x de ja ru",
		"box/en":              "en",
		"":                    "chat/x de en ja ru",
		`"`:                   "chat/x de en ja ru",
		`"unclosed printer`:   "",
		`NEAR(printer, 3) OR`: "",
		"printer*\"":          "en",
		"subject:printer":     "",
		"“does not” „print“":  "en",
	} {
		if got := found(t, l, archive.Filter{Text: text}); got != want {
			t.Errorf("%s: found %q, want %q", text, got, want)
		}
	}
}

func TestFilters(t *testing.T) {
	l := library(t, shelf(t))
	for _, c := range []struct {
		f    archive.Filter
		want string
	}{
		{archive.Filter{Status: desk.StatusSolved}, "ru"},
		{archive.Filter{Tag: "ja"}, "ja"},
		{archive.Filter{Tag: "all", Text: "-возврат"}, "de en ja"},
		{archive.Filter{Source: "chat"}, "chat/x"},
		{archive.Filter{Source: "nowhere"}, ""},
		{archive.Filter{HasFiles: true}, "ru"},
		{archive.Filter{Category: "box/q1", Requester: "box/c1"}, "de en ja ru"},
		{archive.Filter{From: day(2)}, ""},
		{archive.Filter{From: day(1), To: day(2)}, "chat/x de en ja ru"},
		{archive.Filter{Deleted: true}, ""},
	} {
		if got := found(t, l, c.f); got != c.want {
			t.Errorf("%+v: found %q, want %q", c.f, got, c.want)
		}
	}
}

func TestPages(t *testing.T) {
	l := library(t, shelf(t))
	for _, order := range []archive.Sort{archive.NewestFirst, archive.OldestFirst} {
		seen := map[desk.ID]bool{}
		page := ""
		for {
			p, err := l.List(t.Context(), archive.Filter{}, order, page, 2)
			if err != nil || p.Total != 5 || len(p.Tickets) > 2 {
				t.Fatalf("%+v, %v", p, err)
			}
			for _, s := range p.Tickets {
				seen[s.ID] = true
			}
			if page = p.Next; page == "" {
				break
			}
		}
		if len(seen) != 5 {
			t.Errorf("%s: saw %d of 5", order, len(seen))
		}
	}
}

func TestSummary(t *testing.T) {
	l := library(t, shelf(t))
	p, err := l.List(t.Context(), archive.Filter{Text: "WORKS"}, archive.NewestFirst, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	s := p.Tickets[0]
	got := fmt.Sprintf("%s %s %s %s %v %d %v %v", s.ID, s.Source, s.Requester.Name, s.Category.Name, s.Tags, s.Messages, s.Last.Equal(day(2)), s.Snippet)
	want := "box/en box Mara Løvold Billing [all en] 2 true [{Thank you, it  false} {works true} { <b>now</b>. false}]"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestFacetsAndStats(t *testing.T) {
	l := library(t, shelf(t))
	f, err := l.Facets(t.Context(), archive.Filter{Text: "mara"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(f.Status, f.Category, f.Year, f.Source), "[{open open 4} {solved solved 1}] [{box/q1 Billing 4}] [{2024 2024 5}] [{box box 4} {chat chat 1}]"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if len(f.Tag) != 5 || f.Tag[0].Value != "all" || f.Tag[0].Count != 4 {
		t.Errorf("tags %v", f.Tag)
	}
	s, err := l.Stats(t.Context())
	if err != nil || s.Behind != 0 || s.Bytes != 3 || s.Sources["chat"][desk.KindTicket] != 1 {
		t.Errorf("stats %+v, %v", s, err)
	}
	if got := fmt.Sprint(s.Counts[desk.KindTicket], s.Counts[desk.KindMessage], s.Counts[desk.KindContact], s.Counts[desk.KindFile]); got != "5 6 2 1" {
		t.Errorf("counts %s", got)
	}
}

func TestOnePersonInTwoSources(t *testing.T) {
	l := library(t, shelf(t))
	p, err := l.Contact(t.Context(), "box/c1")
	if err != nil || p.Total != 5 || len(p.Tickets) != 5 || len(p.Same) != 1 || p.Same[0].ID != "chat/c9" {
		t.Fatalf("%+v, %v", p, err)
	}
	if _, err := l.Contact(t.Context(), "nobody"); !errors.Is(err, connectors.ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
	list, total, err := l.Contacts(t.Context(), "lov*", 0, 10)
	if err != nil || total != 1 || list[0].ID != "chat/c9" {
		t.Errorf("contacts %v of %d, %v", list, total, err)
	}
	if list, total, err = l.Contacts(t.Context(), "", 1, 10); err != nil || total != 2 || len(list) != 1 {
		t.Errorf("contacts %v of %d, %v", list, total, err)
	}
}

func TestLibraryFile(t *testing.T) {
	l := library(t, shelf(t))
	r, err := l.Ticket(t.Context(), "box/ru")
	if err != nil {
		t.Fatal(err)
	}
	f, size, err := l.File(t.Context(), r.Messages[0].Files[0].SHA256)
	if err != nil || size != 3 {
		t.Fatalf("%d bytes, %v", size, err)
	}
	b, err := io.ReadAll(f)
	closed(t, f)
	if err != nil || string(b) != "pdf" {
		t.Errorf("%q, %v", b, err)
	}
	for _, hash := range []string{"", "../../etc", strings.Repeat("0", 64)} {
		if _, _, err := l.File(t.Context(), hash); !errors.Is(err, connectors.ErrNotFound) {
			t.Errorf("%q: %v", hash, err)
		}
	}
}

func TestTheIndexFollowsChanges(t *testing.T) {
	path := folderOf(t)
	a := plain(t, path)
	defer closed(t, a)
	r := ticket("1", "first words")
	r.Tags = []string{"old"}
	created(t, a, r)
	waited(t, a)
	l := library(t, path)
	r.Messages[0].Text = "other words"
	r.Tags = []string{"new"}
	created(t, a, r)
	if _, err := a.Append(t.Context(), "1", &ticket("1", "", "appended").Messages[1]); err != nil {
		t.Fatal(err)
	}
	waited(t, a)
	for text, want := range map[string]string{"first": "", "other": "1", "appended words": "1", "old": "", "new": "1"} {
		if got := found(t, l, archive.Filter{Text: text}); got != want {
			t.Errorf("%s: found %q, want %q", text, got, want)
		}
	}
	if got := found(t, l, archive.Filter{Tag: "old"}); got != "" {
		t.Errorf("found by a tag that it lost: %q", got)
	}
	if err := a.Delete(t.Context(), desk.KindTicket, "1"); err != nil {
		t.Fatal(err)
	}
	waited(t, a)
	if got := found(t, l, archive.Filter{}) + found(t, l, archive.Filter{Text: "words"}); got != "" {
		t.Errorf("found after it was deleted: %q", got)
	}
	created(t, a, ticket("1", "again"))
	waited(t, a)
	if got := found(t, l, archive.Filter{Text: "again -words"}); got != "1" {
		t.Errorf("found after it was made again: %q", got)
	}
}

// A ticket that is deleted and made again while the index does not look has lost
// its old messages.
func TestTheIndexSeesThatATicketBeganAgain(t *testing.T) {
	path := folderOf(t)
	a := plain(t, path)
	defer closed(t, a)
	created(t, a, ticket("1", "old words", "more of them"))
	waited(t, a)
	if err := a.Delete(t.Context(), desk.KindTicket, "1"); err != nil {
		t.Fatal(err)
	}
	created(t, a, ticket("1"))
	waited(t, a)
	l := library(t, path)
	if got := found(t, l, archive.Filter{Text: "old"}) + found(t, l, archive.Filter{Text: "them"}); got != "" {
		t.Errorf("found by messages that it lost: %q", got)
	}
	if got := found(t, l, archive.Filter{Text: "subject"}); got != "1" {
		t.Errorf("found %q", got)
	}
}

func waited(t *testing.T, a *archive.Target) {
	t.Helper()
	synced(t, a)
	if err := a.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestDescribe(t *testing.T) {
	path := shelf(t)
	s, err := archive.OpenSource(t.Context(), archive.Config{Path: path}, connectors.Env{})
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, s)
	got, err := s.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got.Counts[desk.KindTicket] != 5 || !strings.Contains(fmt.Sprint(got.Notes), "1 of kind ticket come from source chat.") ||
		!strings.Contains(fmt.Sprint(got.Fields), "[open solved]") || !strings.Contains(fmt.Sprint(got.Notes), "Status in use: open (4), solved (1).") {
		t.Errorf("%+v", got)
	}
}

// No search that a person can type may fail.
func FuzzQuery(f *testing.F) {
	for _, s := range []string{"", `"`, "-", "*", "a*b", `"a" OR -b NEAR(c)`, "返金*", "“x", "a\x00b", "\xff", "-\"-\"", "words:a", "{a b}:c", "^a + b", "''; DROP TABLE ticket"} {
		f.Add(s)
	}
	l := library(f, shelf(f))
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := l.List(t.Context(), archive.Filter{Text: text}, archive.NewestFirst, text, 3); err != nil {
			t.Fatal(err)
		}
		if _, _, err := l.Contacts(t.Context(), text, 0, 3); err != nil {
			t.Fatal(err)
		}
	})
}

// A ticket that is changed again before the index saw it comes in a later batch
// than its messages' changes would.
func TestTheIndexCatchesUp(t *testing.T) {
	path := folderOf(t)
	a := plain(t, path)
	a.Hurry() // nothing is indexed
	r := ticket("1", "early bird")
	created(t, a, r)
	for i := range 4500 {
		created(t, a, contact(fmt.Sprint("c", i), "someone"))
	}
	r.Subject = "late"
	created(t, a, r)
	closed(t, a)
	l := library(t, path)
	if s, err := l.Stats(t.Context()); err != nil || s.Behind == 0 {
		t.Fatalf("a hurried close left the index complete: %+v, %v", s, err)
	}
	if err := archive.Reindex(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	if got := found(t, l, archive.Filter{Text: "early late"}); got != "1" {
		t.Errorf("found %q", got)
	}
}

func TestALostIndexIsMadeAgain(t *testing.T) {
	path := shelf(t)
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + "/search.db" + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
	}
	if _, err := archive.OpenLibrary(t.Context(), path); err == nil {
		t.Error("a library without an index opened")
	}
	if err := archive.Reindex(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	if got := found(t, library(t, path), archive.Filter{Text: "mara"}); got != "chat/x de en ja ru" {
		t.Errorf("found %q", got)
	}
}

func TestOddPaths(t *testing.T) {
	path := filepath.Join(t.TempDir(), "архив 50% ?a=b#c&d")
	a := plain(t, path)
	created(t, a, ticket("1", "x"))
	closed(t, a)
	if got := found(t, library(t, path), archive.Filter{Text: "x"}); got != "1" {
		t.Errorf("found %q", got)
	}
	if _, err := os.Stat(filepath.Join(path, "archive.db")); err != nil {
		t.Error(err)
	}
}
