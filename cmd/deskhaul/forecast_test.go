package main

import (
	"encoding/csv"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors/conntest/rounds"
	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/report"
)

// lost reads a file of losses: of each its place and words, in order, without what would
// save it, and where it was lost.
func lost(t *testing.T, path string) []string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, row := range rows[1:] {
		out = append(out, strings.Join(row[1:8], " | "))
	}
	slices.Sort(out)
	return out
}

// foreseen plans, runs and verifies a project, and compares what each says is lost, per
// ticket and in total.
func foreseen(t *testing.T, folder string) report.Plan {
	t.Helper()
	dir := t.TempDir()
	planned, told := filepath.Join(dir, "planned.csv"), filepath.Join(dir, "told.csv")
	var plan report.Plan
	var run struct{ Losses []report.Loss }
	printed(t, []string{"plan", "--quiet", "--json", "--losses", planned, folder}, &plan)
	printed(t, []string{"migrate", "--quiet", "--json", "--losses", told, folder}, &run)
	want := lost(t, told)
	if d := cmp.Diff(want, lost(t, planned)); d != "" {
		t.Errorf("what is lost is not what was foreseen (-run +plan):\n%.8000s", d)
	}
	if n := plan.Losing.Lost + plan.Losing.Kept; n != int64(len(want)) {
		t.Errorf("the plan counts %d losses, the run tells %d", n, len(want))
	}
	sum := map[bool]int64{}
	for _, l := range run.Losses {
		sum[l.Kept] += l.Count
	}
	if sum[false] != plan.Losing.Lost || sum[true] != plan.Losing.Kept {
		t.Errorf("the run tells of %d losses and %d kept, the plan of %+v", sum[false], sum[true], plan.Losing)
	}
	losing := map[string]bool{}
	for _, row := range want {
		if cells := strings.Split(row, " | "); cells[0] != "" && cells[5] == "false" {
			losing[cells[0]] = true
		}
	}
	if plan.Losing.Tickets != int64(len(losing)) {
		t.Errorf("the plan says that %d tickets lose something, the run's losses are of %d", plan.Losing.Tickets, len(losing))
	}
	verified(t, folder, plan.Losing)
	return plan
}

// verified lets a project verify, where its target can be read back.
func verified(t *testing.T, folder string, l report.Losing) {
	t.Helper()
	var v struct {
		Line                    string
		Differences, Lost, Kept int64
		Hops                    []report.VerifiedHop
	}
	r := inside(t, "verify", "--quiet", "--json", folder)
	if err := json.Unmarshal(r.out.Bytes(), &v); err != nil {
		t.Fatalf("%v\n%s", err, r.all())
	}
	if v.Differences > 0 || v.Lost != l.Lost || v.Kept != l.Kept {
		t.Errorf("planned are %+v, verify says: %s", l, v.Line)
		for _, f := range v.Hops[0].Found {
			t.Logf("%s × %d %s of %s: %.300v", f.Class, f.Count, f.Field, f.Kind, f.First[:1])
		}
	}
}

// What a plan foresees is what the run tells, ticket by ticket and in the same words,
// and what verify counts: into every helpdesk, with a note and without, and into files.
func TestPlanForeseesWhatTheRunLoses(t *testing.T) {
	t.Parallel()
	in := filepath.Join(t.TempDir(), "in.jsonl")
	putInto(t, in, drawer{rand.New(rand.NewPCG(weather.Seeds(t, 1)[0], 0))}.world(rounds.Of(8, 8, 14)))
	note := "mapping:\n  tickets:\n    leftovers: note\n  messages:\n    redact: [{match: cross, with: '***'}]\n"
	for name, target := range map[string]func(t *testing.T) (string, []string){
		"rt": func(t *testing.T) (string, []string) {
			s := anRT(t)
			far := s.people.(rtPeople).Handler.(*rttest.Server)
			far.Fields, far.Choices = []string{"plan"}, map[string][]string{"plan": {"gold", "iron"}}
			return "rt", append(s.settings, "url="+s.url, "token=${TOKEN_RT}", "fields=[plan]")
		},
		"zendesk": func(t *testing.T) (string, []string) {
			s := aZendesk(t)
			s.people.(zendeskPeople).Set("ticket_fields", map[string]any{"title": "plan", "type": "tagger", "custom_field_options": []map[string]any{{"name": "Gold", "value": "gold"}, {"name": "Iron", "value": "iron"}}})
			return "zendesk", append(s.settings, "url="+s.url, "token=${TOKEN_ZENDESK}", "max_file=1")
		},
		"freshdesk": func(t *testing.T) (string, []string) {
			s := aFreshdesk(t)
			return "freshdesk", append(s.settings, "url="+s.url, "token=${TOKEN_FRESHDESK}", "max_files=2000000")
		},
		"mbox": func(t *testing.T) (string, []string) {
			return "mbox", []string{"path=" + filepath.Join(t.TempDir(), "out.mbox")}
		},
		"maildir": func(t *testing.T) (string, []string) {
			return "maildir", []string{"path=" + filepath.Join(t.TempDir(), "out")}
		},
		"csv": func(t *testing.T) (string, []string) {
			return "csv", []string{"path=" + filepath.Join(t.TempDir(), "out")}
		},
		"jsonl": func(t *testing.T) (string, []string) {
			return "jsonl", []string{"path=" + filepath.Join(t.TempDir(), "out.jsonl")}
		},
	} {
		for how, mapping := range map[string]string{"": "", " with a note": note} {
			t.Run(name+how, func(t *testing.T) {
				connector, settings := target(t)
				plan := foreseen(t, intoProject(t, in, mapping, connector, settings...))
				t.Logf("%s", plan.Losing)
			})
		}
	}
}
