package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/all"
	"github.com/deskhaul/deskhaul/mapping/recipes"
	"github.com/deskhaul/deskhaul/mapping/strict/stricttest"
	"github.com/deskhaul/deskhaul/project"
)

const smallDesk = `{"kind":"category","id":"billing","name":"Logistik"}
{"kind":"category","id":"support","name":"Versand"}
{"kind":"contact","id":"c1","name":"Jane","emails":["jane@shop.example"]}
{"kind":"contact","id":"c2","name":"Jane D","emails":["j.doe@shop.example"]}
{"kind":"ticket","id":"t1","subject":"Hello","status":"open","created":"2020-01-01T00:00:00Z","updated":"2020-01-01T00:00:00Z","requester":{"kind":"contact","id":"c1"},"messages":[{"id":"m1","at":"2020-01-01T00:00:00Z","author":{"kind":"contact","id":"c1"},"text":"hi"}]}
{"kind":"ticket","id":"t2","subject":"Refund","status":"open","created":"2020-01-01T00:00:00Z","updated":"2020-01-01T00:00:00Z","requester":{"kind":"contact","id":"c2"},"messages":[{"id":"m1","at":"2020-01-01T00:00:00Z","author":{"kind":"contact","id":"c2"},"text":"hi"}]}
`

// Each recipe stands in a project as it is, is valid for editors, moves it, and the command
// that it names runs. What becomes of single records its own tests tell; here is what needs
// a whole move: who and what is one at the target.
func TestRecipesMoveAProject(t *testing.T) {
	t.Parallel()
	valid := stricttest.Validator(t, project.Schema(all.Specs()))
	for _, r := range recipes.All() {
		dir := t.TempDir()
		targets := "{out: {connector: jsonl, path: all.jsonl}}"
		if r.Name == "split" {
			targets = "{north: {connector: jsonl, path: all.jsonl}, south: {connector: jsonl, path: south.jsonl}}"
		}
		src := "sources: {mailbox: {connector: jsonl, path: in.jsonl}}\ntargets: " + targets + "\n" + r.YAML
		if err := stricttest.File(t, valid, []byte(src)); err != nil {
			t.Errorf("%s: %v", r.Name, err)
		}
		for name, text := range map[string]string{project.FileName: src, "in.jsonl": smallDesk} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		try := strings.NewReplacer("TICKET", "mailbox/t2", "./acme", dir, "losses.csv", filepath.Join(dir, "losses.csv")).Replace(r.Try)
		for _, command := range []string{"migrate " + dir, strings.TrimPrefix(try, "deskhaul ")} {
			var out, errs bytes.Buffer
			if code := (&app{stdout: &out, stderr: &errs}).run(t.Context(), append(strings.Fields(command), "--quiet")); code != exitDone {
				t.Errorf("%s: %s: exit %d\n%s%s", r.Name, command, code, &out, &errs)
			}
		}
		b, err := os.ReadFile(filepath.Join(dir, "all.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		if what, count := together(r.Name); count != strings.Count(string(b), what) {
			t.Errorf("%s: not %d times %s in\n%s", r.Name, count, what, b)
		}
	}
}

// together is what must stand how often in the target, by recipe.
func together(recipe string) (what string, count int) {
	switch recipe {
	case "names-of-shelves":
		return `{"kind":"category","id":"mailbox/`, 1
	case "same-person":
		return `"emails":["jane@shop.example"]`, 1
	case "routes":
		return `"category":{"kind":"category","id":"mailbox/billing"}`, 1
	}
	return `{"kind":"ticket","id":"mailbox/t`, 2
}

// Pages of help are found like verbs, by people, scripts and shells.
func TestHelpOfMapping(t *testing.T) {
	t.Parallel()
	deskhaul := func(want int, args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if code := (&app{stdout: &out, stderr: &errs}).run(t.Context(), args); code != want {
			t.Errorf("%v: exit %d %s", args, code, &errs)
		}
		return out.String() + errs.String()
	}
	for _, args := range [][]string{{"help", "mapping"}, {"mapping", "--help"}, {"mapping"}} {
		if out := deskhaul(exitDone, args...); strings.TrimSpace(out) != strings.TrimSpace(recipes.Help()) {
			t.Errorf("%v prints something else: %s", args, out)
		}
	}
	var list []recipes.Recipe
	if err := json.Unmarshal([]byte(deskhaul(exitDone, "help", "mapping", "--json")), &list); err != nil || len(list) != len(recipes.All()) {
		t.Error(len(list), err)
	}
	if out := deskhaul(exitDone, "__complete", "help", "m"); !strings.Contains(out, "migrate\t") || !strings.Contains(out, "mapping\t") {
		t.Error(out)
	}
	if out := deskhaul(exitUsage, "help", "maping"); !strings.Contains(out, `did you mean "help mapping"`) {
		t.Error(out)
	}
}
