//go:build integration

package main

import (
	"fmt"
	"net/mail"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
)

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
	got, records := map[string]int{}, 0
	versions := map[string]string{}
	for _, l := range o.d.Spool(n) {
		s, h := o.read(l)
		version := h.Get("X-Deskhaul-Mark") + " version " + h.Get("X-Deskhaul-Version")
		if versions[version] != "" {
			o.t.Errorf("%s was written twice: %s and %s", version, versions[version], l.Path)
		}
		if versions[version] = l.Path; h.Get("X-Deskhaul-Message") == "" {
			records++ // a person, a category, a later cover
			continue
		}
		key := s.key()
		if got[key]++; len(want[key]) == 0 {
			o.t.Errorf("%s is at the target and was never in the source: %s, %q", l.Path, key, s.subject)
			continue
		}
		o.alike(want[key], s, h, l)
	}
	once, several := 0, 0
	for key, ps := range want {
		switch n, most := got[key], versionsOf(ps); {
		case n == 0 && o.isAside(ps[0]):
		case n == 0:
			o.t.Errorf("%s %q of %s (UID %d) is not at the target", key, ps[0].subject, ps[0].folder, ps[0].uid)
		case n > most:
			o.t.Errorf("%s is there %d times, %d in the source", key, n, most)
		case n == 1:
			once++
		default:
			several++
		}
	}
	o.t.Logf("%d mails in the source, %d of them others: %d are at the target once, %d in several versions, %d aside; and %d records", len(o.posts), len(want), once, several, len(o.aside), records)
}

// read reads a mail at the target, and checks its flags: it was seen, and is ours; it may be
// answered (R) or flagged (F).
func (o *office) read(l imaptest.Lying) (spoken, mail.Header) {
	o.t.Helper()
	raw, err := l.Letter()
	if err != nil {
		o.t.Fatal(err)
	}
	s, h, err := withoutUs(raw)
	if err != nil {
		o.t.Errorf("%s: %v", l.Path, err)
	}
	if strings.Trim(l.Flags, "FR") != "S" || !slices.Equal(l.Words, []string{"$Deskhaul"}) {
		o.t.Errorf("%s has flags %q and keywords %q", s.id, l.Flags, l.Words)
	}
	return s, h
}

// versionsOf is how many mails there are that say the same: what is the same to the last
// byte is one, unless nothing but its INTERNALDATE says which it is.
func versionsOf(ps []*post) int {
	versions := map[string]bool{}
	for _, p := range ps {
		at := ""
		if p.id == "" && p.spoken.at.IsZero() {
			at = p.at.String()
		}
		versions[p.raw+at] = true
	}
	return len(versions)
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
	case l.Folder != p.folder && (!atHome(l.Folder) || !atHome(p.folder)):
		return fmt.Sprintf("it is in %s, was in %s", l.Folder, p.folder)
	case !l.At.Equal(s.at):
		return fmt.Sprintf("INTERNALDATE is %s, Date %s", l.At, s.at)
	case p.subject != s.subject && "Re: "+p.subject != s.subject:
		return fmt.Sprintf("subject is %q, was %q", s.subject, p.subject)
	}
	return ""
}

// atHome tells whether a folder is one of two between which conversations go to and fro.
func atHome(folder string) bool { return folder == "INBOX" || folder == "Sent" }
