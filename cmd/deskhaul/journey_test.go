package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
)

// journey is a move between two ends, as flags.
type journey struct {
	dir  string
	args []string
}

func (j *journey) words(verb string) []string {
	return slices.Concat([]string{verb, "--quiet", "--json"}, j.args, []string{j.dir})
}

// outcome is what --json says of a run.
type outcome struct {
	Kinds      map[desk.Kind]checkpoints.Count `json:"kinds"`
	Quarantine int                             `json:"quarantine"`
	Losses     []loss                          `json:"losses"`
	Conflicts  []loss                          `json:"conflicts"`
}

type loss struct {
	Kind    desk.Kind `json:"kind"`
	Field   string    `json:"field"`
	Example string    `json:"example"`
}

func (j *journey) run(t *testing.T, verb string) outcome {
	t.Helper()
	o, r := j.end(t, verb)
	if r.code != exitDone {
		t.Fatalf("%s: exit code %d\n%s", verb, r.code, r.all())
	}
	return o
}

// end runs a verb, however it ends.
func (j *journey) end(t *testing.T, verb string) (o outcome, r *ran) {
	t.Helper()
	r = inside(t, j.words(verb)...)
	if err := json.Unmarshal(r.out.Bytes(), &o); err != nil {
		t.Fatalf("%s: %v: %s", verb, err, r.all())
	}
	return o, r
}

// travel is a journey from one end to another: a desk, or a connector and its place.
func travel(t *testing.T, from, to any) *journey {
	j := &journey{dir: filepath.Join(t.TempDir(), "project")}
	for which, end := range map[string]any{"from": from, "to": to} {
		switch end := end.(type) {
		case *cloud:
			j.args = append(j.args, end.end(which)...)
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

// records reads a file of records, the latest of each.
func records(t *testing.T, path string) map[desk.Ref]desk.Record {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 16<<20)
	latest := map[desk.Ref]desk.Record{}
	for sc.Scan() {
		rec, err := desk.Unmarshal(sc.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		latest[desk.To(rec.Kind(), rec.About().ID)] = rec
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	return latest
}

// tickets reads the tickets of a file of records.
func tickets(t *testing.T, path string) (out []*desk.Ticket) {
	t.Helper()
	for _, rec := range records(t, path) {
		if ticket, ok := rec.(*desk.Ticket); ok {
			out = append(out, ticket)
		}
	}
	return out
}

// peopleTwice are the addresses, or names without any, that several contacts have.
func peopleTwice(t *testing.T, path string) (out []string) {
	t.Helper()
	seen := map[string]int{}
	for _, rec := range records(t, path) {
		if c, ok := rec.(*desk.Contact); ok && !c.Deleted {
			who := strings.Join(c.Emails, ",")
			if who == "" {
				who = c.Name
			}
			if seen[who]++; seen[who] == 2 {
				out = append(out, who)
			}
		}
	}
	return out
}

// contents says, ticket by ticket, what a file of records holds: which numbered
// messages, in what order, which of them notes, and which files. What is deleted, or
// merged into another, is left out.
func contents(t *testing.T, path string) map[string]string {
	t.Helper()
	return sightOf(t, path).standing
}

// sight is what there is to see in a helpdesk.
type sight struct {
	standing map[string]string // tickets by subject
	gone     map[string]string // tickets of which it is said that they are no more, and how
	merged   map[string]string // tickets that are now part of another, and which
}

// sightOf says what a file of records holds.
func sightOf(t *testing.T, path string) sight {
	t.Helper()
	if twice := peopleTwice(t, path); len(twice) > 0 {
		t.Errorf("these people are there twice: %q", twice)
	}
	out := sight{map[string]string{}, map[string]string{}, map[string]string{}}
	all := tickets(t, path)
	for _, k := range all {
		said, sort := saidOf(k), out.standing
		switch how := goneBy(k); {
		case how != "":
			said, sort = how, out.gone
		case !k.MergedInto.IsZero():
			into := slices.IndexFunc(all, func(o *desk.Ticket) bool { return o.ID == k.MergedInto.ID })
			if sort, said = out.merged, "what is not there"; into >= 0 {
				said = all[into].Subject
			}
		}
		if was, twice := sort[k.Subject]; twice {
			said = was + " AND " + said
		}
		sort[k.Subject] = said
	}
	return out
}

// goneBy is how a ticket says that it is no more in the source.
func goneBy(k *desk.Ticket) string {
	switch {
	case k.Deleted:
		return "tombstone"
	case slices.ContainsFunc(k.Tags, func(tag string) bool { return strings.Contains(tag, "deleted") }):
		return "tag"
	case slices.ContainsFunc(k.Messages, func(m desk.Message) bool { return m.Note && strings.Contains(m.Text, "[Deleted in the source") }):
		return "note"
	}
	return ""
}

// saidOf is a ticket in one line.
func saidOf(k *desk.Ticket) string {
	said := string(k.Status)
	if k.Status == desk.StatusNew {
		said = "open" // not every helpdesk knows new ones
	}
	for _, m := range k.Messages {
		text := strings.Join(strings.Fields(m.Text), " ")
		if number := numbered.FindStringIndex(text); number != nil {
			text = text[number[0]:] // after what is said of its date and author
		}
		said += "\n" + text
		if m.Note {
			said += " (note)"
		}
		for _, f := range m.Files {
			said += fmt.Sprintf(" [%s %d %s]", f.Name, f.Size, f.SHA256)
		}
	}
	return said
}

// read is what a desk holds, as our reader sees it.
func (c *cloud) read(t *testing.T) map[string]string {
	t.Helper()
	return c.look(t).standing
}

func (c *cloud) look(t *testing.T) sight {
	t.Helper()
	path := filepath.Join(t.TempDir(), "all.jsonl")
	travel(t, c, "jsonl:"+path).run(t, "migrate")
	return sightOf(t, path)
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

// untilDone runs migrate until it says that all is done: what waits, or is in
// quarantine, is for retry and a later run.
func untilDone(t *testing.T, folder string) {
	t.Helper()
	var said strings.Builder
	for try := range 40 {
		verb := "migrate"
		if try%2 == 1 {
			verb = "retry"
		}
		out, err := deskhaul(t, verb, "--quiet", folder).CombinedOutput()
		fmt.Fprintf(&said, "%s: %v\n%s\n", verb, err, out)
		var exit *exec.ExitError
		if err == nil && verb == "migrate" {
			return
		}
		if err != nil && (!errors.As(err, &exit) || exit.ExitCode() == exitUsage) {
			t.Fatalf("%v\n%s", err, out)
		}
		time.Sleep(200 * time.Millisecond) // what is in doubt is looked for until the target has settled
	}
	t.Fatalf("it is not done after 40 runs:\n%s", said.String())
}
