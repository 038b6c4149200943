//go:build integration && linux

package main

import (
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// voicesOfWorkbook reads the sheets of a workbook as any program does that knows nothing of
// ours but that a text goes on in "text (2)".
func voicesOfWorkbook(t *testing.T, path string) []voice {
	t.Helper()
	x, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close() //nolint:errcheck // it was only read
	return voicesOfRows(t, sheetOf(t, x, "tickets"), sheetOf(t, x, "messages"))
}

func sheetOf(t *testing.T, x *excelize.File, sheet string) (rows []map[string]string) {
	t.Helper()
	all, err := x.GetRows(sheet)
	if err != nil {
		t.Fatalf("%s: %v", sheet, err)
	}
	for _, cells := range all[1:] {
		row := map[string]string{}
		for i, cell := range cells {
			name, _, _ := strings.Cut(all[0][i], " (")
			row[name] += cell
		}
		row["note"] = strings.ToLower(row["note"])
		if row["at"] != "" {
			row["at"] = strings.Replace(row["at"], " ", "T", 1) + "Z"
		}
		rows = append(rows, row)
	}
	return rows
}
