//go:build integration && linux

package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime/quotedprintable"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
	"github.com/deskhaul/deskhaul/connectors/intercom/intercomtest"
	"github.com/deskhaul/deskhaul/connectors/itsm365/itsm365test"
	"github.com/deskhaul/deskhaul/connectors/okdesk/okdesktest"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
	"github.com/deskhaul/deskhaul/connectors/znuny/znunytest"
)

func yes(is bool) string { return map[bool]string{true: "yes", false: "no"}[is] }

func voicesOfZendesk(a *zendesktest.Account) (out []voice) {
	for _, id := range a.Tickets() {
		k, comments := a.Ticket(id)
		for _, c := range comments {
			v := voice{ticket: fmt.Sprint(id), subject: fmt.Sprint(k["subject"]), text: fmt.Sprint(c["html_body"]), note: c["public"] == false}
			v.solved = yes(k["status"] == "solved" || k["status"] == "closed")
			// What is said in a ticket that stands gets the time of the call: verify knows.
			if at, _ := time.Parse(time.RFC3339, fmt.Sprint(c["created_at"])); time.Since(at) > 24*time.Hour {
				v.at = at
			}
			files, _ := c["attachments"].([]any)
			for _, f := range files {
				v.files = append(v.files, fmt.Sprint(f.(map[string]any)["file_name"]))
			}
			out = append(out, v)
		}
	}
	return out
}

func voicesOfFreshdesk(s *freshdesktest.Server) (out []voice) {
	for _, m := range s.AllSaid() {
		out = append(out, voice{ticket: fmt.Sprint(m.Ticket), subject: m.Subject, text: m.HTML, note: m.Private, files: m.Files, solved: yes(m.Status == 4 || m.Status == 5)})
	}
	return out
}

// voicesOfIntercom takes the files that stand in a reply of their own for those of the next.
func voicesOfIntercom(s *intercomtest.Server) (out []voice) {
	for _, k := range s.Standing() {
		var before []string
		for _, m := range k.Turns {
			files := append(before, slices.Sorted(maps.Keys(m.Files))...)
			if before = nil; strings.Contains(m.HTML, "Files of the next message") {
				before = files
				continue
			}
			subject, _ := k.Attributes["_default_title_"].(string)
			v := voice{ticket: fmt.Sprint(k.ID), subject: subject, text: m.HTML, note: m.Note, files: files, solved: yes(k.State == "resolved")}
			if time.Since(m.At) > 24*time.Hour { // as of Zendesk
				v.at = m.At
			}
			out = append(out, v)
		}
	}
	return out
}

// ofAnother is what a comment says that is only there for the files of another message.
var ofAnother = regexp.MustCompile(`\[deskhaul f (\w+)`)

func voicesOfOkdesk(s *okdesktest.Server) (out []voice) {
	for _, i := range s.Standing() {
		for _, m := range i.Turns {
			files := slices.Sorted(maps.Keys(m.Files))
			if mark := ofAnother.FindStringSubmatch(m.HTML); mark != nil {
				whose := slices.IndexFunc(out, func(v voice) bool { return strings.Contains(v.text, " "+mark[1]) })
				out[whose].files = append(out[whose].files, files...)
				continue
			}
			out = append(out, voice{ticket: fmt.Sprint(i.ID), subject: i.Title, text: m.HTML, note: m.Private, files: files, solved: yes(i.Status == "completed" || i.Status == "closed")})
		}
	}
	return out
}

// filesIn are the numbers of files that a line at the top of a comment names.
var filesIn = regexp.MustCompile(`\[deskhaul [^\]]* \+ ([^\]]*)\]`)

func voicesOfITSM365(s *itsm365test.Server) (out []voice) {
	names := map[string]string{}
	for _, f := range s.Objects("file") {
		names[f.ID] = fmt.Sprint(f.Values["title"])
	}
	comments := s.Objects("comment")
	for _, k := range s.Objects("serviceCall") {
		say := func(html any, note bool) {
			v := voice{ticket: k.ID, subject: fmt.Sprint(k.Values["shortDescr"]), text: fmt.Sprint(html), note: note}
			v.solved = yes(k.Values["state"] == "resolved" || k.Values["state"] == "closed")
			if named := filesIn.FindStringSubmatch(v.text); named != nil {
				for id := range strings.FieldsSeq(named[1]) {
					v.files = append(v.files, names[id])
				}
			}
			out = append(out, v)
		}
		say(k.Values["descriptionInRTF"], false)
		for _, c := range comments {
			if c.Values["source"] == k.ID {
				say(c.Values["text"], c.Values["private"] == true)
			}
		}
	}
	return out
}

// voicesOfZnuny leaves out the HTML of an article, which stands there as a file.
func voicesOfZnuny(s *znunytest.Server) (out []voice) {
	for _, k := range s.Standing() {
		for _, a := range k.Articles {
			v := voice{ticket: fmt.Sprint(k.ID), subject: k.Title, text: a.Body, note: !a.Visible, solved: yes(znunytest.States[k.State] == "closed")}
			for _, f := range a.Files {
				if f.Name != "file-2" {
					v.files = append(v.files, f.Name)
				}
			}
			out = append(out, v)
		}
	}
	return out
}

func voicesOfStandIn(s *rttest.Server) (out []voice) {
	for _, m := range s.AllSaid() {
		out = append(out, voice{ticket: fmt.Sprint(m.Ticket), subject: m.Subject, text: m.Text, note: m.Comment, files: m.Files, solved: yes(m.Status == "resolved")})
	}
	return out
}

// rtRows asks for every part of every message.
const rtRows = `SELECT t.EffectiveId AS ticket, t.Subject AS subject, t.Status AS status, x.id AS txn, x.Type AS type,
	coalesce(a.Filename, '') AS file, a.ContentEncoding AS encoding, hex(a.Content) AS content
FROM Tickets t JOIN Transactions x ON x.ObjectType = 'RT::Ticket' AND x.ObjectId = t.id LEFT JOIN Attachments a ON a.TransactionId = x.id
WHERE x.Type IN ('Create', 'Correspond', 'Comment') AND t.Status <> 'deleted' AND t.Type = 'ticket' ORDER BY x.id, a.id`

// voicesOfRT reads the database of a real Request Tracker.
func voicesOfRT(t *testing.T, s *rttest.Real) (out []voice) {
	t.Helper()
	b, err := s.Rows(rtRows)
	if err != nil {
		t.Fatalf("the database of Request Tracker: %v", err)
	}
	var rows []struct {
		Ticket, Txn                                    int
		Subject, Status, Type, File, Encoding, Content string
	}
	if len(bytes.TrimSpace(b)) > 0 {
		if err := json.Unmarshal(b, &rows); err != nil {
			t.Fatalf("%v: %.500s", err, b)
		}
	}
	last := 0
	for _, row := range rows {
		if row.Txn != last {
			last = row.Txn
			out = append(out, voice{ticket: fmt.Sprint(row.Ticket), subject: row.Subject, note: row.Type == "Comment", solved: yes(row.Status == "resolved")})
		}
		v := &out[len(out)-1]
		if row.File != "" {
			v.files = append(v.files, row.File)
			continue
		}
		v.text += plainOf(t, row.Encoding, row.Content)
	}
	return out
}

func plainOf(t *testing.T, encoding, content string) string {
	t.Helper()
	b, err := hex.DecodeString(content)
	switch {
	case err != nil:
	case encoding == "base64":
		b, err = io.ReadAll(base64.NewDecoder(base64.StdEncoding, bytes.NewReader(b)))
	case encoding == "quoted-printable":
		b, err = io.ReadAll(quotedprintable.NewReader(bytes.NewReader(b)))
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// voicesOfDovecot reads the files of a mail server.
func voicesOfDovecot(t *testing.T, d *imaptest.Dovecot, account int) (out []voice) {
	t.Helper()
	for _, l := range d.Spool(account) {
		raw, err := l.Letter()
		if err != nil {
			t.Fatal(err)
		}
		s, head, err := withoutUs(raw)
		if err != nil {
			t.Fatal(err)
		}
		v := voice{ticket: head.Get("X-Deskhaul-Ticket"), subject: strings.TrimPrefix(s.subject, "Re: "), text: s.text, at: s.at}
		if v.line() == "" {
			continue // a cover
		}
		for _, f := range s.files {
			name, _, _ := bytes.Cut([]byte(f), []byte(" "))
			v.files = append(v.files, string(name))
		}
		out = append(out, v)
	}
	slices.SortStableFunc(out, func(a, b voice) int { return a.at.Compare(b.at) })
	return out
}

// lineOf is what a line of records says of a ticket.
type lineOf struct {
	Kind     string `json:"kind"`
	ID       string `json:"id"`
	Deleted  bool   `json:"deleted"`
	Subject  string `json:"subject"`
	Status   string `json:"status"`
	Messages []struct {
		At         time.Time `json:"at"`
		Note       bool      `json:"note"`
		Text, HTML string
		Files      []struct{ Name string }
	} `json:"messages"`
}

// voicesOfLines reads a file of records as JSON and nothing else. The last line of a
// record is the one that holds.
func voicesOfLines(t *testing.T, path string) (out []voice) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	tickets := map[string]lineOf{}
	for raw := range bytes.Lines(b) {
		var l lineOf
		if err := json.Unmarshal(raw, &l); err != nil {
			t.Fatalf("%v: %.300s", err, raw)
		}
		if l.Kind == "ticket" {
			tickets[l.ID] = l
		}
	}
	for _, k := range tickets {
		for _, m := range k.Messages {
			v := voice{ticket: k.ID, subject: k.Subject, text: m.Text + m.HTML, note: m.Note, at: m.At, solved: yes(k.Status == "solved" || k.Status == "closed")}
			for _, f := range m.Files {
				v.files = append(v.files, f.Name)
			}
			if !k.Deleted {
				out = append(out, v)
			}
		}
	}
	return out
}
