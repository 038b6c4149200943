package mapping

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/deskhaul/deskhaul/desk"
)

var update = flag.Bool("update", false, "rewrite golden files")

// Every mistake of a file is told at once, with its place and a way out.
func TestMistakesAreToldTogether(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			m, err := Compile(src, "mapping.yaml")
			if err == nil || m != nil {
				t.Fatal("a bad file was taken")
			}
			got := err.Error() + "\n"
			golden := strings.TrimSuffix(file, ".yaml") + ".txt"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("messages changed (-want +got), -update rewrites them:\n%s", diff)
			}
		})
	}
}

func full(t testing.TB) *Mapping {
	t.Helper()
	src, err := os.ReadFile("testdata/full.yaml")
	if err != nil {
		t.Fatal(err)
	}
	m, err := Compile(src, "full.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func ticket() *desk.Ticket {
	return &desk.Ticket{
		Meta:   desk.Meta{ID: "7", Created: time.Date(2020, 5, 1, 0, 0, 0, 0, time.UTC), Fields: map[string]any{"state": "on-hold", "prio": 1.0}},
		Number: "1007", Subject: "  Rechnung #4711 – карта 4111 1111 1111 1111 ", Status: desk.StatusOpen, Tags: []string{"inbox", "billing"},
		Messages: []desk.Message{
			{ID: "m1", From: desk.Address{Email: "kunde@Firma.example"}, Text: "Meine Karte: 4111-1111-1111-1111\n> zitiert secret-123", Folds: []desk.Fold{{Start: 33, End: 53, What: desk.FoldQuote}}},
			{ID: "m2", From: desk.Address{Email: "mailer-daemon@firma.example"}, Text: "weg"},
		},
	}
}

func TestTicketGoesThroughEveryRule(t *testing.T) {
	m, tk := full(t), ticket()
	v, err := m.Apply(t.Context(), tk, Way{})
	if err != nil {
		t.Fatal(err)
	}
	want := Verdict{
		Keep: true, Dropped: []Dropped{{"m2", "messages.drop.bounces"}},
		Losses: []Loss{{"message.text", "redacted in 2 places"}, {"subject", "redacted in 1 place"}},
		Route:  "billing",
	}
	if diff := cmp.Diff(want, v); diff != "" {
		t.Errorf("verdict (-want +got):\n%s", diff)
	}
	wantTicket := &desk.Ticket{
		Meta: desk.Meta{ID: "7", Created: tk.Created, Fields: map[string]any{
			"state": "on-hold", "origin": "old desk", "messages": 2.0, "old_number": "4711",
		}},
		Number: "1007", Subject: "[1007] Rechnung #4711 – карта [redacted]", Status: desk.StatusPending, Priority: desk.PriorityUrgent,
		Type: "question", Channel: "email", Tags: []string{"billing", "migrated"},
		Group: desk.To(desk.KindGroup, "g-billing"), Category: desk.To(desk.KindCategory, "c-money"),
		Messages: []desk.Message{{
			ID: "m1", From: desk.Address{Email: "kunde@Firma.example"}, Text: "Meine Karte: [redacted]\n> zitiert secret-1***",
			Folds: []desk.Fold{{Start: 24, End: 45, What: desk.FoldQuote}}, Fields: map[string]any{"domain": "firma.example"},
		}},
	}
	if diff := cmp.Diff(wantTicket, tk); diff != "" {
		t.Errorf("ticket (-want +got):\n%s", diff)
	}
}

func TestFiltersNameTheirRule(t *testing.T) {
	m := full(t)
	for rule, change := range map[string]func(*desk.Ticket){
		"tickets.keep":              func(t *desk.Ticket) { t.Tags = []string{"spam"} },
		"tickets.drop.auto replies": func(t *desk.Ticket) { t.Tags = []string{"auto-reply"} },
		"tickets.drop.empty":        func(t *desk.Ticket) { t.Messages = nil },
		"":                          func(t *desk.Ticket) { t.Deleted, t.Messages = true, nil },
	} {
		tk := ticket()
		change(tk)
		v, err := m.Apply(t.Context(), tk, Way{})
		if err != nil || v.Rule != rule || v.Keep != (rule == "") {
			t.Errorf("want %q, got %+v, %v", rule, v, err)
		}
	}
}

// What fails for one record names the rule, its place and the record.
func TestFailureNamesRuleAndRecord(t *testing.T) {
	m, tk := full(t), ticket()
	tk.Fields["prio"] = "9"
	_, err := m.Apply(t.Context(), tk, Way{})
	want := `full.yaml:14:15: tickets.set.priority of "7": table "prio" does not list "9" – add it, or "*" for all others`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestPeopleGetTheirNewAddresses(t *testing.T) {
	m := full(t)
	a := &desk.Agent{Email: "old@desk.example"}
	c := &desk.Contact{Emails: []string{"A@old.test", "a@new.test", "b@old.test"}}
	for _, r := range []desk.Record{a, c} {
		if v, err := m.Apply(t.Context(), r, Way{}); err != nil || !v.Keep {
			t.Fatal(v, err)
		}
	}
	if a.Email != "new@desk.example" || !cmp.Equal(c.Emails, []string{"a@new.test", "b@old.test"}) || c.Language != "de" {
		t.Error(a, c)
	}
	if m.Contacts() != ContactsAll {
		t.Error(m.Contacts())
	}
}

func TestNilMappingChangesNothing(t *testing.T) {
	var m *Mapping
	tk := ticket()
	v, err := m.Apply(t.Context(), tk, Way{})
	if err != nil || !cmp.Equal(v, Verdict{Keep: true}) || !cmp.Equal(tk, ticket()) {
		t.Error(v, err)
	}
	empty, err := Compile([]byte("# nothing\n"), "m.yaml")
	if err != nil || empty.Hash() != m.Hash() || m.Contacts() != ContactsWithTickets {
		t.Error(err, empty.Hash())
	}
}

func TestHashIsOfTheMeaning(t *testing.T) {
	base := "tickets: {set: {subject: trim(ticket.subject), type: '\"x\"'}}\n"
	same := []string{
		"# comment\ncontacts: with-tickets\ntickets:\n  set:\n    type: |\n      \"x\"\n    subject: 'trim( ticket.subject )'\n",
		base + "tables: {unused: {a: b}}\n",
	}
	other := []string{
		"tickets: {set: {subject: lower(ticket.subject), type: '\"x\"'}}\n", base + "contacts: all\n", base + "redact: [card numbers]\n",
		"tickets: {defaults: {subject: trim(ticket.subject), type: '\"x\"'}}\n", base + "people: {agents: {a@x.test: b@x.test}}\n",
	}
	hash := func(src string) string {
		m, err := Compile([]byte(src), "m.yaml")
		if err != nil {
			t.Fatal(err)
		}
		return m.Hash()
	}
	for _, s := range same {
		if hash(s) != hash(base) {
			t.Errorf("another hash for the same meaning:\n%s", s)
		}
	}
	seen := map[string]string{hash(base): base}
	for _, s := range other {
		if twin, ok := seen[hash(s)]; ok {
			t.Errorf("one hash for\n%s\nand\n%s", s, twin)
		}
		seen[hash(s)] = s
	}
	if hash("tables: {t: {a: b}}\ntickets: {set: {type: 'table(\"t\", ticket.type)'}}") ==
		hash("tables: {t: {a: c}}\ntickets: {set: {type: 'table(\"t\", ticket.type)'}}") {
		t.Error("the words of a table that is used are not in the hash")
	}
}

// Whatever is in a record, applying the mapping to two copies gives the same, and
// neither the original nor what it shares with them is changed.
func TestApplyIsSteady(t *testing.T) {
	m := full(t)
	rapid.Check(t, func(rt *rapid.T) {
		word := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"on-hold", "1", "spam", "billing", "4111 1111 1111 1111", "secret-42", "#7"}))
		r := ticket()
		r.Subject, r.Number, r.Tags = word.Draw(rt, "subject"), word.Draw(rt, "number"), rapid.SliceOf(word).Draw(rt, "tags")
		r.Created = time.Unix(rapid.Int64Range(-1<<40, 1<<40).Draw(rt, "created"), 0)
		r.Fields = map[string]any{"state": word.Draw(rt, "state"), "prio": rapid.SampledFrom([]any{nil, 1.0, "2", true, []any{"secret-1"}}).Draw(rt, "prio")}
		for range rapid.IntRange(0, 3).Draw(rt, "messages") {
			s := word.Draw(rt, "text")
			r.Messages = append(r.Messages, desk.Message{Text: s, HTML: s, From: desk.Address{Email: s}, Folds: []desk.Fold{{End: len(s)}}})
		}
		a, b, before := desk.Clone(r), desk.Clone(r), desk.Clone(r)
		va, ea := m.Apply(t.Context(), a, Way{})
		vb, eb := m.Apply(t.Context(), b, Way{})
		if diff := cmp.Diff(a, b); diff != "" || !cmp.Equal(va, vb) || fmt.Sprint(ea) != fmt.Sprint(eb) {
			rt.Errorf("two results for one record: %+v %v, %+v %v\n%s", va, ea, vb, eb, diff)
		}
		if diff := cmp.Diff(before, desk.Record(r)); diff != "" {
			rt.Errorf("the original was changed:\n%s", diff)
		}
	})
}

func BenchmarkApply(b *testing.B) {
	src := "tables: {status: {a: open}}\ntickets: {keep: 'ticket.created.Year() >= 2019', set: {subject: 'trim(ticket.subject)', status: 'table(\"status\", ticket.fields.status)'}}"
	m, err := Compile([]byte(src), "m.yaml")
	if err != nil {
		b.Fatal(err)
	}
	for name, m := range map[string]*Mapping{"identity": nil, "three expressions": m} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			tk := ticket()
			tk.Fields["status"] = "a"
			for b.Loop() {
				if _, err := m.Apply(b.Context(), tk, Way{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func FuzzCompile(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.yaml")
	bad, _ := filepath.Glob("testdata/bad/*.yaml")
	for _, file := range append(files, bad...) {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		m, err := Compile(src, "m.yaml")
		if err != nil {
			for line := range strings.Lines(err.Error()) {
				if !strings.HasPrefix(line, "m.yaml:") {
					t.Errorf("a mistake without a place: %q", line)
				}
			}
			return
		}
		if again, err := Compile(src, "n.yaml"); err != nil || again.Hash() != m.Hash() {
			t.Error("compiled twice, got two hashes", err)
		}
	})
}

// Apply does the same to two copies of one record, whatever is in it.
func FuzzApply(f *testing.F) {
	line, err := desk.Marshal(ticket())
	if err != nil {
		f.Fatal(err)
	}
	src, err := os.ReadFile("testdata/full.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(line, src)
	f.Fuzz(func(t *testing.T, line, src []byte) {
		r, err := desk.Unmarshal(line)
		if err != nil {
			return
		}
		m, err := Compile(src, "m.yaml")
		if err != nil {
			return
		}
		a, b := desk.Clone(r), desk.Clone(r)
		va, ea := m.Apply(t.Context(), a, Way{})
		vb, eb := m.Apply(t.Context(), b, Way{})
		if !cmp.Equal(va, vb) || (ea == nil) != (eb == nil) {
			t.Fatal("two verdicts on one record", va, vb, ea, eb)
		}
		if ea != nil {
			return
		}
		la, ea := desk.Marshal(a)
		lb, eb := desk.Marshal(b)
		if ea != nil || eb != nil || !bytes.Equal(la, lb) {
			t.Fatalf("two results for one record, %v, %v:\n%s\n%s", ea, eb, la, lb)
		}
	})
}
