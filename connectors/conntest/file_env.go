package conntest

import (
	"context"
	"iter"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
)

// Memory is a connector's State in a map, for the tests of one goroutine.
type Memory map[string][]byte

// Get returns a value, nil if there is none.
func (m Memory) Get(_ context.Context, key string) ([]byte, error) { return m[key], nil }

// Put sets a value.
func (m Memory) Put(_ context.Context, key string, v []byte) error { m[key] = v; return nil }

// Delete forgets a key.
func (m Memory) Delete(_ context.Context, key string) error { delete(m, key); return nil }

// Scan yields the entries of a prefix after a key, in order.
func (m Memory) Scan(_ context.Context, prefix, after string) iter.Seq2[connectors.Entry, error] {
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

// FileEnv is what a connector of files is given in a test.
func FileEnv(t testing.TB) connectors.Env {
	return connectors.Env{Log: slog.New(slog.DiscardHandler), State: Memory{}, Temp: t.TempDir(), Now: time.Now, Name: "test"}
}
