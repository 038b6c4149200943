package imap

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	goimap "github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

func originDesk(tickets int) *mem.Desk {
	d := new(mem.Desk)
	d.Seed(
		&desk.Category{Meta: desk.Meta{ID: "c0"}, Name: "Sales"}, &desk.Category{Meta: desk.Meta{ID: "c1"}, Name: "Support"},
		&desk.Contact{Meta: desk.Meta{ID: "ann"}, Name: "Ann", Emails: []string{"ann@x.test"}},
		&desk.Agent{Meta: desk.Meta{ID: "bob"}, Name: "Bob", Email: "bob@acme.test"},
	)
	for i := range tickets {
		d.Seed(originTicket(i))
	}
	return d
}

func originTicket(i int) *desk.Ticket {
	begin := time.Date(2000, 1, 1+i, 8, 0, 0, 0, time.UTC)
	k := &desk.Ticket{
		Meta: desk.Meta{ID: desk.ID(fmt.Sprint("t", i)), Created: begin}, Subject: fmt.Sprint("Заказ ", i), Status: desk.StatusOpen,
		Requester: desk.To(desk.KindContact, "ann"), Category: desk.To(desk.KindCategory, desk.ID(fmt.Sprint("c", i%2))),
	}
	for n := range 1 + i%4 {
		m := desk.Message{ID: desk.ID(fmt.Sprint("t", i, "m", n)), At: begin.Add(time.Duration(n) * time.Hour), Text: fmt.Sprintf("text %d of %d\n", n, i), Note: n == 2}
		if n%2 == 0 {
			m.Author, m.From = k.Requester, desk.Address{Name: "Ann", Email: "ann@x.test"}
		} else {
			m.Author, m.From = desk.To(desk.KindAgent, "bob"), desk.Address{Name: "Bob", Email: "bob@acme.test"}
			m.Files = []desk.File{conntest.Bytes("a.bin", "application/octet-stream", []byte(strings.Repeat(fmt.Sprint(i, n), 5000)))}
		}
		k.Messages = append(k.Messages, m)
	}
	return k
}

// checkBox compares what a source reads in the mailbox with what the origin has, and
// counts the mails.
func checkBox(t *testing.T, c *Config, src *mem.Desk, when string) {
	t.Helper()
	calm := *c
	source, err := openSource(t.Context(), &calm, connectors.Env{
		Log: slog.New(slog.DiscardHandler), State: new(conntest.State), Temp: t.TempDir(), Now: time.Now, Name: "check",
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = source.(connectors.Closer).Close() }()
	want, got := view(t, src), view(t, source)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", when, diff)
	}
	if twice := doubled(t, c); len(twice) > 0 {
		t.Errorf("%s: these stand there twice: %q", when, twice)
	}
}

// view is what a person sees of the tickets.
func view(t *testing.T, s connectors.Source) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for it, err := range s.Read(t.Context(), desk.KindTicket, "") {
		if err != nil {
			t.Fatal(err)
		}
		k, ok := it.Record.(*desk.Ticket)
		if !ok {
			t.Errorf("aside: %+v", it.Aside)
			continue
		}
		lines := []string{fmt.Sprint(k.Status, " ", k.Category.ID)}
		for i := range k.Messages {
			m := &k.Messages[i]
			lines = append(lines, fmt.Sprintf("%s %s note=%v files=%d from=%s", m.At.Format(time.RFC3339), strings.TrimSpace(m.Text), m.Note, len(m.Files), m.From.Email))
		}
		out[k.Subject] = lines
	}
	return out
}

// doubled are the Message-IDs that several mails have.
func doubled(t *testing.T, c *Config) (twice []string) {
	t.Helper()
	p := newPool(1, slog.New(slog.DiscardHandler), c.dialer(connectors.Env{}))
	defer p.close()
	seen := map[string]bool{}
	err := p.with(t.Context(), "", func(s *session) error {
		all, err := listFolders(t.Context(), s)
		if err != nil {
			return err
		}
		for _, f := range all {
			if _, err := s.choose(t.Context(), f.name, false, true); err != nil {
				return err
			}
			err := s.do(t.Context(), func(c *imapclient.Client) error {
				ms, err := c.Fetch(goimap.UIDSet{{Start: 1}}, &goimap.FetchOptions{Envelope: true}).Collect()
				for _, m := range ms {
					if seen[m.Envelope.MessageID] {
						twice = append(twice, m.Envelope.MessageID+" "+m.Envelope.Subject)
					}
					seen[m.Envelope.MessageID] = true
				}
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return twice
}
