package csv

import (
	"bytes"
	"context"
	"io"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/connectors/table/folder"
	"github.com/deskhaul/deskhaul/connectors/table/sheets"
	"github.com/deskhaul/deskhaul/desk"
)

func openTarget(t interface {
	Helper()
	Fatal(...any)
}, dir string, env connectors.Env,
) *folder.Target {
	t.Helper()
	tg, err := newTarget(context.Background(), &Config{Path: dir}, env)
	if err != nil {
		t.Fatal(err)
	}
	return tg
}

// must stops a test at the first error.
func must[T any](t interface{ Fatal(...any) }) func(T, error) T {
	return func(v T, err error) T {
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

var oddText = rapid.OneOf(
	rapid.SampledFrom([]string{"", "=1+1", "'quoted", "''", "+7 900", "-", "@x", "\tt", "\r\n", "a\r\nb\nc\rd", "＝x", `"`, `a"b`, " x ", "\x00", "[\"a\"]", "a; b", ";", "٠ עברית", "\ufeffx", "{}", "кириллица, и"}),
	rapid.StringN(0, 12, -1),
)

func list(t *rapid.T, name string) []string {
	l := rapid.SliceOfN(oddText, 0, 3).Draw(t, name)
	if len(l) == 0 {
		return nil
	}
	return l
}

func moment(t *rapid.T, name string) time.Time {
	if n := rapid.Int64Range(0, 4e18).Draw(t, name); n%3 > 0 {
		return time.Unix(0, n).UTC()
	}
	return time.Time{}
}

func someRef(t *rapid.T, kind desk.Kind, name string) desk.Ref {
	id := desk.ID(oddText.Draw(t, name))
	if id == "" {
		return desk.Ref{}
	}
	return desk.Ref{Kind: kind, ID: id, Target: id}
}

func drawTicket(t *rapid.T) *desk.Ticket {
	s := func(name string) string { return oddText.Draw(t, name) }
	tk := &desk.Ticket{
		Meta: desk.Meta{
			ID: desk.ID("t" + s("id")), Mark: s("mark"), URL: s("url"), Created: moment(t, "created"), Updated: moment(t, "updated"),
			Version: s("version"), Deleted: rapid.Bool().Draw(t, "deleted"),
		},
		Number: s("number"), Subject: s("subject"), Status: desk.Status(s("status")), Priority: desk.Priority(s("priority")),
		Requester: someRef(t, desk.KindContact, "requester"), Category: someRef(t, desk.KindCategory, "category"),
		Tags: list(t, "tags"), Due: moment(t, "due"),
	}
	if rapid.Bool().Draw(t, "more") {
		tk.Fields = map[string]any{s("key"): s("value"), "n": 1.5, "deep": map[string]any{"x": []any{true, nil}}}
		tk.Rating = &desk.Rating{Score: s("score"), Comment: s("comment"), At: moment(t, "rated")}
		tk.History = []desk.Change{{At: moment(t, "at"), By: someRef(t, desk.KindAgent, "by"), To: desk.StatusOpen}}
		tk.Participants = []desk.Ref{{Kind: desk.KindContact, ID: "p", Target: "p"}}
	}
	at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for range rapid.IntRange(0, 3).Draw(t, "messages") {
		at = at.Add(time.Duration(rapid.IntRange(0, 2).Draw(t, "later")) * time.Hour)
		tk.Messages = append(tk.Messages, desk.Message{
			ID: desk.ID("m" + string(rune('a'+len(tk.Messages)))), Author: someRef(t, desk.KindAgent, "author"), At: at, Note: rapid.Bool().Draw(t, "note"),
			Text: s("text"), HTML: s("html"), Subject: s("msubject"), From: desk.Address{Name: s("from"), Email: s("email")},
			CC: []desk.Address{{Name: s("cc"), Email: s("cc2")}}, References: list(t, "references"), Mark: s("mmark"),
			Folds: []desk.Fold{{Start: 1, End: 3, What: desk.FoldQuote}},
		})
	}
	return tk
}

var sameRecords = cmp.Options{
	cmpopts.EquateEmpty(), cmpopts.IgnoreFields(desk.Ref{}, "Target"), cmpopts.IgnoreFields(desk.File{}, "Open", "Path"),
}

func tempDir(t *rapid.T) string {
	dir, err := os.MkdirTemp("", "csv")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func TestWrittenRecordsReadBackEqual(t *testing.T) {
	env := conntest.FileEnv(t)
	rapid.Check(t, func(t *rapid.T) {
		dir := tempDir(t)
		env.State = conntest.Memory{}
		tg := openTarget(t, dir, env)
		tk := drawTicket(t)
		c := &desk.Contact{Meta: desk.Meta{ID: "c", Created: moment(t, "c")}, Name: oddText.Draw(t, "name"), Emails: list(t, "emails"), Phones: list(t, "phones"), Note: oddText.Draw(t, "note")}
		for _, r := range []desk.Record{c, tk} {
			must[connectors.Receipt](t)(tg.Create(context.Background(), r))
			if d := cmp.Diff(r, must[desk.Record](t)(tg.Fetch(context.Background(), r.Kind(), r.About().ID)), sameRecords); d != "" {
				t.Fatalf("fetched: %s", d)
			}
		}
		if err := tg.Close(); err != nil {
			t.Fatal(err)
		}
		env.State = conntest.Memory{}
		s := must[*sheets.Source](t)(newSource(context.Background(), &Config{Path: dir}, env))
		for _, want := range []desk.Record{c, tk} {
			n := 0
			for item, err := range s.Read(context.Background(), want.Kind(), "") {
				if err != nil || item.Aside != nil {
					t.Fatal(err, item.Aside)
				}
				n++
				if d := cmp.Diff(want, item.Record, sameRecords); d != "" {
					t.Fatal(d)
				}
			}
			if n != 1 {
				t.Fatalf("%d records of kind %s", n, want.Kind())
			}
		}
	})
}

// Every name of the canonical JSON has a column.
func TestColumnsCoverEveryField(t *testing.T) {
	for kind, v := range map[desk.Kind]any{
		desk.KindTicket: desk.Ticket{}, desk.KindContact: desk.Contact{}, desk.KindAgent: desk.Agent{}, desk.KindOrganization: desk.Organization{},
		desk.KindGroup: desk.Group{}, desk.KindCategory: desk.Category{}, desk.KindMessage: desk.Message{},
	} {
		columns := map[string]bool{}
		for _, c := range table.Columns(kind) {
			columns[c] = true
		}
		for _, f := range reflect.VisibleFields(reflect.TypeOf(v)) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name != "" && name != "-" && name != "messages" && !columns[name] {
				t.Errorf("%s: no column for %s", kind, name)
			}
		}
	}
}

func ticketWithFile(id string) *desk.Ticket {
	return &desk.Ticket{Meta: desk.Meta{ID: desk.ID(id), Mark: "mark-" + id}, Subject: "S", Status: desk.StatusOpen, Messages: []desk.Message{{
		ID: "m", Mark: "mark-" + id + "-m", Text: "see file", Files: []desk.File{{Name: "../отчёт?.txt", Type: "text/plain", Open: func(context.Context) (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader("content")), nil
		}}},
	}}}
}

func TestAttachmentsLieBesideTheTables(t *testing.T) {
	dir, env := filepath.Join(t.TempDir(), "out"), conntest.FileEnv(t)
	tg := openTarget(t, dir, env)
	r := must[connectors.Receipt](t)(tg.Create(t.Context(), ticketWithFile("1")))
	if len(r.Files) != 1 || r.Files[0].Size != 7 || r.Messages["m"] != "m" {
		t.Errorf("receipt %+v", r)
	}
	if err := tg.Close(); err != nil {
		t.Fatal(err)
	}
	rs, _, _ := read(t, &Config{Path: dir}, conntest.FileEnv(t), desk.KindTicket, "")
	f := rs[0].(*desk.Ticket).Messages[0].Files[0]
	if f.Name != "../отчёт?.txt" || f.Path != "files/ed7002b439e9ac84-отчёт_.txt" {
		t.Errorf("file %+v", f)
	}
	body := must[io.ReadCloser](t)(f.Open(t.Context()))
	text := must[[]byte](t)(io.ReadAll(body))
	if err := body.Close(); err != nil || string(text) != "content" {
		t.Errorf("%q %v", text, err)
	}
}

func TestUpdateReplacesAndCloseCompacts(t *testing.T) {
	dir, env := filepath.Join(t.TempDir(), "out"), conntest.FileEnv(t)
	tg := openTarget(t, dir, env)
	tk := ticketWithFile("1")
	tk.Fields = map[string]any{"plan": "gold", "keep": "x"}
	must[connectors.Receipt](t)(tg.Create(t.Context(), tk))
	must[connectors.Receipt](t)(tg.Create(t.Context(), ticketWithFile("2")))
	now := &desk.Ticket{Subject: "New", Status: "closed", Meta: desk.Meta{Fields: map[string]any{"plan": "iron"}}}
	must[connectors.Receipt](t)(tg.Update(t.Context(), "1", now, []string{"subject", "fields.plan"}))
	if err := tg.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	check := func(when string) {
		rs, asides, _ := read(t, &Config{Path: dir}, conntest.FileEnv(t), desk.KindTicket, "")
		if len(rs) != 2 || len(asides) != 0 {
			t.Fatalf("%s: %q %v", when, ids(rs), asides)
		}
		for _, r := range rs {
			got := r.(*desk.Ticket)
			if got.ID == "1" && (got.Subject != "New" || got.Status != "open" || got.Fields["plan"] != "iron" || got.Fields["keep"] != "x") {
				t.Errorf("%s: %+v", when, got)
			}
		}
	}
	check("before Close")
	state := maps.Clone(env.State.(conntest.Memory))
	before := must[[]byte](t)(os.ReadFile(filepath.Join(dir, "tickets.csv")))
	if err := tg.Close(); err != nil {
		t.Fatal(err)
	}
	check("after Close")
	after := must[[]byte](t)(os.ReadFile(filepath.Join(dir, "tickets.csv")))
	if bytes.Count(before, []byte("\n")) != 4 || bytes.Count(after, []byte("\n")) != 3 {
		t.Errorf("rows before %q, after %q", before, after)
	}
	// Killed between the rename and the state: the shorter file is known.
	env.State = state
	again := openTarget(t, dir, env)
	if r := must[desk.Record](t)(again.Fetch(t.Context(), desk.KindTicket, "1")); r.(*desk.Ticket).Subject != "New" {
		t.Errorf("fetched %+v", r)
	}
	must[connectors.Receipt](t)(again.Append(t.Context(), "1", &desk.Message{ID: "m2", Text: "=more"}))
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	check("after the second Close")
}

// A run that is killed leaves what was synced, whatever part of the state was
// already safe.
func TestKilledRunIsCutBack(t *testing.T) {
	dir, env := filepath.Join(t.TempDir(), "out"), conntest.FileEnv(t)
	tg := openTarget(t, dir, env)
	must[connectors.Receipt](t)(tg.Create(t.Context(), ticketWithFile("1")))
	if err := tg.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	must[connectors.Receipt](t)(tg.Create(t.Context(), ticketWithFile("2")))
	must[desk.Record](t)(tg.Fetch(t.Context(), desk.KindTicket, "2")) // the rows arrive, the journal does not
	again := openTarget(t, dir, env)
	if _, err := again.Find(t.Context(), ticketWithFile("2")); err == nil {
		t.Error("a ticket that was cut off is found")
	}
	if id := must[desk.ID](t)(again.Find(t.Context(), ticketWithFile("1"))); id != "1" {
		t.Errorf("found %q", id)
	}
	must[connectors.Receipt](t)(again.Create(t.Context(), ticketWithFile("2")))
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	rs, asides, _ := read(t, &Config{Path: dir}, conntest.FileEnv(t), desk.KindTicket, "")
	if ids(rs) != "1 2" || len(asides) != 0 || len(rs[1].(*desk.Ticket).Messages) != 1 {
		t.Errorf("%q %v", ids(rs), asides)
	}
}

func TestDryRunMakesNothing(t *testing.T) {
	dir, env := filepath.Join(t.TempDir(), "out"), conntest.FileEnv(t)
	env.DryRun = true
	tg := openTarget(t, dir, env)
	if _, err := tg.Create(t.Context(), ticketWithFile("1")); err == nil {
		t.Error("a dry run wrote")
	}
	if err := tg.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("the folder was made")
	}
}

func TestForeignFolderIsRefused(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "tickets.csv"), "id,subject\n1,x\n")
	if _, err := newTarget(t.Context(), &Config{Path: dir}, conntest.FileEnv(t)); err == nil {
		t.Error("a folder of someone else's files was taken")
	}
}
