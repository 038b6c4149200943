package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// The same as TestKilledTables into a workbook, whose rows lie beside it until it is
// written: nothing is lost or doubled, and nothing is left over.
func TestKilledWorkbook(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	from := filepath.Join(dir, "from")
	writeTables(t, from, 60)
	args := func(project string) []string {
		return []string{"migrate", "--quiet", "--from", "csv:" + from, "--to", "xlsx:" + filepath.Join(dir, project+"-out", "all.xlsx"), filepath.Join(dir, project)}
	}
	project := killedOften(t, calmRun(t, args("calm")), 4, args)
	for _, sheet := range []string{"contacts", "agents", "organizations", "tickets", "messages"} {
		want, got := sheetRows(t, filepath.Join(dir, "calm-out", "all.xlsx"), sheet), sheetRows(t, filepath.Join(dir, project+"-out", "all.xlsx"), sheet)
		if d := cmp.Diff(want, got); d != "" || len(want) < 2 {
			t.Errorf("%s: %d rows; the killed run differs from the calm one: %s", sheet, len(want), d)
		}
	}
	left, err := os.ReadDir(filepath.Join(dir, project+"-out"))
	if err != nil || len(left) != 1 {
		t.Errorf("left over: %v, %v", left, err)
	}
}

// sheetRows reads a sheet in an order of its own, without the columns that differ from
// project to project.
func sheetRows(t *testing.T, book, sheet string) []string {
	t.Helper()
	x, err := excelize.OpenFile(book)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close() //nolint:errcheck // it was only read
	rows, err := x.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	for _, row := range rows {
		for len(row) < len(rows[0]) {
			row = append(row, "")
		}
		for i, cell := range row {
			if i > 0 {
				table.WriteByte(',')
			}
			table.WriteString(`"` + strings.ReplaceAll(cell, `"`, `""`) + `"`)
		}
		table.WriteByte('\n')
	}
	path := filepath.Join(t.TempDir(), "sheet.csv")
	if err := os.WriteFile(path, []byte(table.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return tableRows(t, path)
}
