package main

import (
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/report"
)

// added puts a change where its keys stand.
func added(to, change map[string]any) map[string]any {
	out := maps.Clone(to)
	if out == nil {
		out = map[string]any{}
	}
	for key, v := range change {
		was, isMap := out[key].(map[string]any)
		if more, both := v.(map[string]any); isMap && both {
			v = added(was, more)
		}
		out[key] = v
	}
	return out
}

// changed is a project with a change that a plan proposes.
func changed(t *testing.T, folder, change string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(folder, "deskhaul.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var was, by map[string]any
	if err := yaml.Unmarshal(b, &was); err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal([]byte(change), &by); err != nil {
		t.Fatalf("%v in\n%s", err, change)
	}
	if b, err = yaml.Marshal(added(was, by)); err != nil {
		t.Fatal(err)
	}
	other := t.TempDir()
	add(t, filepath.Join(other, "deskhaul.yaml"), string(b))
	return other
}

// planOf plans a project.
func planOf(t *testing.T, folder string) (p report.Plan) {
	t.Helper()
	printed(t, []string{"plan", "--quiet", "--json", folder}, &p)
	return p
}

// losing is how often a field of a kind is lost, for a reason, and how often kept.
func (k lossSort) losing(p report.Plan) (lost, kept int64) {
	for _, l := range p.Losses {
		switch {
		case l.Kind != k.kind || l.Field != k.field:
		case l.Kept:
			kept += l.Count
		case l.Why == k.why:
			lost += l.Count
		}
	}
	return lost, kept
}

// Each change that a plan proposes saves what it says: what was lost is lost no more, or
// stands in the note.
func TestWhatAPlanProposesSaves(t *testing.T) {
	t.Parallel()
	in := filepath.Join(t.TempDir(), "in.jsonl")
	putInto(t, in, drawer{rand.New(rand.NewPCG(7, 7))}.world(25))
	own := "mapping:\n  tables:\n    sorts: {grumble: gripe, \"*\": question}\n  tickets:\n    set:\n      type: table(\"sorts\", ticket.type)\n"
	for name, mapping := range map[string]string{"plain": "", "a table": own, "an expression": "mapping:\n  tickets:\n    set:\n      type: ticket.type + \"\"\n", "a constant": "mapping:\n  tickets:\n    set:\n      type: {value: nonsense}\n"} {
		t.Run("zendesk, "+name, func(t *testing.T) {
			z := aZendesk(t)
			z.people.(zendeskPeople).Set("ticket_fields", map[string]any{"title": "plan", "type": "tagger", "custom_field_options": []map[string]any{{"name": "Gold", "value": "gold"}, {"name": "Iron", "value": "iron"}}})
			folder := intoProject(t, in, mapping, "zendesk", append(z.settings, "url="+z.url, "token=${TOKEN_ZENDESK}", "max_file=1")...)
			only := ""
			if mapping != "" {
				only = "type"
			}
			proposed(t, folder, only, func(string) {})
		})
	}
	t.Run("rt", func(t *testing.T) {
		r := anRT(t)
		s := r.people.(rtPeople).Handler.(*rttest.Server)
		folder := intoProject(t, in, "", "rt", append(r.settings, "url="+r.url, "token=${TOKEN_RT}")...)
		proposed(t, folder, "", func(field string) { s.Fields = []string{strings.TrimPrefix(field, "fields.")} })
	})
	t.Run("rt, a choice", func(t *testing.T) {
		r := anRT(t)
		s := r.people.(rtPeople).Handler.(*rttest.Server)
		s.Fields, s.Choices = []string{"plan"}, map[string][]string{"plan": {"gold", "iron"}}
		proposed(t, intoProject(t, in, "", "rt", append(r.settings, "url="+r.url, "token=${TOKEN_RT}", "fields=[plan]")...), "", func(string) { s.Fields = []string{"plan", "mood"} })
	})
	t.Run("freshdesk", func(t *testing.T) {
		f := aFreshdesk(t)
		proposed(t, intoProject(t, in, "", "freshdesk", append(f.settings, "url="+f.url, "token=${TOKEN_FRESHDESK}", "max_files=2000000")...), "", func(string) {})
	})
}

// proposed tries all that a plan proposes, or what it does for one field; make makes a
// custom field at the target.
func proposed(t *testing.T, folder, only string, make func(field string)) {
	t.Helper()
	plan := planOf(t, folder)
	tried, with := 0, map[string]report.Plan{}
	for _, l := range plan.Losses {
		key := lossSort{kind: l.Kind, field: l.Field, why: l.Why}
		before, _ := key.losing(plan)
		if l.Kept || only != "" && only != l.Field {
			continue
		}
		for _, s := range l.Save {
			tried++
			if strings.Contains(s.YAML, "fields:") && strings.Contains(l.Remark, "make the custom field") {
				make(l.Field)
			}
			if _, planned := with[s.YAML]; !planned {
				with[s.YAML] = planOf(t, changed(t, folder, s.YAML))
			}
			lost, kept := key.losing(with[s.YAML])
			if asNote := strings.Contains(s.YAML, "leftovers"); asNote && kept < before || lost > 0 && l.OtherValues == 0 {
				t.Errorf("%s of %s (%s) was lost %d times; with\n%s it is lost %d times and kept %d times", l.Field, l.Kind, l.Why, before, s.YAML, lost, kept)
			}
		}
	}
	if lost, kept := plan.Losing.Lost, plan.Losing.Kept; tried < 2 || only == "" && tried < 5 || lost == 0 || kept != 0 {
		t.Errorf("%d proposals for %d losses, %d kept", tried, lost, kept)
	}
	if len(plan.Kinds) == 0 || plan.Kinds[desk.KindTicket].Read == 0 {
		t.Error("nothing was planned")
	}
}
