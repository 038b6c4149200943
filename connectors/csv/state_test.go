package csv

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// read yields everything of a kind after a cursor, and the cursor to go on from.
func read(t testing.TB, cfg *Config, env connectors.Env, kind desk.Kind, after connectors.Cursor) (rs []desk.Record, asides []connectors.Aside, next connectors.Cursor) {
	t.Helper()
	s, err := newSource(t.Context(), cfg, env)
	if err != nil {
		t.Fatal(err)
	}
	next = after
	for item, err := range s.Read(t.Context(), kind, after) {
		if err != nil {
			t.Fatal(err)
		}
		if next = item.Cursor; item.Aside != nil {
			asides = append(asides, *item.Aside)
		} else {
			rs = append(rs, item.Record)
		}
	}
	return rs, asides, next
}

func ids(rs []desk.Record) string {
	var list []string
	for _, r := range rs {
		list = append(list, string(r.About().ID))
	}
	return strings.Join(list, " ")
}

// file writes a table into a folder of its own and gives its configuration.
func file(t testing.TB, name, text string) *Config {
	path := filepath.Join(t.TempDir(), name)
	write(t, path, text)
	return &Config{Path: path}
}
