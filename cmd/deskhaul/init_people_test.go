package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Agents of whom a table knows nothing but the name are matched by it, and the mapping goes by
// it; who is like nobody stands there too.
func TestInitMatchesAgentsByName(t *testing.T) {
	t.Parallel()
	next, _ := newFreshdesk(t)
	here := t.TempDir()
	write(t, filepath.Join(here, "tickets.csv"), "id,subject,assignee,requester email,created\n1,a,Кузнецова Анна,c@customer.example,2024-05-01\n2,b,Зайцев Пётр,c@customer.example,2024-05-01\n")
	dir := filepath.Join(here, "move")
	mustRun(t, append(append([]string{"init", "--from", "csv:" + filepath.Join(here, "tickets.csv")}, next.end("to")...), dir)...)
	file, err := os.ReadFile(filepath.Join(dir, "deskhaul.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	wants(t, string(file), "'Кузнецова Анна': anna.k@new.example  # likely", "# 'Зайцев Пётр': NEW@ADDRESS")
	if said := inside(t, "plan", dir).all(); !strings.Contains(said, "adopt 2") { // one by the mapping, one by who stands in
		t.Errorf("the plan says\n%s", said)
	}
}
