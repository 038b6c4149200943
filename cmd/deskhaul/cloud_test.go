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

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
	"github.com/deskhaul/deskhaul/desk"
)

// cloud is a helpdesk over HTTP that the command line moves from and to.
type cloud struct {
	connector, url string
	token          string
	settings       []string // KEY=VALUE
	outbox         func() []string
	storm          func(*weather)
	people
}

func anRT(t *testing.T) *cloud {
	s := rttest.New()
	url := s.Start(t.Cleanup)
	return &cloud{connector: "rt", url: url, token: rttest.Token, settings: []string{"quiet=scrips"}, outbox: s.Outbox, people: rtPeople{url}}
}

func aFreshdesk(t *testing.T) *cloud {
	s := freshdesktest.New()
	s.AddField("ticket_fields", freshdesktest.Field{Name: "cf_deskhaul", Label: "deskhaul", Type: "custom_text"})
	p := freshdeskPeople{s, s.AddAgent("Ann", "ann@desk.test"), s.AddContact(freshdesktest.Contact{Name: "New", Email: "new@customer.test"})}
	url, stop := s.Start()
	t.Cleanup(stop)
	return &cloud{
		connector: "freshdesk", url: url, token: s.Key, settings: []string{"quiet=notifications-off", "mark_field=cf_deskhaul", "stand_in=ann@desk.test", "search_lag=1s"},
		outbox: s.Outbox, people: p, storm: func(w *weather) { w.overFreshdesk(s) },
	}
}

func aZendesk(t *testing.T) *cloud {
	s := zendesktest.NewServer(zendesktest.Options{ExportLag: -1, Rate: -1, ExportRate: -1, UpdateRate: -1})
	t.Cleanup(s.Close)
	s.Quiet()
	p := zendeskPeople{s.Account, s.Set("users", map[string]any{"name": "Ann", "email": "ann@desk.test", "role": "agent"})}
	return &cloud{
		connector: "zendesk", url: s.URL, token: zendesktest.Token, settings: []string{"email=" + zendesktest.Email, "quiet=triggers-off", "rate=100000", "export_rate=100000", "update_rate=100000", "settling=1s"},
		outbox: s.Outbox, people: p, storm: func(w *weather) { w.overZendesk(s.Account) },
	}
}

// end is the flags that name the desk as one end of a move.
func (c *cloud) end(which string) []string {
	out := []string{"--" + which, c.connector + ":" + c.url, "--set", fmt.Sprintf("%s.token=${TOKEN_%s}", which, strings.ToUpper(which))}
	for _, kv := range c.settings {
		out = append(out, "--set", which+"."+kv)
	}
	return out
}

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

// A mailbox into each helpdesk: all of it once, ten mails more as exactly ten
// messages, nobody e-mailed.
func TestMailboxToHelpdesks(t *testing.T) {
	for name, start := range map[string]func(*testing.T) *cloud{"rt": anRT, "freshdesk": aFreshdesk, "zendesk": aZendesk} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mbox := filepath.Join(t.TempDir(), "support.mbox")
			if err := appendMails(mbox, 0, 99); err != nil {
				t.Fatal(err)
			}
			far := start(t)
			j := travel(t, "mbox:"+mbox, far).fromMailbox()
			o := j.run(t, "migrate")
			if n := o.Kinds[desk.KindMessage].Created; n != 100 || o.Quarantine != 0 {
				t.Errorf("%d messages written, %d in quarantine", n, o.Quarantine)
			}
			same := func() {
				t.Helper()
				path := filepath.Join(t.TempDir(), "mailbox.jsonl")
				travel(t, "mbox:"+mbox, "jsonl:"+path).fromMailbox().run(t, "migrate")
				if d := cmp.Diff(contents(t, path), far.read(t)); d != "" {
					t.Error(d)
				}
			}
			same()
			if o := j.run(t, "sync"); o.Kinds[desk.KindMessage].Created != 0 || o.Kinds[desk.KindTicket].Updated != 0 {
				t.Errorf("a second run wrote: %+v", o.Kinds)
			}
			if err := appendMails(mbox, 100, 109); err != nil {
				t.Fatal(err)
			}
			if o := j.run(t, "sync"); o.Kinds[desk.KindMessage].Created != 10 {
				t.Errorf("the delta: %+v", o.Kinds)
			}
			same()
			if mails := far.outbox(); len(mails) > 0 {
				t.Errorf("%d e-mails, such as %s", len(mails), mails[0])
			}
		})
	}
}

// From one helpdesk to the next, and what its people do meanwhile in a second run: an
// answer, a note, a solved ticket, a new one, one that is deleted, two that are merged.
func TestHelpdeskToHelpdesk(t *testing.T) {
	for name, start := range map[string][2]func(*testing.T) *cloud{
		"zendesk to freshdesk": {aZendesk, aFreshdesk}, "freshdesk to rt": {aFreshdesk, anRT}, "rt to zendesk": {anRT, aZendesk},
		"rt to freshdesk": {anRT, aFreshdesk}, "rt to rt": {anRT, anRT},
	} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && name != "zendesk to freshdesk" {
				t.Skip("processes of their own, five times alike")
			}
			t.Parallel()
			mbox := filepath.Join(t.TempDir(), "support.mbox")
			if err := appendMails(mbox, 0, 49); err != nil {
				t.Fatal(err)
			}
			old, next := start[0](t), start[1](t)
			travel(t, "mbox:"+mbox, old).fromMailbox().run(t, "migrate")
			j := travel(t, old, next)
			same := func(but ...string) {
				t.Helper()
				was, is := old.read(t), next.read(t)
				for _, subject := range but {
					delete(was, subject)
					delete(is, subject)
				}
				if d := cmp.Diff(was, is); d != "" {
					t.Error(d)
				}
			}
			if o := j.run(t, "migrate"); o.Kinds[desk.KindMessage].Created != 50 || o.Quarantine != 0 {
				t.Errorf("%+v", o)
			}
			same()
			ids := old.ids(t)
			old.answer(t, ids["Case 1"], 1001)
			old.note(t, ids["Case 1"], 1002)
			old.solve(t, ids["Case 2"])
			old.open(t, "Case new", 1003)
			old.remove(t, ids["Case 3"])
			merged := old.merge(t, ids["Case 4"], ids["Case 5"])
			o := j.run(t, "sync")
			// What the source deleted stays, and says so; what it merged is merged, or it is
			// told that it stays apart.
			same("Case 3", "Case 4")
			if said, open := next.read(t)["Case 3"]; open && !strings.Contains(said, "[Deleted in the source") {
				t.Errorf("the ticket that was deleted says only %q", said)
			}
			if _, apart := next.read(t)["Case 4"]; merged && apart && !slices.ContainsFunc(o.Losses, func(l loss) bool { return l.Field == "merged_into" }) {
				t.Errorf("it is not told what became of the ticket that was merged: %+v", o.Losses)
			}
			if o := j.run(t, "sync"); o.Kinds[desk.KindMessage].Created != 0 || o.Kinds[desk.KindTicket].Updated != 0 {
				t.Errorf("a third run wrote: %+v", o.Kinds)
			}
			if mails := next.outbox(); len(mails) > 0 {
				t.Errorf("%d e-mails, such as %s", len(mails), mails[0])
			}
		})
	}
}

// A target that may mail people is refused before anything is asked of either end,
// with what is to be switched off there, and how to say that it is.
func TestLoudHelpdesksAreRefused(t *testing.T) {
	for name, start := range map[string]func(*testing.T) *cloud{"rt": anRT, "freshdesk": aFreshdesk} {
		far := start(t)
		far.settings = slices.DeleteFunc(far.settings, func(kv string) bool { return strings.HasPrefix(kv, "quiet=") })
		j := travel(t, "mbox:"+filepath.Join(t.TempDir(), "none.mbox"), far)
		j.args = append(j.args, "--trace", filepath.Join(filepath.Dir(j.dir), "trace.log"))
		var errs bytes.Buffer
		c := j.command(t, "migrate")
		c.Stderr = &errs
		_ = c.Run()
		said := errs.String()
		if c.ProcessState.ExitCode() != exitUsage || !strings.Contains(said, "is refused") || !strings.Contains(said, "quiet: ") {
			t.Errorf("%s: exit code %d: %s", name, c.ProcessState.ExitCode(), said)
		}
		if strings.Contains(said, far.token) {
			t.Errorf("%s: the token is told", name)
		}
		if trace, err := os.ReadFile(filepath.Join(filepath.Dir(j.dir), "trace.log")); err != nil || len(trace) > 0 {
			t.Errorf("%s: requests were made: %q %v", name, trace, err)
		}
	}
}
