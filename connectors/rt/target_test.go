package rt

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/desk"
)

// targetAt opens a target, with a memory of its own.
func targetAt(t *testing.T, s *rttest.Server, change func(*Config)) *Target {
	t.Helper()
	c := &Config{URL: s.Start(t.Cleanup), Token: connectors.Secret(rttest.Token), Quiet: "scrips", wait: time.Millisecond}
	if change != nil {
		change(c)
	}
	return targetOf(t, c)
}

func targetOf(t *testing.T, c *Config) *Target {
	t.Helper()
	d, err := newTarget(c, connectors.Env{HTTP: http.DefaultClient, Log: slog.New(slog.DiscardHandler), Now: time.Now, State: new(conntest.State), Temp: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func ticketOf(id string, texts ...string) *desk.Ticket {
	r := &desk.Ticket{Meta: desk.Meta{ID: desk.ID(id), Mark: "mark " + id}, Subject: id, Status: desk.StatusOpen}
	for _, text := range texts {
		r.Messages = append(r.Messages, desk.Message{ID: desk.ID(text), Mark: "mark " + text, Text: text, From: desk.Address{Email: "olga@kunde.test"}})
	}
	return r
}

func create(t *testing.T, d *Target, r desk.Record) desk.ID {
	t.Helper()
	got, err := d.Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return got.ID
}

// Where scrips are on although nobody should be written to, the first write stops the
// run, and is found again.
func TestFirstMailStopsTheRun(t *testing.T) {
	s := rttest.New()
	s.Scrips = true
	d := targetAt(t, s, nil)
	who := create(t, d, &desk.Contact{Meta: desk.Meta{ID: "1", Mark: "c"}, Emails: []string{"olga@kunde.test"}})
	r := ticketOf("loud", "hello")
	r.Requester = desk.Ref{Kind: desk.KindContact, Target: who}
	_, err := d.Create(t.Context(), r)
	if !errors.Is(err, connectors.ErrDenied) || !errors.Is(err, connectors.ErrUnsure) || !strings.Contains(err.Error(), "disable all scrips") {
		t.Errorf("create said %v", err)
	}
	if id, err := d.Find(t.Context(), r); id != "1" || err != nil {
		t.Errorf("found %q, %v", id, err)
	}
}

// Scrips that were forgotten write about one ticket, though many are written at once.
func TestForgottenScripsWriteAboutOneTicket(t *testing.T) {
	s := rttest.New()
	s.Scrips = true
	d := targetAt(t, s, nil)
	who := create(t, d, &desk.Contact{Meta: desk.Meta{ID: "1", Mark: "c"}, Emails: []string{"olga@kunde.test"}})
	var all sync.WaitGroup
	for _, id := range []string{"1", "2", "3", "4"} {
		all.Go(func() {
			r := ticketOf(id, "hello")
			r.Requester, r.Status = desk.Ref{Kind: desk.KindContact, Target: who}, desk.StatusSolved
			if _, err := d.Create(t.Context(), r); !errors.Is(err, connectors.ErrDenied) {
				t.Errorf("create said %v", err)
			}
		})
	}
	all.Wait()
	if mails := s.Outbox(); len(mails) != 1 {
		t.Errorf("RT has sent %q", mails)
	}
}

// Once scrips are disabled a run goes on at once: the e-mails that stand in the history
// of a ticket are old.
func TestOldMailsStopNoRun(t *testing.T) {
	s := rttest.New()
	s.Scrips = true
	d := targetAt(t, s, nil)
	who := create(t, d, &desk.Contact{Meta: desk.Meta{ID: "1", Mark: "c"}, Emails: []string{"olga@kunde.test"}})
	r := ticketOf("loud", "hello")
	r.Requester = desk.Ref{Kind: desk.KindContact, Target: who}
	for range 2 {
		if _, err := targetAt(t, s, nil).Create(t.Context(), r); !errors.Is(err, connectors.ErrDenied) {
			t.Fatalf("create said %v", err)
		}
	}
	s.Scrips = false
	d = targetAt(t, s, nil)
	if _, err := d.Update(t.Context(), "1", r, []string{"status"}); err != nil { // it has that status
		t.Error(err)
	}
	for _, ticket := range []desk.ID{"2", "1"} {
		if _, err := d.Append(t.Context(), ticket, &desk.Message{ID: "2", Mark: "mark 2", Text: "more"}); err != nil {
			t.Error(err)
		}
	}
}

// A queue whose tickets cannot carry marks is not written to.
func TestNothingIsWrittenWithoutMarks(t *testing.T) {
	s := rttest.New()
	s.Mark = ""
	d := targetAt(t, s, nil)
	_, err := d.Create(t.Context(), ticketOf("unmarked", "hello"))
	if !errors.Is(err, connectors.ErrDenied) || errors.Is(err, connectors.ErrUnsure) || !strings.Contains(err.Error(), `"deskhaul"`) {
		t.Errorf("create said %v", err)
	}
	if _, err := d.Source.Fetch(t.Context(), desk.KindTicket, "1"); !isAbsent(err) {
		t.Errorf("something was made: %v", err)
	}
	schema, err := d.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	told := false
	for _, n := range schema.Notes {
		told = told || n.Level == "error" && strings.Contains(n.Text, "custom field")
	}
	if !told {
		t.Errorf("check does not tell: %+v", schema.Notes)
	}
}

// A ticket is merged when all its messages are written, also those that come after the
// news of its merging; a dry run merges nothing.
func TestMergesComeLast(t *testing.T) {
	s := rttest.New()
	d := targetAt(t, s, nil)
	old, into := create(t, d, ticketOf("old", "one")), create(t, d, ticketOf("into", "two"))
	r := ticketOf("old")
	r.MergedInto = desk.Ref{Kind: desk.KindTicket, Target: into}
	if _, err := d.Update(t.Context(), old, r, []string{"merged_into"}); err != nil {
		t.Fatal(err)
	}
	m := ticketOf("x", "late").Messages[0]
	if _, err := d.Append(t.Context(), old, &m); err != nil {
		t.Fatal(err)
	}
	look := func() *desk.Ticket {
		t.Helper()
		rec, err := d.Fetch(t.Context(), desk.KindTicket, old)
		if err != nil {
			t.Fatal(err)
		}
		return rec.(*desk.Ticket)
	}
	whole := func(when string) {
		t.Helper()
		if got := look(); got.MergedInto.ID != into || len(got.Messages) != 2 || got.Messages[1].Text != "late" {
			t.Errorf("%s: merged into %q, %d messages", when, got.MergedInto.ID, len(got.Messages))
		}
	}
	whole("before it was merged")
	d.dry = true
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if rec, err := d.Source.Fetch(t.Context(), desk.KindTicket, old); err != nil || !rec.(*desk.Ticket).MergedInto.IsZero() {
		t.Errorf("a dry run merged it, %v", err)
	}
	d.dry = false
	for range 2 {
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
	whole("afterwards")
	if rec, err := d.Source.Fetch(t.Context(), desk.KindTicket, old); err != nil || rec.(*desk.Ticket).MergedInto.ID != into {
		t.Errorf("it was not merged, %v", err)
	}
	if id, err := d.Find(t.Context(), ticketOf("old")); id != old || err != nil {
		t.Errorf("the merged ticket was found as %q, %v", id, err)
	}
	got, err := d.Update(t.Context(), old, ticketOf("renamed"), []string{"subject"})
	if err != nil || len(got.Losses) != 1 {
		t.Errorf("the cover of a merged ticket: %+v, %v", got.Losses, err)
	}
	if rec, err := d.Fetch(t.Context(), desk.KindTicket, into); err != nil || rec.(*desk.Ticket).Subject != "into" {
		t.Errorf("the surviving ticket was renamed, %v", err)
	}
}

// What RT does not take is told.
func TestLossesAreTold(t *testing.T) {
	d := targetAt(t, rttest.New(), nil)
	r := ticketOf("lossy", "x")
	r.Status, r.Subject = desk.StatusClosed, strings.Repeat("я", 300)
	r.Assignee = desk.Ref{Kind: desk.KindAgent, Target: create(t, d, &desk.Contact{Meta: desk.Meta{ID: "1", Mark: "c"}, Emails: []string{"no@agent.test"}})}
	got, err := d.Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	lost := map[string]bool{}
	for _, l := range got.Losses {
		lost[l.Field] = true
	}
	if !lost["status"] || !lost["subject"] || !lost["assignee"] || len(lost) != 3 {
		t.Errorf("told: %+v", got.Losses)
	}
}

// RT stamps a ticket that is resolved with the time of the call. When nobody knows when it
// was solved, that is no answer.
func TestNobodySaysWhenItWasSolved(t *testing.T) {
	d := targetAt(t, rttest.New(), nil)
	r := ticketOf("solved", "x")
	id := create(t, d, r)
	for _, at := range []time.Time{{}, time.Date(2020, 2, 3, 4, 5, 6, 0, time.UTC)} {
		for _, status := range []desk.Status{desk.StatusSolved, desk.StatusOpen} {
			r.Status, r.Solved = status, at
			if _, err := d.Update(t.Context(), id, r, []string{"status", "solved"}); err != nil {
				t.Fatal(err)
			}
			rec, err := d.Fetch(t.Context(), desk.KindTicket, id)
			if err != nil {
				t.Fatal(err)
			}
			if got := rec.(*desk.Ticket); got.Status != status || !got.Solved.Equal(at) {
				t.Errorf("it is %s, solved %s; want %s, %s", got.Status, got.Solved, status, at)
			}
		}
	}
	r.Status, r.Solved = desk.StatusSolved, time.Time{}
	if _, err := d.Update(t.Context(), create(t, d, ticketOf("again", "x")), r, []string{"status"}); err != nil {
		t.Fatal(err)
	}
	for item, err := range d.Read(t.Context(), desk.KindTicket, "") {
		if err != nil {
			t.Fatal(err)
		}
		if got := item.Record.(*desk.Ticket); got.Subject == "again" && !got.Solved.IsZero() {
			t.Errorf("it was solved %s, and nobody said so", got.Solved)
		}
	}
}

// RT has one user for one address.
func TestTwoOfOneAddress(t *testing.T) {
	d := targetAt(t, rttest.New(), nil)
	create(t, d, &desk.Contact{Meta: desk.Meta{ID: "1", Mark: "c1"}, Emails: []string{"a@x.test"}})
	_, err := d.Create(t.Context(), &desk.Agent{Meta: desk.Meta{ID: "2", Mark: "c2"}, Email: "a@x.test"})
	if !errors.Is(err, connectors.ErrRefused) {
		t.Errorf("a second user of one address: %v", err)
	}
}

func TestPrefaces(t *testing.T) {
	at := time.Date(2011, 3, 4, 5, 6, 7, 0, time.UTC)
	for _, from := range []desk.Address{{}, {Name: "Ольга", Email: "o@x.test"}, {Email: "o@x.test"}, {Name: "a · b <c>", Email: "o@x.test"}, {Name: "Only Name"}} {
		for _, m := range []desk.Message{
			{Text: "hello\n\nworld"},
			{Text: ""},
			{Text: "  indented"},
			{Text: "0"},
			{Text: preface(from, at) + "\n\nquoted"},
			{HTML: "<p>x</p>", Text: "other"},
			{HTML: "<!doctype html><p>x</p>", Text: "x"},
			{HTML: "<p>a</p><!--deskhaul:text:eA==-->", Text: "b"},
		} {
			for _, wanted := range []bool{true, false} {
				m.From = from
				content, kind := body(&m, preface(from, at), wanted)
				if content == "" || content == "0" {
					t.Errorf("%+v: RT takes %q for nothing", m, content)
				}
				got := desk.Message{Text: content}
				if kind == asHTML {
					got = desk.Message{HTML: content}
				}
				if unwrap(&got); got.HTML != m.HTML || got.Text != m.Text && (m.HTML == "" || got.Text != "") {
					t.Errorf("%+v came back as %+v", m, got)
				}
				if wanted && (got.From != from || !got.At.Equal(at)) {
					t.Errorf("%+v: from %+v at %s", m, got.From, got.At)
				}
			}
		}
	}
}

// What is spooled for a message that was not sent is not left behind.
func TestTornFileLeavesNothing(t *testing.T) {
	d := targetAt(t, rttest.New(), nil)
	r := ticketOf("torn", "x")
	r.Messages[0].Files = []desk.File{{Name: "a", Open: nil}, conntest.Bytes("b", "text/plain", []byte("b"))}
	if _, err := d.Create(t.Context(), r); err == nil || errors.Is(err, connectors.ErrUnsure) {
		t.Errorf("create said %v", err)
	}
	r.Messages[0].Files = r.Messages[0].Files[1:]
	id := create(t, d, r)
	rec, err := d.Fetch(t.Context(), desk.KindTicket, id)
	if err != nil {
		t.Fatal(err)
	}
	f, err := rec.(*desk.Ticket).Messages[0].Files[0].Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(f); string(b) != "b" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
}
