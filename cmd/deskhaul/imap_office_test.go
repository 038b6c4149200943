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
	o.step(12, 400)
	o.holds(2)
	o.threads(2)
	o.work()
	o.posts = slices.DeleteFunc(o.posts, func(p *post) bool { return p.gone }) // it never sees those
	o.folder, o.kills = officeProject(t, d, "", o.lines[0], o.lines[1], 3), 0  // by the archive
	o.step(12, 400)
	o.holds(3)
	o.threads(3)
}

// work is what people do in a mailbox; after each step all is as it should be.
func (o *office) work() {
	o.t.Helper()
	inStep := func(what string) {
		o.t.Helper()
		o.t.Log(what)
		o.step(2, 60)
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

// untouched checks that the account is as it was: each file, its flags and keywords,
// and whether anybody has seen it.
func (o *office) untouched(before []imaptest.Lying) {
	o.t.Helper()
	after := o.d.Spool(1)
	if len(after) != len(before) {
		o.t.Errorf("the source has %d mails, %d before", len(after), len(before))
	}
	was := map[string]imaptest.Lying{}
	for _, l := range before {
		was[l.Path] = l
	}
	for _, l := range after {
		if b, ok := was[l.Path]; !ok || !b.At.Equal(l.At) {
			o.t.Errorf("the source was changed: %+v, before %+v", l, b)
		}
	}
}

// holds checks that an account holds each mail once, and nothing else.
func (o *office) holds(n int) {
	o.t.Helper()
	want := map[string][]*post{}
	for _, p := range o.posts {
		want[p.key()] = append(want[p.key()], p)
	}
	got := map[string]int{}
	covers, records := 0, 0
	versions := map[string]string{}
	for _, l := range o.d.Spool(n) {
		raw, err := l.Letter()
		if err != nil {
			o.t.Fatal(err)
		}
		s, h, err := withoutUs(raw)
		if err != nil {
			o.t.Errorf("%s: %v", l.Path, err)
			continue
		}
		if l.Flags != "S" || !slices.Contains(l.Words, "$Deskhaul") {
			o.t.Errorf("%s has flags %q and keywords %q", s.id, l.Flags, l.Words)
		}
		version := h.Get("X-Deskhaul-Mark") + " version " + h.Get("X-Deskhaul-Version")
		if versions[version] != "" {
			o.t.Errorf("%s was written twice: %s and %s", version, versions[version], l.Path)
		}
		versions[version] = l.Path
		switch {
		case h.Get("X-Deskhaul-Message") != "":
		case h.Get("X-Deskhaul-Cover") != "":
			covers++
			continue
		default:
			records++
			continue
		}
		key := s.key()
		got[key]++
		ps := want[key]
		if len(ps) == 0 {
			o.t.Errorf("%s is at the target and was never in the source: %s, %q", l.Path, key, s.subject)
			continue
		}
		o.alike(ps, s, h, l)
	}
	once, several := 0, 0
	for key, ps := range want {
		others := map[string]bool{} // what is the same to the last byte is one mail
		for _, p := range ps {
			if others[p.raw] = true; p.id == "" && p.spoken.at.IsZero() { // then its INTERNALDATE says which it is
				others[p.raw+p.at.String()] = true
			}
		}
		switch n := got[key]; {
		case n == 0 && o.isAside(ps[0]):
		case n == 0:
			o.t.Errorf("%s %q of %s (UID %d) is not at the target", key, ps[0].subject, ps[0].folder, ps[0].uid)
		case n > len(others):
			o.t.Errorf("%s is there %d times, %d in the source", key, n, len(others))
		case n == 1:
			once++
		default:
			several++
		}
	}
	o.t.Logf("%d mails in the source, %d of them others: %d are at the target once, %d as often as there are versions of them, %d aside; %d later covers, %d records",
		len(o.posts), len(want), once, several, len(o.aside), covers, records)
}

// isAside tells whether a mail is in quarantine.
func (o *office) isAside(p *post) bool {
	return slices.ContainsFunc(o.aside, func(a setAside) bool {
		return strings.HasPrefix(string(a.ID), fmt.Sprintf("unreadable:%s/;UID=%d#", p.folder, p.uid))
	})
}

// alike checks what stands around the text of a mail.
func (o *office) alike(ps []*post, s spoken, h mail.Header, l imaptest.Lying) {
	o.t.Helper()
	var why []string
	for _, p := range ps {
		w := p.unlike(s, l)
		if w == "" {
			return
		}
		why = append(why, w)
	}
	o.t.Errorf("%s (ticket %s): %s", s.id, h.Get("X-Deskhaul-Ticket"), strings.Join(why, "; "))
}

func (p *post) unlike(s spoken, l imaptest.Lying) string {
	switch {
	case !p.spoken.at.IsZero() && !p.spoken.at.Equal(s.at):
		return fmt.Sprintf("Date is %s, was %s", s.at, p.spoken.at)
	case l.Folder != p.folder && !(p.folder == "Sent" && l.Folder == "INBOX" || p.folder == "INBOX" && l.Folder == "Sent"):
		return fmt.Sprintf("it is in %s, was in %s", l.Folder, p.folder)
	case !l.At.Equal(s.at):
		return fmt.Sprintf("INTERNALDATE is %s, Date %s", l.At, s.at)
	case p.subject != s.subject && "Re: "+p.subject != s.subject:
		return fmt.Sprintf("subject is %q, was %q", s.subject, p.subject)
	}
	return ""
}
