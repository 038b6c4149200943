package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The same as TestKilled from a folder of tables to a folder of tables: rows of a
// file that grows are cut back to what the ledger knows.
func TestKilledTables(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	from := filepath.Join(dir, "from")
	writeTables(t, from, 120)
	args := func(project string) []string {
		return []string{"migrate", "--quiet", "--from", "csv:" + from, "--to", "csv:" + filepath.Join(dir, project+"-out"), filepath.Join(dir, project)}
	}
	project := killedOften(t, calmRun(t, args("calm")), 6, args)
	for _, name := range []string{"contacts.csv", "agents.csv", "organizations.csv", "tickets.csv", "messages.csv"} {
		want, got := tableRows(t, filepath.Join(dir, "calm-out", name)), tableRows(t, filepath.Join(dir, project+"-out", name))
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: the killed run differs from the calm one: %s", name, d)
		}
		if len(want) < 2 {
			t.Errorf("%s: nothing was written", name)
		}
	}
}

func writeTables(t *testing.T, dir string, n int) {
	t.Helper()
	var contacts, tickets, messages strings.Builder
	contacts.WriteString("id,name,email,company\n")
	tickets.WriteString("id,subject,status,requester id,created\n")
	messages.WriteString("id,ticket id,created,from email,body,private\n")
	for i := range n {
		fmt.Fprintf(&contacts, "%d,Клиент %d,c%d@customer.test,Company %d\n", i, i, i, i%7)
		fmt.Fprintf(&tickets, "T%d,\"Case %d, again\",open,%d,2024-01-02T10:00:00Z\n", i, i, i)
		for j := range 3 {
			fmt.Fprintf(&messages, "M%d.%d,T%d,2024-01-0%dT10:00:00Z,c%d@customer.test,\"line one\nline %d\",no\n", i, j, i, 4-j, i, j)
		}
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"contacts.csv": contacts.String(), "tickets.csv": tickets.String(), "messages.csv": messages.String(),
		"agents.csv": "id,name,email\nA1,Ann,ann@desk.test\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// tableRows reads a table in an order of its own, without the columns that differ
// from project to project.
func tableRows(t *testing.T, path string) []string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	names, out := slices.Clone(rows[0]), []string(nil)
	for _, row := range rows {
		for i, name := range names {
			if name == "mark" || name == "version" {
				row[i] = ""
			}
		}
		out = append(out, strings.Join(row, "|"))
	}
	slices.Sort(out)
	return out
}
