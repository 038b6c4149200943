package sheets

import (
	"context"
	"iter"
	"os"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/deskhaul/deskhaul/connectors"
)

// must stops a test at the first error.
func must[T any](t interface{ Fatal(...any) }) func(T, error) T {
	return func(v T, err error) T {
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func tempDir(t *rapid.T) string {
	dir := must[string](t)(os.MkdirTemp("", "sheets"))
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

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
