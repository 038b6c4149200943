package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors/all"
)

var update = flag.Bool("update", false, "rewrite the pages of the connectors")

// The pages in docs/connectors say what the connectors say of themselves today, and
// there is one for each. Rewrite them with: go test ./cmd/deskhaul -run Pages -update
func TestPagesOfConnectorsAreCurrent(t *testing.T) {
	folder := filepath.Join("..", "..", "docs", "connectors")
	want := map[string]bool{}
	for _, spec := range all.Specs() {
		var out, errs bytes.Buffer
		if code := (&app{stdout: &out, stderr: &errs}).run(t.Context(), []string{"connectors", spec.Name}); code != 0 {
			t.Fatalf("%s: %s", spec.Name, &errs)
		}
		path := filepath.Join(folder, spec.Name+".md")
		want[spec.Name+".md"] = true
		if *update {
			if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
		}
		if d := cmp.Diff(string(got), out.String()); d != "" {
			t.Errorf("%s is not current:\n%s", path, d)
		}
	}
	pages, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pages {
		if !want[p.Name()] {
			t.Errorf("docs/connectors/%s describes no connector", p.Name())
		}
	}
}
