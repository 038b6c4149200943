//go:build integration

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A workbook of ours that was opened and saved by an office program says the same as before.
func TestWorkbookThroughAnOfficeProgram(t *testing.T) {
	soffice, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice is not installed")
	}
	dir := t.TempDir()
	book := filepath.Join(dir, "all.xlsx")
	mustRun(t, "migrate", "--quiet", "--from", "mbox:../../testdata/quickstart/support.mbox", "--set", "from.agents.domains=nordlicht.example", "--to", "xlsx:"+book, filepath.Join(dir, "project"))
	again := filepath.Join(dir, "again")
	c := exec.CommandContext(t.Context(), soffice, "-env:UserInstallation=file://"+dir+"/office", "--headless", "--convert-to", "xlsx", "--outdir", again, book)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := os.Rename(filepath.Join(dir, "all.files"), filepath.Join(again, "all.files")); err != nil {
		t.Fatal(err)
	}
	saved := workbookLines(t, filepath.Join(again, "all.xlsx"))
	if err := os.Rename(filepath.Join(again, "all.files"), filepath.Join(dir, "all.files")); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(workbookLines(t, book), saved); d != "" || len(saved) != 76 {
		t.Errorf("%d tickets; the office program changed (-ours +theirs):\n%.4000s", len(saved), d)
	}
}

func workbookLines(t *testing.T, book string) []string {
	t.Helper()
	project := filepath.Join(t.TempDir(), "project")
	mustRun(t, "pull", "--quiet", "--from", "xlsx:"+book, project)
	lines := ticketLines(t, "--from", "archive:", "--to", "jsonl:"+filepath.Join(t.TempDir(), "all.jsonl"), project)
	slices.Sort(lines)
	return lines
}
