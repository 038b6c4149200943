package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/report"
)

// A cause that forty records share is told once, with how many they are; JSON lists the first
// of them one by one.
func TestPlanTellsACauseOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var b strings.Builder
	for n := range 60 {
		word := "strange"
		if n == 7 {
			word = "rare"
		}
		fmt.Fprintf(&b, `{"kind":"ticket","id":"case-%d","subject":"%s"}`+"\n", n, word)
	}
	add(t, filepath.Join(dir, "in.jsonl"), b.String())
	add(t, filepath.Join(dir, "deskhaul.yaml"), `sources: {old: {connector: jsonl, path: in.jsonl}}
targets: {new: {connector: jsonl, path: out.jsonl}}
mapping:
  tickets: {set: {type: 'table("types", ticket.subject)'}}
  tables: {types: {Usual: question}}
`)
	said := inside(t, "plan", "-q", dir).out.String()
	for _, want := range []string{
		`  59 × tickets (mapping): ticket …: mapping: `, `does not list "strange"`, "      tickets old/case-0, old/case-1, old/case-2, old/case-3, old/case-4, …\n",
		`  ticket old/case-7 (mapping): ticket old/case-7: mapping: `, `does not list "rare"`,
	} {
		if strings.Count(said, want) != 1 {
			t.Errorf("it says %d times %q:\n%s", strings.Count(said, want), want, said)
		}
	}
	var p report.Plan
	if err := json.Unmarshal(inside(t, "plan", "-q", "--json", dir).out.Bytes(), &p); err != nil || len(p.Refused) != maxRefusals || p.Kinds["ticket"].Refuse != 60 {
		t.Errorf("%v: %d are listed of %+v", err, len(p.Refused), p.Kinds["ticket"])
	}
}
