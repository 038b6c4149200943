package csv

import (
	"context"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// memory is a State in a map.
type memory map[string][]byte

func (m memory) Get(_ context.Context, key string) ([]byte, error) { return m[key], nil }
func (m memory) Put(_ context.Context, key string, v []byte) error { m[key] = v; return nil }
func (m memory) Delete(_ context.Context, key string) error        { delete(m, key); return nil }
func (m memory) Scan(_ context.Context, prefix, after string) iter.Seq2[connectors.Entry, error] {
	return func(yield func(connectors.Entry, error) bool) {
		var keys []string
		for k := range m {
			if strings.HasPrefix(k, prefix) && k > after {
				keys = append(keys, k)
			}
		}
		slices.Sort(keys)
		for _, k := range keys {
			if !yield(connectors.Entry{Key: k, Value: m[k]}, nil) {
				return
			}
		}
	}
}

func testEnv(t testing.TB) connectors.Env {
	return connectors.Env{Log: slog.New(slog.DiscardHandler), State: memory{}, Temp: t.TempDir(), Now: time.Now, Name: "test"}
}

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
