package maildir

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/desk"
)

// A mail that somebody changed in its place, such as a program that takes attachments out,
// takes its ticket with it neither to a verification nor to a rollback: what is left of it
// is read.
func TestMailChangedInItsPlace(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		change   func(mail []byte) []byte
		messages int
	}{
		"its attachment was taken out": {func(b []byte) []byte {
			i := bytes.Index(b, []byte("attachment"))
			from, to := bytes.LastIndex(b[:i], []byte("\n--")), bytes.LastIndex(b, []byte("\n--"))
			return append(bytes.Clone(b[:from]), b[to:]...)
		}, 3},
		"its fields were changed": {func(b []byte) []byte {
			return bytes.Replace(b, []byte("X-Deskhaul-Message:"), []byte("X-Somebodys-Message:"), 1)
		}, 2},
	} {
		for at := range 2 { // the first carries the ticket
			root := filepath.Join(t.TempDir(), "box")
			s := open(t, root, new(conntest.State), false)
			k := ticket("")
			k.Messages[at].Files = []desk.File{conntest.Bytes("a.bin", "application/octet-stream", []byte("abc"))}
			write(t, s, k)
			mails, err := filepath.Glob(filepath.Join(root, "cur", "*"))
			if err != nil || len(mails) != 3 {
				t.Fatalf("%q, %v", mails, err)
			}
			b, err := os.ReadFile(mails[at])
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(mails[at], c.change(b), 0o600); err != nil {
				t.Fatal(err)
			}
			back, err := s.Fetch(ctx, desk.KindTicket, "t")
			if err != nil {
				t.Fatal(err)
			}
			ms := back.(*desk.Ticket).Messages
			if len(ms) != c.messages {
				t.Fatalf("%d messages", len(ms))
			}
			for _, m := range ms {
				for _, f := range m.Files {
					_, stat := f.Stat(ctx)
					if _, err := f.Open(ctx); !errors.Is(err, connectors.ErrNotFound) || !errors.Is(stat, connectors.ErrNotFound) {
						t.Errorf("the file that is gone: %v, %v", err, stat)
					}
				}
			}
			err = s.Delete(ctx, desk.KindTicket, "t")
			if left := files(t, root)["cur"]; c.messages == 3 && (err != nil || left > 0) || c.messages == 2 && (!errors.Is(err, connectors.ErrRefused) || left != 3) {
				t.Errorf("%s: %d mails are left: %v", name, left, err)
			}
		}
	}
}

// A ticket that is written anew, since all its mails were deleted, has its messages in the
// order in which they were written then.
func TestWrittenAnewInOrder(t *testing.T) {
	root := filepath.Join(t.TempDir(), "box")
	s := open(t, root, new(conntest.State), false)
	k := ticket("")
	all := k.Messages
	k.Messages = all[:2]
	write(t, s, k)
	mails, err := filepath.Glob(filepath.Join(root, "cur", "*"))
	if err != nil || len(mails) != 2 {
		t.Fatalf("%q, %v", mails, err)
	}
	for _, path := range mails {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	k.Messages = all
	write(t, s, k)
	back, err := s.Fetch(context.Background(), desk.KindTicket, "t")
	if err != nil {
		t.Fatal(err)
	}
	var ids []desk.ID
	for _, m := range back.(*desk.Ticket).Messages {
		ids = append(ids, m.ID)
	}
	if !slices.Equal(ids, []desk.ID{"0", "1", "2"}) {
		t.Errorf("%q", ids)
	}
}
