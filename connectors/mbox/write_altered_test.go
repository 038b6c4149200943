package mbox

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/mail/compose"
	"github.com/deskhaul/deskhaul/desk"
)

// alterations are what somebody does to a file with the tickets 0 and 1; what they leave of
// the ticket 0.
var alterations = map[string]struct {
	how   func([]byte) []byte
	first int // messages
}{
	"cut in the last mail": {func(b []byte) []byte { return b[:len(b)-40] }, 2},
	"the first mail taken out": {func(b []byte) []byte {
		return b[bytes.Index(b[5:], []byte("\n\nFrom deskhaul-"))+7:]
	}, 1}, // the answer stands
	"the end rewritten": {func(b []byte) []byte { return append(bytes.Clone(b[:len(b)-9]), "XXXXXXXX\n"...) }, 2},
}

func messagesOf(t *testing.T, s *compose.Scribe, id desk.ID) int {
	t.Helper()
	r, err := s.Fetch(t.Context(), desk.KindTicket, id)
	if errors.Is(err, connectors.ErrNotFound) {
		return -1
	}
	if err != nil {
		t.Fatal(err)
	}
	return len(r.(*desk.Ticket).Messages)
}

// What stands in a file that somebody changed can be looked at; nothing is added to it,
// and what to do is said. Put back, it is written to again.
func TestChangedFileIsLookedAt(t *testing.T) {
	for name, c := range alterations {
		t.Run(name, func(t *testing.T) {
			path, state := filepath.Join(t.TempDir(), "out.mbox"), new(conntest.State)
			finish(t, path, state, 2)
			whole := must[[]byte](t)(os.ReadFile(path))
			changed := c.how(bytes.Clone(whole))
			put := func(b []byte) {
				if err := os.WriteFile(path, b, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			put(changed)
			for range 2 {
				s := open(t, path, state)
				if n := messagesOf(t, s, "t0"); n != c.first {
					t.Errorf("%d messages, want %d", n, c.first)
				}
				_, err := s.Create(t.Context(), ticket(2))
				if !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), "is not as it was left") || !strings.Contains(err.Error(), "write to a new file") {
					t.Errorf("says %v", err)
				}
				if err := errors.Join(s.Sync(t.Context()), s.Close()); err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(must[[]byte](t)(os.ReadFile(path)), changed) {
					t.Fatal("the file was changed")
				}
			}
			dry := envWith(state)
			dry.DryRun = true
			tg := must[connectors.Target](t)(openTarget(context.Background(), &Config{Path: path}, dry))
			if n := messagesOf(t, tg.(*compose.Scribe), "t0"); n != c.first {
				t.Errorf("%d messages at a look, want %d", n, c.first)
			}
			put(whole)
			finish(t, path, state, 3)
		})
	}
}

// What is still found in such a file is taken back, and mail of others stays.
func TestWhatIsFoundInAChangedFileIsTakenBack(t *testing.T) {
	path, state := filepath.Join(t.TempDir(), "out.mbox"), new(conntest.State)
	finish(t, path, state, 2)
	whole := must[[]byte](t)(os.ReadFile(path))
	changed := append([]byte(foreign+"\n"), alterations["the first mail taken out"].how(whole)...)
	if err := os.WriteFile(path, changed, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second is the same command again
		s := open(t, path, state)
		for _, id := range []desk.ID{"t0", "t1"} {
			if err := s.Delete(t.Context(), desk.KindTicket, id); err != nil && !errors.Is(err, connectors.ErrNotFound) {
				t.Fatal(err)
			}
		}
		if err := errors.Join(s.Sync(t.Context()), s.Close()); err != nil {
			t.Fatal(err)
		}
	}
	if left := string(must[[]byte](t)(os.ReadFile(path))); !strings.HasPrefix(left, foreign) || strings.Contains(left, "mark-t1") {
		t.Errorf("left: %q", left)
	}
}
