//go:build integration

package znuny

import (
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/znuny/znunytest"
	"github.com/deskhaul/deskhaul/desk"
)

// loudTicket is a ticket of which a Znuny mails people whose notifications are valid.
func loudTicket() *desk.Ticket {
	return &desk.Ticket{
		Meta: desk.Meta{Mark: "dhloud"}, Subject: "x", Status: desk.StatusPending, Requester: desk.Ref{Kind: desk.KindContact, Target: "bob@kunde.test"},
		Messages: []desk.Message{{ID: "m", Mark: "dhm", Text: "x", From: desk.Address{Email: "bob@kunde.test"}, Author: desk.Ref{Kind: desk.KindContact, Target: "bob@kunde.test"}}},
	}
}

// writeAll makes, answers, changes, closes and deletes a ticket.
func writeAll(t *testing.T, target *Target, r *desk.Ticket) error {
	t.Helper()
	got, err := target.Create(t.Context(), r)
	if err != nil {
		return err
	}
	for i, note := range []bool{false, true} {
		m := desk.Message{ID: desk.ID(fmt.Sprint(i)), Mark: fmt.Sprint("dh", i), Text: "y", Note: note, From: desk.Address{Email: "ann@desk.test"}, Author: desk.Ref{Kind: desk.KindAgent, Target: "ann"}, To: []desk.Address{{Email: "bob@kunde.test"}}}
		if _, err := target.Append(t.Context(), got.ID, &m); err != nil {
			return err
		}
	}
	r.Status, r.Category = desk.StatusSolved, desk.Ref{Kind: desk.KindCategory, Target: "Misc"}
	if _, err := target.Update(t.Context(), got.ID, r, []string{"status", "category", "assignee", "priority", "subject"}); err != nil {
		return err
	}
	return target.Delete(t.Context(), desk.KindTicket, got.ID)
}

// A real Znuny mails nobody about articles, even where all its notifications are valid; of an
// owner it mails then, which is heard; where none is valid it is silent.
func TestSilenceOfRealServer(t *testing.T) {
	s := znunytest.StartReal(t, webService)
	all := func(valid int) {
		s.SQL(fmt.Sprintf("update notification_event set valid_id = %d", valid), "delete from mail_queue")
		s.Forgotten()
	}
	open := func() *Target { return targetOf(t, realConfig(s), envOf(t, http.DefaultTransport)) }

	all(1)
	if err := writeAll(t, open(), loudTicket()); err != nil || len(s.Mails()) > 0 {
		t.Errorf("without an owner: %v, mails to %q", err, s.Mails())
	}
	owned := loudTicket()
	owned.Assignee = desk.Ref{Kind: desk.KindAgent, Target: "ann"}
	if err := writeAll(t, open(), owned); !errors.Is(err, connectors.ErrMailed) || !slices.Equal(s.Mails(), []string{"ann@desk.test"}) {
		t.Errorf("the canary: %v, mails to %q; want one to ann, heard", err, s.Mails())
	}
	all(2)
	owned = loudTicket()
	owned.Assignee = desk.Ref{Kind: desk.KindAgent, Target: "ann"}
	if err := writeAll(t, open(), owned); err != nil || len(s.Mails()) > 0 {
		t.Errorf("with none valid: %v, mails to %q", err, s.Mails())
	}
}

// An automatic response that an administrator gave to the type that we ask for is heard.
func TestAutoResponseOfRealServerIsHeard(t *testing.T) {
	s := znunytest.StartReal(t, webService)
	s.SQL("insert into auto_response (type_id, system_address_id, name, text0, text1, content_type, valid_id, create_by, create_time, change_by, change_time) values (5, 1, 'loud', 'text', 'subject', 'text/plain', 1, 1, current_timestamp, 1, current_timestamp)",
		"insert into queue_auto_response (queue_id, auto_response_id, create_by, create_time, change_by, change_time) select q.id, a.id, 1, current_timestamp, 1, current_timestamp from queue q, auto_response a where q.name = 'Rechnungen' and a.name = 'loud'")
	s.Forgotten()
	t.Cleanup(func() {
		s.SQL("delete from queue_auto_response", "delete from auto_response where name = 'loud'")
		s.Forgotten()
	})
	err := writeAll(t, targetOf(t, realConfig(s), envOf(t, http.DefaultTransport)), loudTicket())
	if !errors.Is(err, connectors.ErrMailed) || !slices.Equal(s.Mails(), []string{"bob@kunde.test"}) {
		t.Errorf("%v, mails to %q; want one to bob, heard", err, s.Mails())
	}
}

const mailIn = `From: =?utf-8?q?=D0=9E=D0=BB=D1=8C=D0=B3=D0=B0?= <olga@kunde.test>
To: help@desk.test
Subject: A mail that came in
Message-ID: <in1@kunde.test>
References: <x1@kunde.test> <x2@kunde.test>
MIME-Version: 1.0
Content-Type: multipart/related; boundary=b

--b
Content-Type: text/html; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

<p>gr=FC=DFe <img src=3D"cid:logo@kunde.test"></p>
--b
Content-Type: image/png; name=logo.png
Content-ID: <logo@kunde.test>
Content-Disposition: inline; filename=logo.png
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--b--
`

// atWork is what people do at a real server: a note, a state, a merge, a deletion.
const atWork = `
my $t = $Kernel::OM->Get('Kernel::System::Ticket');
my $ann = $Kernel::OM->Get('Kernel::System::User')->UserLookup(UserLogin => 'ann');
$Kernel::OM->Get('Kernel::System::Ticket::Article')->BackendForChannel(ChannelName => 'Internal')->ArticleCreate(TicketID => 1, SenderType => 'agent', IsVisibleForCustomer => 0,
	From => '"Ann Agent" <ann@desk.test>', Subject => 'note', Body => 'for us', ContentType => 'text/plain; charset=utf-8', HistoryType => 'AddNote', HistoryComment => '%%', UserID => $ann);
$t->TicketStateSet(State => 'closed unsuccessful', TicketID => 1, UserID => $ann);
$t->TicketMerge(MainTicketID => 1, MergeTicketID => 2, UserID => $ann);
$t->TicketDelete(TicketID => 3, UserID => 1);
$t->TicketStateSet(State => 'removed', TicketID => 4, UserID => $ann);
`

// What a real Znuny holds is read, and what people do there afterwards.
func TestReadsRealServer(t *testing.T) {
	s := znunytest.StartReal(t, webService)
	for i := range 4 {
		s.Mail(strings.ReplaceAll(mailIn, "in1@", fmt.Sprintf("in%d@", i)))
	}
	src := sourceOf(t, realConfig(s), envOf(t, http.DefaultTransport))
	tickets, cursor := readAll(t, src, desk.KindTicket, "")
	tk, ok := tickets["1"].(*desk.Ticket)
	if !ok || len(tickets) != 4 || len(tk.Messages) != 1 {
		t.Fatalf("%d tickets, %+v", len(tickets), tk)
	}
	m := tk.Messages[0]
	if m.Author.ID != "olga@kunde.test" || m.From.Name != "Ольга" || m.MessageID != "in0@kunde.test" || len(m.References) != 2 || !strings.Contains(m.HTML, "grüße") || tk.Channel != "email" {
		t.Errorf("%+v", m)
	}
	if len(m.Files) != 1 || m.Files[0].CID != "logo@kunde.test" || !m.Files[0].Inline || string(conntest.BytesOf(t, m.Files[0])) != "\x89PNG\r\n\x1a\n" {
		t.Errorf("files: %+v", m.Files)
	}
	s.Perl(atWork)
	tickets, _ = readAll(t, src, desk.KindTicket, cursor)
	one, two := tickets["1"].(*desk.Ticket), tickets["2"].(*desk.Ticket)
	if len(one.Messages) != 3 || one.Status != desk.StatusClosed || len(one.History) != 1 || two.MergedInto.ID != "1" || !tickets["3"].About().Deleted || !tickets["4"].About().Deleted {
		t.Errorf("%+v\n%+v\n%+v\n%+v", one, two, tickets["3"], tickets["4"])
	}
	note := one.Messages[slices.IndexFunc(one.Messages, func(m desk.Message) bool { return m.Note })]
	agent, err := src.Fetch(t.Context(), note.Author.Kind, note.Author.ID)
	if a, ok := agent.(*desk.Agent); err != nil || !ok || a.Name != "Ann Agent" || a.Email != "ann@desk.test" {
		t.Errorf("who wrote the note is %+v (%v)", agent, err)
	}
	if contacts, _ := readAll(t, src, desk.KindContact, ""); contacts["olga@kunde.test"] == nil {
		t.Errorf("contacts: %v", contacts)
	}
}

// Check finds a real server ready that its administrator prepared, and makes nothing there.
func TestCheckOfRealServer(t *testing.T) {
	s := znunytest.StartReal(t, webService)
	c := realConfig(s)
	c.Fields, c.CreatedField = []string{"plan", "size", "urgent"}, "opened"
	schema, err := targetOf(t, c, envOf(t, http.DefaultTransport)).Describe(t.Context())
	if err != nil || slices.ContainsFunc(schema.Notes, func(n connectors.Note) bool { return n.Level == "warning" }) {
		t.Errorf("%+v, %v", schema.Notes, err)
	}
	if n := strings.TrimSpace(s.SQL("select count(*) from ticket")); n != "0" {
		t.Errorf("check made %s tickets", n)
	}
}

var update = flag.Bool("update", false, "write znunytest/testdata/contract.txt anew")

// A real Znuny answers as it did when the transcript was written that the stand-in is held to.
func TestContractOfRealServer(t *testing.T) {
	const transcript = "znunytest/testdata/contract.txt"
	s := znunytest.StartReal(t, webService)
	got, err := znunytest.Contract(http.DefaultClient, s.URL, s.User, s.Password)
	if *update && err == nil {
		err = os.WriteFile(transcript, []byte(got), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(transcript)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("the answers are not those of the transcript:\n%s", d)
	}
	if mails := s.Mails(); len(mails) > 0 {
		t.Errorf("mails wait: %q", mails)
	}
}
