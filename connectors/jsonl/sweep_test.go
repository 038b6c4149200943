package jsonl

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/conntest"
)

// A killed run leaves an attachment half written; the next one takes it away.
func TestTargetSweepsWhatKillsLeft(t *testing.T) {
	path := filepath.Join(t.TempDir(), "all.jsonl")
	folder := path + ".files"
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{".new-123", "kept"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	done(t, open(t, path, new(conntest.State)))
	for name, want := range map[string]bool{".new-123": false, "kept": true} {
		if _, err := os.Lstat(filepath.Join(folder, name)); (err == nil) != want {
			t.Errorf("%s stands: %v, want %v", name, err == nil, want)
		}
	}
}
