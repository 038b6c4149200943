package all_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/eml"
	"github.com/deskhaul/deskhaul/connectors/mail"
	"github.com/deskhaul/deskhaul/connectors/maildir"
	"github.com/deskhaul/deskhaul/connectors/mbox"
	"github.com/deskhaul/deskhaul/desk"
)

// The same mails make the same tickets, in one file, in two, in files of their own
// or in a Maildir.
func TestMailboxesOfTheSameMailsGiveTheSameTickets(t *testing.T) {
	const support = "../../testdata/quickstart/support.mbox"
	mails := mailsOf(t, support)
	root := t.TempDir()
	for _, m := range mails {
		name, box := hashOf(m), "Inbox"
		_, text, _ := bytes.Cut(m, []byte("\n"))
		if bytes.Contains(text, []byte("@nordlicht.example>\nTo:")) {
			box = "Sent"
		}
		add(t, filepath.Join(root, "two", box), m)
		add(t, filepath.Join(root, "eml", name[:1], name+".eml"), text)
		add(t, filepath.Join(root, "dir", "cur", name+":2,S"), text)
	}
	for _, thread := range []string{"references", "subject"} {
		o := mail.DefaultOptions()
		o.Thread, o.Agents.Domains = thread, []string{"nordlicht.example"}
		want := ticketsOf(t, mbox.Spec(), &mbox.Config{Path: support, Options: o})
		for _, other := range []struct {
			spec   connectors.Spec
			config any
		}{
			{mbox.Spec(), &mbox.Config{Path: filepath.Join(root, "two"), Options: o}},
			{eml.Spec(), &eml.Config{Path: filepath.Join(root, "eml"), Options: o}},
			{maildir.Spec(), &maildir.Config{Path: filepath.Join(root, "dir"), Options: o}},
		} {
			if diff := cmp.Diff(want, ticketsOf(t, other.spec, other.config)); diff != "" {
				t.Errorf("thread: %s, %s (-one file +%s):\n%s", thread, other.spec.Name, other.spec.Name, diff)
			}
		}
	}
}

// mailsOf cuts an mbox whose texts hold no line that begins with "From ".
func mailsOf(t *testing.T, path string) [][]byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	mails := bytes.SplitAfter(b, []byte("\n\nFrom "))
	for i, m := range mails {
		if i < len(mails)-1 {
			m = m[:len(m)-len("From ")]
		}
		if i > 0 {
			m = append([]byte("From "), m...)
		}
		mails[i] = m
	}
	return mails
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

func add(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// ticketsOf lists each ticket with its messages, sorted.
func ticketsOf(t *testing.T, spec connectors.Spec, config any) []string {
	t.Helper()
	src, err := spec.Source(t.Context(), config, connectors.Env{
		Log: slog.New(slog.DiscardHandler), State: new(conntest.State), Temp: t.TempDir(), Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for item, err := range src.Read(t.Context(), desk.KindTicket, "") {
		if err != nil {
			t.Fatal(err)
		}
		if ticket, ok := item.Record.(*desk.Ticket); ok {
			var ids []string
			for i := range ticket.Messages {
				ids = append(ids, string(ticket.Messages[i].ID))
			}
			all = append(all, string(ticket.ID)+": "+strings.Join(ids, " "))
		}
	}
	if c, ok := src.(connectors.Closer); ok {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(all)
	return all
}
