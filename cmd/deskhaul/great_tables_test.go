//go:build integration && linux

package main

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// voicesOfTables reads a folder of CSV files as tables and nothing else. The last row of
// an id is the one that holds.
func voicesOfTables(t *testing.T, dir string) []voice {
	t.Helper()
	return voicesOfRows(t, tableOf(t, filepath.Join(dir, "tickets.csv")), tableOf(t, filepath.Join(dir, "messages.csv")))
}

func voicesOfRows(t *testing.T, tickets, messages []map[string]string) (out []voice) {
	t.Helper()
	subjects, solved := map[string]string{}, map[string]string{}
	for _, row := range tickets {
		subjects[row["id"]], solved[row["id"]] = row["subject"], yes(row["status"] == "solved" || row["status"] == "closed")
	}
	for _, row := range messages {
		v := voice{ticket: row["ticket"], subject: subjects[row["ticket"]], text: row["text"] + row["html"], note: row["note"] == "true", solved: solved[row["ticket"]]}
		v.at, _ = time.Parse(time.RFC3339, row["at"])
		var files []struct{ Name string }
		if row["files"] != "" {
			if err := json.Unmarshal([]byte(row["files"]), &files); err != nil {
				t.Fatalf("%v: %s", err, row["files"])
			}
		}
		for _, f := range files {
			v.files = append(v.files, f.Name)
		}
		out = append(out, v)
	}
	slices.SortStableFunc(out, func(a, b voice) int { return a.at.Compare(b.at) })
	return out
}

// tableOf are the rows of a table by the names of its columns; of each id the last one,
// in the order of the first ones.
func tableOf(t *testing.T, path string) (rows []map[string]string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	at := map[string]int{}
	for _, cells := range all[1:] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[name] = cells[i]
		}
		key := row["ticket"] + "\x00" + row["id"]
		if i, had := at[key]; had {
			rows[i] = row
			continue
		}
		at[key] = len(rows)
		rows = append(rows, row)
	}
	return rows
}
