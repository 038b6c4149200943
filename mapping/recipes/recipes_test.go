package recipes

import (
	"context"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/mapping"
	"github.com/deskhaul/deskhaul/mapping/strict"
)

var update = flag.Bool("update", false, "rewrite docs/mapping.md")

// kitchen applies one recipe.
type kitchen struct {
	*testing.T
	m   *mapping.Mapping
	way *mapping.Way
}

// know lets records be looked up.
func (k kitchen) know(rs ...desk.Record) {
	k.way.Lookup = func(_ context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
		for _, r := range rs {
			if r.Kind() == kind && r.About().ID == id {
				return r, nil
			}
		}
		return nil, nil
	}
}

// ticket applies it to a ticket, which change makes out of an ordinary one.
func (k kitchen) ticket(change func(*desk.Ticket)) (*desk.Ticket, mapping.Verdict) {
	k.Helper()
	t := &desk.Ticket{
		Meta:   desk.Meta{ID: "mailbox/7", Created: time.Date(2020, 5, 1, 0, 0, 0, 0, time.UTC), Updated: time.Date(2020, 5, 2, 0, 0, 0, 0, time.UTC)},
		Number: "1007", Subject: "Hello", Status: desk.StatusOpen,
		Messages: []desk.Message{{ID: "m1", From: desk.Address{Email: "jane@shop.example"}, Text: "Hi"}},
	}
	change(t)
	return t, k.apply(t)
}

func (k kitchen) apply(r desk.Record) mapping.Verdict {
	k.Helper()
	v, err := k.m.Apply(k.Context(), r, *k.way)
	if err != nil {
		k.Fatal(err)
	}
	return v
}

// left checks which rule leaves a ticket out, "" none.
func (k kitchen) left(rule string, change func(*desk.Ticket)) {
	k.Helper()
	if _, v := k.ticket(change); v.Rule != rule || v.Keep != (rule == "") {
		k.Errorf("left out by %q, not by %q", v.Rule, rule)
	}
}

func (k kitchen) same(want, got any) {
	k.Helper()
	if d := cmp.Diff(want, got); d != "" {
		k.Errorf("(-want +got):\n%s", d)
	}
}

// Every recipe does what it says: its YAML is loaded as it stands and applied.
func TestRecipes(t *testing.T) {
	tests := dishes()
	for _, r := range All() {
		t.Run(r.Name, func(t *testing.T) {
			test := tests[r.Name]
			if test == nil {
				t.Fatal("no test says what becomes of a record")
			}
			var bad strict.Mistakes
			n := strict.Parse("deskhaul.yaml", []byte(r.YAML), &bad)
			m, err := mapping.CompileNode(n.Get("mapping"))
			if err != nil || bad.Len() > 0 || len(n.Pairs) != 1 {
				t.Fatal(err, bad.Err())
			}
			if r.Title == "" || r.Text == "" || !strings.HasPrefix(r.Try, "deskhaul ") {
				t.Error("it lacks title, text or command")
			}
			test(kitchen{t, m, new(mapping.Way)})
		})
		delete(tests, r.Name)
	}
	for name := range tests {
		t.Errorf("there is no recipe %q", name)
	}
}

// The page in docs says what "help mapping" says. Rewrite it with -update.
func TestPageIsCurrent(t *testing.T) {
	const path = "../../docs/mapping.md"
	if *update {
		if err := os.WriteFile(path, []byte(Page()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(got), Page()); d != "" {
		t.Errorf("%s is not current:\n%s", path, d)
	}
	for _, r := range All() {
		if help := Help(); !strings.Contains(help, strings.ToUpper(r.Title)) || !strings.Contains(help, r.Try) {
			t.Errorf("help lacks %q", r.Title)
		}
	}
	for i, line := range slices.Collect(strings.Lines(Help())) {
		if len([]rune(line)) > 101 {
			t.Errorf("line %d of the help has more than 100 characters: %s", i+1, line)
		}
	}
}
