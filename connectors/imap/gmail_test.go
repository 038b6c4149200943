package imap_test

import (
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	goimap "github.com/emersion/go-imap/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/imap"
	"github.com/deskhaul/deskhaul/connectors/imap/gmailtest"
	"github.com/deskhaul/deskhaul/connectors/mail"
	"github.com/deskhaul/deskhaul/desk"
)

func letter(id, from, subject, more string) string {
	return "Message-ID: <" + id + "@x.test>\nFrom: " + from + "\nTo: help@acme.test\nDate: Mon, 3 Jun 2019 10:00:00 +0000\nSubject: " + subject + "\n" + more + "\ntext of " + id + "\n"
}

// gmailSource reads a server's account from the beginning, or goes on with state.
func gmailSource(t *testing.T, s *gmailtest.Server, state connectors.State, set func(*imap.Config)) connectors.Source {
	t.Helper()
	c := imap.Spec().Config().(*imap.Config)
	c.Preset, c.Host, c.Port, c.Security, c.User, c.Password = "gmail", s.Host, s.Port, "none", gmailtest.User, gmailtest.Password
	c.Agents = mail.Agents{Domains: []string{"acme.test"}}
	if set != nil {
		set(c)
	}
	src, err := imap.Spec().Source(t.Context(), c, connectors.Env{
		Log: slog.New(slog.DiscardHandler), State: state, Temp: t.TempDir(),
		Now: func() time.Time { return time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = src.(connectors.Closer).Close() })
	return src
}

func ticketsOf(t *testing.T, src connectors.Source, after connectors.Cursor) (tickets []*desk.Ticket, last connectors.Cursor) {
	t.Helper()
	last = after
	for item, err := range src.Read(t.Context(), desk.KindTicket, after) {
		if err != nil {
			t.Fatal(err)
		}
		if item.Aside != nil {
			t.Errorf("aside: %+v", *item.Aside)
			continue
		}
		tickets, last = append(tickets, item.Record.(*desk.Ticket)), item.Cursor
	}
	return tickets, last
}

// shown is what the tests look at of tickets: messages, category, tags.
func shown(tickets []*desk.Ticket) (out []string) {
	for _, x := range tickets {
		var ids []string
		for _, m := range x.Messages {
			ids = append(ids, strings.TrimSuffix(string(m.ID), "@x.test"))
		}
		tags := slices.Sorted(slices.Values(x.Tags))
		out = append(out, strings.Join(ids, " ")+"; "+string(x.Category.ID)+"; "+strings.Join(tags, ", "))
	}
	slices.Sort(out)
	return out
}

// Each message of All Mail is read once, whatever that folder is called, with its
// labels; drafts and chats are not; what we sent lies on no shelf.
func TestGmail(t *testing.T) {
	s := gmailtest.New(t,
		gmailtest.Mail{Raw: letter("a", "j@x.test", "Pump", ""), Labels: []string{`\Inbox`, `\Important`, "Счета/2024", `say "hi"`, "VIP", "お問い合わせ"}, Thread: 1},
		gmailtest.Mail{Raw: letter("b", "ann@acme.test", "Re: Pump", "In-Reply-To: <a@x.test>\n"), Labels: []string{`\Sent`, "VIP"}, Thread: 1},
		gmailtest.Mail{Raw: letter("c", "k@x.test", "Hose", "X-GM-THRID: 1\n"), Labels: []string{`\Starred`, `\Muted`}, Thread: 2},
		gmailtest.Mail{Raw: letter("d", "ann@acme.test", "Re: Hose", ""), Labels: []string{`\Draft`}, Thread: 2},
		gmailtest.Mail{Raw: letter("e", "ann@acme.test", "Re: Hose", ""), Labels: []string{`\Drafts`}, Thread: 2},
		gmailtest.Mail{Raw: letter("f", "ann@acme.test", "Re: Hose", ""), Flags: []goimap.Flag{`\Draft`}, Thread: 2},
		gmailtest.Mail{Raw: letter("g", "ann@acme.test", "Chat with k", ""), Labels: []string{`\Chat`}, Thread: 2},
		gmailtest.Mail{Raw: letter("h", "l@x.test", "AW: Valve", ""), Labels: []string{"R&D"}, Thread: 3},
	)
	for name, c := range map[string]struct {
		set  func(*imap.Config)
		want []string
	}{
		"as it is": {nil, []string{
			`a b; ; VIP, say "hi", Счета/2024, お問い合わせ`, "c; ; flagged", "h; ; R&D",
		}},
		"labels are categories": {func(c *imap.Config) { c.CategoryLabels = []string{"Счета/*", "R&D"} }, []string{
			`a b; Счета/2024; VIP, say "hi", Счета/2024, お問い合わせ`, "c; ; flagged", "h; R&D; R&D",
		}},
		"folders are categories": {func(c *imap.Config) { c.Category = "folder" }, []string{
			`a b; ` + gmailtest.AllMail + `; VIP, say "hi", Счета/2024, お問い合わせ`, "c; " + gmailtest.AllMail + "; flagged", "h; " + gmailtest.AllMail + "; R&D",
		}},
		"one label's folder": {func(c *imap.Config) { c.Read = []string{"vip"} }, []string{`a b; ; VIP, say "hi", Счета/2024, お問い合わせ`}},
		"known by the server": {func(c *imap.Config) { c.Preset = "" }, []string{
			`a b; ; VIP, say "hi", Счета/2024, お問い合わせ`, "c; ; flagged", "h; ; R&D",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			src := gmailSource(t, s, new(conntest.State), c.set)
			tickets, _ := ticketsOf(t, src, "")
			if d := cmp.Diff(c.want, shown(tickets)); d != "" {
				t.Error(d)
			}
			schema, err := src.(connectors.Describer).Describe(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range schema.Notes {
				if n.Level == "warning" && strings.Contains(n.Text, "VIP") {
					t.Errorf("a label's folder counts as left out: %s", n.Text)
				}
			}
		})
	}
}

// Gmail's conversations are a hint, or tickets, or nothing.
func TestGmailThreads(t *testing.T) {
	s := gmailtest.New(t,
		gmailtest.Mail{Raw: letter("a", "form@site.test", "New request", ""), Thread: 7},
		gmailtest.Mail{Raw: letter("b", "form@site.test", "New request", "Reply-To: j@x.test\n"), Thread: 7},
		gmailtest.Mail{Raw: letter("c", "j@x.test", "Pump", ""), Thread: 8},
		gmailtest.Mail{Raw: letter("d", "jane@home.test", "AW: Pump", ""), Thread: 8},
	)
	for way, want := range map[string][]string{
		"answers": {"a; ; ", "b; ; ", "c d; ; "},
		"whole":   {"a b; ; ", "c d; ; "},
		"none":    {"a; ; ", "b; ; ", "c; ; ", "d; ; "},
	} {
		tickets, _ := ticketsOf(t, gmailSource(t, s, new(conntest.State), func(c *imap.Config) { c.GmailThreads = way }), "")
		if d := cmp.Diff(want, shown(tickets)); d != "" {
			t.Errorf("%s: %s", way, d)
		}
	}
}

// A label that comes or goes is a change, the last one too; nothing else is read
// again.
func TestGmailLabelsChange(t *testing.T) {
	s := gmailtest.New(t,
		gmailtest.Mail{Raw: letter("a", "j@x.test", "Pump", ""), Labels: []string{"VIP"}, Thread: 1},
		gmailtest.Mail{Raw: letter("b", "k@x.test", "Hose", ""), Labels: []string{"Team/North"}, Thread: 2},
		gmailtest.Mail{Raw: letter("c", "l@x.test", "Valve", ""), Thread: 3},
	)
	state := new(conntest.State)
	set := func(c *imap.Config) { c.CategoryLabels = []string{"Team/*"} }
	first, cursor := ticketsOf(t, gmailSource(t, s, state, set), "")
	if d := cmp.Diff([]string{"a; ; VIP", "b; Team/North; Team/North", "c; ; "}, shown(first)); d != "" {
		t.Fatal(d)
	}
	for _, step := range []struct {
		name string
		do   func()
		want []string
	}{
		{"nothing", func() {}, nil},
		{"the last label goes", func() { s.Label(1) }, []string{"a; ; "}},
		{"another category", func() { s.Label(2, `\Inbox`, "Team/South") }, []string{"b; Team/South; Team/South"}},
		{"a first label", func() { s.Label(3, "Neu: & schön") }, []string{"c; ; Neu: & schön"}},
		{"a star", func() { s.Label(3, "Neu: & schön", `\Starred`) }, []string{"c; ; Neu: & schön, flagged"}},
		{"one of Gmail's own", func() { s.Label(1, `\Important`) }, nil},
		{"a new message", func() {
			s.Add(t, gmailtest.Mail{Raw: letter("d", "j@x.test", "Re: Pump", ""), Labels: []string{"VIP"}, Thread: 1})
		}, []string{"a d; ; VIP"}},
	} {
		step.do()
		var tickets []*desk.Ticket
		tickets, cursor = ticketsOf(t, gmailSource(t, s, state, set), cursor)
		if d := cmp.Diff(step.want, shown(tickets)); d != "" {
			t.Errorf("%s: %s", step.name, d)
		}
	}
	asked := s.Asked()
	if n := len(slices.DeleteFunc(slices.Clone(asked), func(a string) bool { return strings.Contains(a, "CHANGEDSINCE") })); n == len(asked) {
		t.Error("the changes were not asked for by their number")
	}
	for _, a := range asked {
		if !strings.Contains(a, "X-GM-LABELS X-GM-THRID X-GM-MSGID ") {
			t.Errorf("asked without labels: %s", a)
		}
	}
}
