package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestJSONIsDocumented compares the keys in docs/json.md with those that are printed.
func TestJSONIsDocumented(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../../docs/json.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "quickstart")
	if err := os.CopyFS(dir, os.DirFS("../../testdata/quickstart")); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(dir, ".deskhaul")); err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"check", "plan", "migrate", "verify", "status"} {
		out := mustRun(t, verb, "--json", dir)
		var printed map[string]any
		if err := json.Unmarshal(out, &printed); err != nil {
			t.Fatalf("%s: %v", verb, err)
		}
		must, may := documented(string(doc), verb)
		for key := range printed {
			if !slices.Contains(must, key) && !slices.Contains(may, key) {
				t.Errorf("%s prints %q, which docs/json.md does not name", verb, key)
			}
		}
		for _, key := range must {
			if _, ok := printed[key]; !ok {
				t.Errorf("docs/json.md says that %s prints %q; it prints %q", verb, key, slices.Sorted(maps.Keys(printed)))
			}
		}
	}
}

var docKey = regexp.MustCompile("`([a-z_]+)`(\\??)")

// documented are the keys in the table of a verb: those always there, and those
// that may be left out.
func documented(doc, verb string) (must, may []string) {
	_, section, _ := strings.Cut(doc, "\n## "+verb+"\n")
	section, _, _ = strings.Cut(section, "\n## ")
	for line := range strings.Lines(section) {
		cells := strings.Split(line, "|")
		if len(cells) < 3 || strings.HasPrefix(line, "| ---") {
			continue
		}
		for _, m := range docKey.FindAllStringSubmatch(cells[1], -1) {
			if m[2] == "?" {
				may = append(may, m[1])
			} else {
				must = append(must, m[1])
			}
		}
	}
	return must, may
}
