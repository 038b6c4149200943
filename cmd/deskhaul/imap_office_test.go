//go:build integration

package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/mail"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/connectors/mail/stamp"
)

// A whole mailbox moves into another by a process that is killed again and again, and
// is kept in step while people work in it. What lies at the far end is read from the
// server's own files, by other code than ours. The mailbox itself stays as it was, to
// the last flag.
func TestMailboxIntoMailbox(t *testing.T) {
	if _, err := os.Stat(data); err != nil {
		t.Skip("the mails are not there")
	}
	d := imaptest.StartDovecot(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	o := &office{t: t, d: d, c: d.Login(1), rng: rand.New(rand.NewPCG(seed, 0))}
	server := "127.0.0.1:" + strconv.Itoa(d.Port)
	o.lines = []*imaptest.Line{imaptest.NewLine(t, server), imaptest.NewLine(t, server)}
	o.folder = officeProject(t, d, "archive: none\n", o.lines[0], o.lines[1], 2)
	began := time.Now()
	o.fill()
	t.Logf("%d mails are there after %s", len(o.posts), time.Since(began).Round(time.Second))
	o.step(12, ofMany)
	if o.kills < leastKills {
		t.Errorf("it was killed %d times only", o.kills)
	}
	o.holds(2)
	o.threads(2)
	o.work()
	o.posts = slices.DeleteFunc(o.posts, func(p *post) bool { return p.gone }) // it never sees those
	o.folder, o.kills = officeProject(t, d, "", o.lines[0], o.lines[1], 3), 0  // by the archive
	o.step(12, ofMany)
	o.holds(3)
	o.threads(3)
}

// work is what people do in a mailbox; after each step all is as it should be.
func (o *office) work() {
	o.t.Helper()
	inStep := func(what string) {
		o.t.Helper()
		o.t.Log(what)
		o.step(2, ofFew)
		o.holds(2)
	}
	list := slices.DeleteFunc(slices.Clone(o.posts), func(p *post) bool { return p.folder != "Lists/usrp" || p.id == "" })
	old, marked, gone, moved := list[10], list[20], list[30], list[40]

	answer := o.put(old.folder, fmt.Sprintf("Message-ID: <answer@customer.test>\nIn-Reply-To: <%s>\nReferences: <%[1]s>\nDate: Tue, 3 Mar 2020 10:00:00 +0000\n"+
		"From: J <j@customer.test>\nSubject: Re: %s\n\nIt is the same again.\n", old.id, old.subject), time.Date(2020, 3, 3, 10, 0, 1, 0, time.UTC))
	inStep("an answer in an old thread")
	if at := o.tickets(2); at[answer.id] == "" || at[answer.id] != at[old.id] {
		o.t.Errorf("the answer is in ticket %q, not in %q", at[answer.id], at[old.id])
	}

	o.flag(marked, imap.StoreFlagsAdd, imap.FlagFlagged, imap.FlagSeen, imap.FlagAnswered, "urgent")
	inStep("flags and a keyword set")
	o.tagged(marked, "mailing-list", "flagged", "urgent")
	o.flag(marked, imap.StoreFlagsDel, "urgent")
	inStep("the keyword taken away")
	o.tagged(marked, "mailing-list", "flagged")

	o.flag(gone, imap.StoreFlagsAdd, imap.FlagDeleted)
	if _, err := o.c.Expunge().Collect(); err != nil {
		o.t.Fatal(err)
	}
	inStep("a mail expunged")
	gone.gone = true

	o.move(moved, "Lists/mips")
	inStep("a conversation moved to another folder")

	o.renumber("Lists/mips")
	inStep("a folder deleted and made again with the same mails")
	o.threads(2)
}

// move moves all mails of a conversation into another folder.
func (o *office) move(first *post, to string) {
	o.t.Helper()
	from, tickets, n := first.folder, o.tickets(2), 0
	for _, p := range o.posts {
		if p.id == "" || p.folder != from || tickets[p.id] != tickets[first.id] {
			continue
		}
		o.open(p.folder)
		data, err := o.c.Move(imap.UIDSetNum(p.uid), to).Wait()
		if err != nil {
			o.t.Fatal(err)
		}
		set, ok := data.DestUIDs.(imap.UIDSet)
		if nums, all := set.Nums(); ok && all && len(nums) == 1 {
			p.folder, p.uid = to, nums[0]
			n++
		}
	}
	o.t.Logf("%d mails moved", n)
}

// renumber deletes a folder and makes it again with the same mails.
func (o *office) renumber(folder string) {
	o.t.Helper()
	o.open("INBOX")
	if err := o.c.Delete(folder).Wait(); err != nil {
		o.t.Fatal(err)
	}
	o.create(folder)
	for _, p := range o.posts {
		if p.folder == folder {
			p.uid = imaptest.Append(o.t, o.c, folder, p.raw, p.at)
		}
	}
}

// tagged checks the tags of a mail's ticket at the target, as its newest cover has them.
func (o *office) tagged(p *post, tags ...string) {
	o.t.Helper()
	ticket, version, got := o.tickets(2)[p.id], int64(-1), []string{}
	for _, l := range o.d.Spool(2) {
		raw, err := l.Letter()
		if err != nil {
			o.t.Fatal(err)
		}
		h, _, err := rfc5322.ReadHeader(rfc5322.Bytes(raw))
		if err != nil {
			o.t.Fatal(err)
		}
		if t, is, err := stamp.DecodeTicket(h); err == nil && is && h.Get("X-Deskhaul-Ticket") == ticket && stamp.DecodeVersion(h) > version {
			got, version = t.Tags, stamp.DecodeVersion(h)
		}
	}
	if !slices.Equal(got, tags) {
		o.t.Errorf("ticket %s has tags %q at the target, want %q", ticket, got, tags)
	}
}

// tickets are the tickets of all mails at the target, by Message-ID.
func (o *office) tickets(n int) map[string]string {
	o.t.Helper()
	tickets := map[string]string{}
	for _, l := range o.d.Spool(n) {
		raw, err := l.Letter()
		if err != nil {
			o.t.Fatal(err)
		}
		m, err := mail.ReadMessage(bytes.NewReader(raw))
		if err != nil {
			o.t.Fatal(err)
		}
		tickets[strings.Trim(m.Header.Get("Message-ID"), "<>")] = m.Header.Get("X-Deskhaul-Ticket")
	}
	return tickets
}
