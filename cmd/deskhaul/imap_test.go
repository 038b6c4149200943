//go:build integration

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
	"github.com/deskhaul/deskhaul/desk"
)

// A real mailing list lies in a real mailbox and is pulled by a process that is killed
// again and again; the archive holds then what it holds if the list comes from a file.
// Then people work in the mailbox, and it is kept in step.
func TestPullsFromDovecot(t *testing.T) {
	d := imaptest.StartDovecot(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	list := usrpProject(t)
	file := filepath.Join(list, "usrp.mbox")
	c := d.Login(1)
	if err := c.Create("List", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	mails := appendMbox(t, c, file)
	line := imaptest.NewLine(t, "127.0.0.1:"+strconv.Itoa(d.Port))
	folder := t.TempDir()
	user, password := d.Account(1)
	t.Setenv("IMAP_PASSWORD", password)
	add(t, filepath.Join(folder, "deskhaul.yaml"), fmt.Sprintf(
		"project: usrp\nsources:\n  list:\n    connector: imap\n    host: 127.0.0.1\n    port: %d\n    security: none\n    user: %s\n    password: ${IMAP_PASSWORD}\n    category: none\n", line.Port, user))
	began := time.Now()
	kills := killedAtCommands(t, rng, line, folder, 40, 8)
	untilDone(t, folder)
	t.Logf("%d mails, %d kills, done in %s", mails, kills, time.Since(began).Round(time.Second))
	if kills < 2 {
		t.Errorf("it was killed %d times only", kills)
	}
	withCRLF(t, file) // a mailbox has no other line ends, and files that are not encoded keep them
	untilDone(t, list)
	want, got := plainTickets(t, list), plainTickets(t, folder)
	t.Logf("%d tickets", len(want))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("the archive is not what the file gives (-file +imap):\n%.6000s", diff)
	}
	inStep(t, d, c, folder, got)
}

func withCRLF(t *testing.T, file string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err == nil {
		b = bytes.ReplaceAll(bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
		err = os.WriteFile(file, b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// inStep works in the mailbox as people do and pulls after each step.
func inStep(t *testing.T, d *imaptest.Dovecot, c *imapclient.Client, folder string, before map[string][]string) {
	pulled := func(what string, others int) map[string][]string {
		t.Helper()
		untilDone(t, folder)
		now, n := plainTickets(t, folder), 0
		for id, ticket := range now {
			if !slices.Equal(before[id], ticket) {
				n++
			}
		}
		if n != others || len(now) < len(before) {
			t.Errorf("%s: %d of %d tickets are others, want %d of %d", what, n, len(now), others, len(before))
		}
		before = now
		return now
	}
	letter := "Message-ID: <new-%d@x.test>\nDate: Tue, 3 Mar 2020 10:00:00 +0000\nFrom: J <j@example.org>\nSubject: new %d\n\nText.\n"
	uid := imaptest.Append(t, c, "List", fmt.Sprintf(letter, 1, 1), time.Now())
	imaptest.Append(t, c, "Sent", fmt.Sprintf(letter, 1, 1), time.Now())
	pulled("new mail", 1)
	if _, err := c.Select("List", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	store := func(op imap.StoreFlagsOp, flags ...imap.Flag) {
		t.Helper()
		if err := c.Store(imap.UIDSetNum(uid), &imap.StoreFlags{Op: op, Silent: true, Flags: flags}, nil).Close(); err != nil {
			t.Fatal(err)
		}
	}
	store(imap.StoreFlagsAdd, "urgent", imap.FlagSeen)
	if now := pulled("a keyword", 1); !slices.ContainsFunc(now["new-1@x.test"], func(l string) bool { return strings.Contains(l, `"urgent"`) }) {
		t.Errorf("no tag: %q", now["new-1@x.test"])
	}
	store(imap.StoreFlagsDel, "urgent")
	pulled("the keyword taken away", 1)
	if _, err := c.Move(imap.UIDSetNum(uid), "Archive").Wait(); err != nil {
		t.Fatal(err)
	}
	pulled("moved", 0) // folders are no categories here
	if err := c.Store(imap.UIDSet{{Start: 1, Stop: 20}}, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Expunge().Collect(); err != nil {
		t.Fatal(err)
	}
	pulled("expunged", 0)
	user, _ := d.Account(1)
	d.Adm("mailbox", "update", "-u", user, "--uid-validity", "4711", "List")
	imaptest.Append(t, d.Login(1), "List", fmt.Sprintf(letter, 2, 2), time.Now())
	pulled("another validity", 1)
	pulled("nothing", 0)
}

// killedAtCommands runs migrate and kills it, so many times at most, each at a command
// that it gives, and returns how often it did so before all was moved.
func killedAtCommands(t *testing.T, rng *rand.Rand, line *imaptest.Line, folder string, most, times int) (kills int) {
	t.Helper()
	for range times {
		p := deskhaul(t, "migrate", "--quiet", folder)
		after := time.Duration(rng.Int64N(int64(100 * time.Millisecond)))
		line.Calm()
		line.Do(imaptest.Fault{Command: `.`, Skip: rng.IntN(most), Times: 1, Act: imaptest.First(func() {
			time.AfterFunc(after, func() { _ = p.Process.Kill() })
		})})
		err := p.Run()
		if err == nil {
			break
		}
		if killed(err) {
			kills++
		}
	}
	line.Calm()
	return kills
}

// twins tells whether two messages are one that the list has sent twice, with another
// boundary between its parts: from afar they are copies, in a file they are not.
func twins(a, b desk.Message) bool {
	return a.MessageID == b.MessageID && a.At.Equal(b.At) && a.Text == b.Text && a.MessageID != ""
}

var (
	fromLine   = regexp.MustCompile(`(?m)^From .*\n`)
	quotedFrom = regexp.MustCompile(`(?m)^>(>*From )`)
)

// appendMbox puts the mails of a file into folders of an account, as a mail program
// would.
func appendMbox(t *testing.T, c *imapclient.Client, file string) (n int) {
	t.Helper()
	folders := []string{"INBOX", "List", "Archive"}
	mails := mboxMails(t, file)
	for i, mail := range mails {
		imaptest.Append(t, c, folders[i%len(folders)], mail, time.Date(2019, 1, 1, 0, 0, i, 0, time.UTC))
	}
	return len(mails)
}

// plainTickets are the tickets of a project's archive by their ids.
func plainTickets(t *testing.T, folder string) map[string][]string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "tickets.jsonl")
	mustRun(t, "load", "--quiet", "--from", "archive:", "--to", "jsonl:"+file, folder)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	tickets := map[string][]string{}
	for line := range bytes.Lines(b) {
		r, err := desk.Unmarshal(line)
		if err != nil {
			t.Fatal(err)
		}
		ticket, ok := r.(*desk.Ticket)
		if !ok {
			continue
		}
		ticket.Version, ticket.Mark = "", "" // they count what was looked at
		ticket.Messages = slices.CompactFunc(ticket.Messages, twins)
		for i := range ticket.Messages {
			ticket.Messages[i].Mark = ""
		}
		_, key, _ := strings.Cut(string(ticket.ID), "/")
		text, err := json.MarshalIndent(ticket, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		if tickets[key] != nil {
			t.Errorf("ticket %s is there twice", ticket.ID)
		}
		tickets[key] = strings.Split(string(text), "\n")
	}
	return tickets
}
