package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
)

// journey is a move between two ends, as flags, with the secrets that they need.
type journey struct {
	dir  string
	args []string
	env  []string
}

func (j *journey) command(t *testing.T, verb string) *exec.Cmd {
	args := append([]string{verb, "--quiet", "--json"}, j.args...)
	c := deskhaul(t, append(args, j.dir)...)
	c.Env = append(c.Environ(), j.env...)
	return c
}

// outcome is what --json says of a run.
type outcome struct {
	Kinds      map[desk.Kind]checkpoints.Count `json:"kinds"`
	Quarantine int                             `json:"quarantine"`
	Losses     []loss                          `json:"losses"`
}

type loss struct {
	Kind    desk.Kind `json:"kind"`
	Field   string    `json:"field"`
	Example string    `json:"example"`
}

func (j *journey) run(t *testing.T, verb string) outcome {
	t.Helper()
	var out, errs bytes.Buffer
	c := j.command(t, verb)
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Run(); err != nil {
		t.Fatalf("%s: %v\n%s\n%s", verb, err, &errs, &out)
	}
	var o outcome
	if err := json.Unmarshal(out.Bytes(), &o); err != nil {
		t.Fatalf("%v: %s", err, &out)
	}
	return o
}

// travel is a journey from one end to another: a desk, or a connector and its place.
func travel(t *testing.T, from, to any) *journey {
	j := &journey{dir: filepath.Join(t.TempDir(), "project")}
	for which, end := range map[string]any{"from": from, "to": to} {
		switch end := end.(type) {
		case *cloud:
			j.args = append(j.args, end.end(which)...)
			j.env = append(j.env, "TOKEN_"+strings.ToUpper(which)+"="+end.token)
		case string:
			j.args = append(j.args, "--"+which, end)
		}
	}
	return j
}

// fromMailbox adds who is one of us.
func (j *journey) fromMailbox() *journey {
	j.args = append(j.args, "--set", "from.agents.domains=desk.test")
	return j
}

var numbered = regexp.MustCompile(`Message (\d+)[.:]`)

// tickets reads the tickets of a file of records.
func tickets(t *testing.T, path string) (out []*desk.Ticket) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 16<<20)
	latest := map[desk.ID]*desk.Ticket{}
	for sc.Scan() {
		rec, err := desk.Unmarshal(sc.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if ticket, ok := rec.(*desk.Ticket); ok {
			latest[ticket.ID] = ticket
		}
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	return slices.Collect(maps.Values(latest))
}

// contents says, ticket by ticket, what a file of records holds: which numbered
// messages, in what order, which of them notes, and which files. What is deleted, or
// merged into another, is left out.
func contents(t *testing.T, path string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, ticket := range tickets(t, path) {
		if ticket.Deleted || !ticket.MergedInto.IsZero() || slices.ContainsFunc(ticket.Tags, func(tag string) bool { return strings.Contains(tag, "deleted") }) {
			continue
		}
		said := string(ticket.Status)
		if ticket.Status == desk.StatusNew {
			said = "open" // not every helpdesk knows new ones
		}
		for _, m := range ticket.Messages {
			number := numbered.FindStringSubmatch(m.Text)
			if number == nil {
				number = []string{"", m.Text}
			}
			said += " " + number[1]
			if m.Note {
				said += "(note)"
			}
			for _, f := range m.Files {
				said += fmt.Sprintf("[%s %d]", f.Name, f.Size)
			}
		}
		if was, twice := out[ticket.Subject]; twice {
			said = was + " AND " + said
		}
		out[ticket.Subject] = said
	}
	return out
}

// read is what a desk holds, as our reader sees it.
func (c *cloud) read(t *testing.T) map[string]string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "all.jsonl")
	travel(t, c, "jsonl:"+path).run(t, "migrate")
	return contents(t, path)
}

// ids are the ids of its tickets, by subject.
func (c *cloud) ids(t *testing.T) map[string]string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "all.jsonl")
	travel(t, c, "jsonl:"+path).run(t, "migrate")
	out := map[string]string{}
	for _, ticket := range tickets(t, path) {
		_, out[ticket.Subject], _ = strings.Cut(string(ticket.ID), "/")
	}
	return out
}
