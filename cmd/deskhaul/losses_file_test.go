package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A list of losses that could not be written whole is not left behind, and it is said
// what to do.
func TestLossesThatCannotBeWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "losses.csv")
	l, err := newLossFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.file.Close(); err != nil {
		t.Fatal(err)
	}
	if err := l.close(); err == nil || !strings.Contains(err.Error(), "write the losses") {
		t.Errorf("it says %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("an empty list is left")
	}
	const full = "/dev/full"
	if _, err := os.Stat(full); err != nil {
		t.Skip("there is no full disk to try")
	}
	if l, err = newLossFile(full); err != nil {
		t.Fatal(err)
	}
	if err := l.close(); err == nil || !strings.Contains(err.Error(), "free space there and run the same command again") {
		t.Errorf("it says %v", err)
	}
	if _, err := os.Stat(full); err != nil {
		t.Error("what is no file was removed")
	}
}
