package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// What lies in a folder is known by its ending; what Excel leaves beside a workbook that is
// open is not one.
func TestWorkbooksAreFound(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"tickets.xlsx", "macros.XLSM", "~$tickets.xlsx", "old.xls", filepath.Join("years", "2023.xlsx"), "customers.csv"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("PK"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		if l, ok := recognised(filepath.Join(dir, e.Name()), e); ok {
			got = append(got, l.connector+" "+e.Name())
		}
	}
	if want := []string{"csv customers.csv", "xlsx macros.XLSM", "xlsx tickets.xlsx", "xlsx years"}; !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}
