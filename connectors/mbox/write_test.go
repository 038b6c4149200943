package mbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/conntest/rounds"
	"github.com/deskhaul/deskhaul/connectors/mail/compose"
	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/connectors/mail/stamp"

	"github.com/deskhaul/deskhaul/desk"
)

var begin = time.Date(2024, 5, 1, 8, 0, 0, 0, time.UTC)

func envWith(state *conntest.State) connectors.Env {
	return connectors.Env{Log: slog.New(slog.DiscardHandler), State: state, Now: func() time.Time { return begin }, Name: "test"}
}

func open(t *testing.T, path string, state *conntest.State) *compose.Scribe {
	t.Helper()
	target, err := openTarget(context.Background(), &Config{Path: path}, envWith(state))
	if err != nil {
		t.Fatal(err)
	}
	return target.(*compose.Scribe)
}

// ticket makes the nth ticket, with two messages and a file.
func ticket(n int) *desk.Ticket {
	t := &desk.Ticket{
		Meta:    desk.Meta{ID: desk.ID(fmt.Sprintf("t%d", n)), Mark: fmt.Sprintf("mark-t%d", n), Created: begin},
		Subject: fmt.Sprintf("Заказ %d", n), Status: desk.StatusOpen,
	}
	for i := range 2 {
		t.Messages = append(t.Messages, message(fmt.Sprintf("t%d-m%d", n, i)))
	}
	t.Messages[1].Files = []desk.File{{Name: "a.bin", Size: 3, Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("\x00\r\n")), nil
	}}}
	return t
}

func message(id string) desk.Message {
	return desk.Message{
		ID: desk.ID(id), Mark: "mark-" + id, From: desk.Address{Name: "Ann", Email: "ann@example.com"},
		To: []desk.Address{{Email: "help@example.test"}}, At: begin, Text: "From me to you\n\nFrom " + id + "\n",
	}
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func size(t *testing.T, path string) int64 {
	t.Helper()
	return must[os.FileInfo](t)(os.Stat(path)).Size()
}

// finish writes tickets 0 to n-1 as a pipeline does that asks first, and checks
// that each then stands once with its messages.
func finish(t *testing.T, path string, state *conntest.State, n int) {
	t.Helper()
	ctx := context.Background()
	s := open(t, path, state)
	for i := range n {
		if _, err := s.Find(ctx, ticket(i)); errors.Is(err, connectors.ErrNotFound) {
			must[connectors.Receipt](t)(s.Create(ctx, ticket(i)))
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(s.Sync(ctx), s.Close()); err != nil {
		t.Fatal(err)
	}
	once(t, path, n)
}

// once checks that the file holds every message of tickets 0 to n-1 once and
// nothing torn.
func once(t *testing.T, path string, n int) {
	t.Helper()
	b := must[[]byte](t)(os.ReadFile(path))
	seen := map[desk.ID]int{}
	err := walk(bytes.NewReader(b), 0, int64(len(b)), func(s stretch) error {
		raw := rfc5322.Bytes(bytes.SplitAfterN(b[s.start:s.end], []byte("\n"), 2)[1])
		m, err := rfc5322.Parse(raw, rfc5322.Limits{})
		if err != nil {
			return err
		}
		if w, ok, err := stamp.DecodeMessage(m.Header, m); err != nil {
			return err
		} else if ok && w.Edited {
			return fmt.Errorf("message %s is torn", w.Message.ID)
		} else if ok {
			seen[w.Message.ID]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		for k := range 2 {
			if id := desk.ID(fmt.Sprintf("t%d-m%d", i, k)); seen[id] != 1 {
				t.Errorf("message %s stands %d times", id, seen[id])
			}
		}
	}
}

// A kill leaves any prefix of what was written after the last Sync, and a state
// that is anything between the last commit and the last put. The next run loses
// nothing and doubles nothing.
func TestKilledAnywhereNothingIsLostOrDoubled(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "out.mbox")
	state := new(conntest.State)
	s := open(t, path, state)
	must[connectors.Receipt](t)(s.Create(ctx, ticket(0)))
	if err := s.Sync(ctx); err != nil {
		t.Fatal(err)
	}
	committed, durable := state.Len(), size(t, path)
	must[connectors.Receipt](t)(s.Create(ctx, ticket(1)))
	must[connectors.Receipt](t)(s.Update(ctx, "t0", &desk.Ticket{Subject: "new"}, []string{"subject"}))
	must[desk.Record](t)(s.Fetch(ctx, desk.KindTicket, "t1")) // brings the buffer to the file
	whole := must[[]byte](t)(os.ReadFile(path))
	states := []int{committed, (committed + state.Len()) / 2, state.Len()}
	for end := durable; end <= int64(len(whole)); end += 97 {
		for _, at := range states {
			again := filepath.Join(t.TempDir(), "again.mbox")
			if err := os.WriteFile(again, whole[:end], 0o600); err != nil {
				t.Fatal(err)
			}
			finish(t, again, state.At(at), 3)
		}
	}
}

// The same before the first commit, when no state is left at all: what is whole
// is found again by its mark.
func TestKilledBeforeTheFirstCommit(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "out.mbox")
	s := open(t, path, new(conntest.State))
	must[connectors.Receipt](t)(s.Create(ctx, ticket(0)))
	must[connectors.Receipt](t)(s.Create(ctx, &desk.Contact{Meta: desk.Meta{ID: "c", Mark: "c"}, Name: "Ann"}))
	must[connectors.Receipt](t)(s.Create(ctx, ticket(1)))
	if err := s.Sync(ctx); err != nil {
		t.Fatal(err)
	}
	whole := must[[]byte](t)(os.ReadFile(path))
	for end := 0; end <= len(whole); end += rounds.Of(101, 41, 13) {
		again := filepath.Join(t.TempDir(), "again.mbox")
		if err := os.WriteFile(again, whole[:end], 0o600); err != nil {
			t.Fatal(err)
		}
		finish(t, again, new(conntest.State), 2)
	}
}

// An update is a newer version behind; closing leaves the newest alone, in the
// ticket's first mail.
func TestCloseLeavesTheNewestVersionOnly(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "out.mbox")
	state := new(conntest.State)
	s := updated(t, path, state)
	before := size(t, path)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if after := size(t, path); after >= before {
		t.Errorf("%d bytes after, %d before", after, before)
	}
	checkUpdated(t, open(t, path, state))
	once(t, path, 3)
	if b := must[[]byte](t)(os.ReadFile(path)); bytes.Count(b, []byte(stamp.HeaderCover+":")) != 3 {
		t.Errorf("%d covers, want 3", bytes.Count(b, []byte(stamp.HeaderCover+":")))
	}
	s = open(t, path, state)
	must[connectors.Receipt](t)(s.Append(ctx, "t1", ptr(message("t1-m2"))))
	if err := errors.Join(s.Sync(ctx), s.Close()); err != nil {
		t.Fatal(err)
	}
	once(t, path, 3)
}

func ptr[T any](v T) *T { return &v }

// updated writes three tickets and a contact, and newer versions of some.
func updated(t *testing.T, path string, state *conntest.State) *compose.Scribe {
	t.Helper()
	ctx := context.Background()
	s := open(t, path, state)
	for i := range 3 {
		must[connectors.Receipt](t)(s.Create(ctx, ticket(i)))
	}
	must[connectors.Receipt](t)(s.Create(ctx, &desk.Contact{Meta: desk.Meta{ID: "c", Mark: "c"}, Name: "Ann"}))
	for _, name := range []string{"b", "c", "d"} {
		must[connectors.Receipt](t)(s.Update(ctx, "t1", &desk.Ticket{Subject: name}, []string{"subject"}))
		must[connectors.Receipt](t)(s.Update(ctx, "c", &desk.Contact{Name: name}, []string{"name"}))
	}
	if err := s.Sync(ctx); err != nil {
		t.Fatal(err)
	}
	return s
}

func checkUpdated(t *testing.T, s *compose.Scribe) {
	t.Helper()
	ctx := context.Background()
	got := must[desk.Record](t)(s.Fetch(ctx, desk.KindTicket, "t1")).(*desk.Ticket)
	if got.Subject != "d" || got.Status != desk.StatusOpen || len(got.Messages) != 2 {
		t.Errorf("ticket: %q %q with %d messages", got.Subject, got.Status, len(got.Messages))
	}
	if c := must[desk.Record](t)(s.Fetch(ctx, desk.KindContact, "c")).(*desk.Contact); c.Name != "d" {
		t.Errorf("contact: %q", c.Name)
	}
}

// Closing may be killed anywhere, and none of what it put into the state need be
// durable.
func TestKilledWhileCompacting(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "out.mbox")
	state := new(conntest.State)
	s := updated(t, path, state)
	old := must[[]byte](t)(os.ReadFile(path))
	synced := state.Len()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	compact := must[[]byte](t)(os.ReadFile(path))
	swap := must[[]byte](t)(os.ReadFile(path + ".deskhaul-swap"))
	cases := map[string]map[string][]byte{
		"while the new file is written": {"": old, ".deskhaul-new": compact[:len(compact)/2]},
		"before the swap file is whole": {"": old, ".deskhaul-new": compact, ".deskhaul-swap": swap[:9]},
		"before the renaming":           {"": old, ".deskhaul-new": compact, ".deskhaul-swap": swap},
		"after the renaming":            {"": compact, ".deskhaul-swap": swap},
	}
	for name, files := range cases {
		for at := synced; at <= state.Len(); at++ {
			if name != "after the renaming" && at > synced+3 {
				break // the journal that knows the new file is put after it
			}
			again := filepath.Join(t.TempDir(), "again.mbox")
			for suffix, b := range files {
				if err := os.WriteFile(again+suffix, b, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			killed := state.At(at)
			s := open(t, again, killed)
			checkUpdated(t, s)
			must[connectors.Receipt](t)(s.Append(ctx, "t1", ptr(message("t1-m2"))))
			if err := errors.Join(s.Sync(ctx), s.Close()); err != nil {
				t.Fatalf("%s, state %d: %v", name, at, err)
			}
			checkSubject(t, again, killed)
			once(t, again, 3)
		}
	}
}

func checkSubject(t *testing.T, path string, state *conntest.State) {
	t.Helper()
	got := must[desk.Record](t)(open(t, path, state).Fetch(context.Background(), desk.KindTicket, "t1")).(*desk.Ticket)
	if got.Subject != "d" || len(got.Messages) != 3 {
		t.Errorf("ticket: %q with %d messages", got.Subject, len(got.Messages))
	}
}

const foreign = "From bob@example.org Mon Jan  1 00:00:00 2024\nFrom: bob@example.org\nSubject: hello\n\nHi.\n"

// Mail that others put into the file stays, before ours and behind it.
func TestForeignMailStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.mbox")
	if err := os.WriteFile(path, []byte(foreign), 0o600); err != nil {
		t.Fatal(err)
	}
	state := new(conntest.State)
	if err := updated(t, path, state).Close(); err != nil {
		t.Fatal(err)
	}
	f := must[*os.File](t)(os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0))
	must[int](t)(f.WriteString(strings.Replace(foreign, "hello", "later", 1)))
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	finish(t, path, state, 4)
	b := must[[]byte](t)(os.ReadFile(path))
	if !bytes.HasPrefix(b, []byte(foreign+"\nFrom deskhaul-")) || bytes.Count(b, []byte("Subject: later")) != 1 {
		t.Errorf("not as it was: %q", b[:200])
	}
	checkUpdated(t, open(t, path, state))
}

// A file of which nothing is left, or of which it cannot be told what is ours, is refused
// and left as it is.
func TestAnotherFileIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.mbox")
	state := new(conntest.State)
	finish(t, path, state, 2)
	whole := must[[]byte](t)(os.ReadFile(path))
	unfinished := append(bytes.Clone(whole), whole...)
	unfinished = append(unfinished, foreign...)
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"gone":                {nil, "were written to it"},
		"others after a kill": {unfinished, "another program follows"},
	} {
		if err := os.WriteFile(path, c.content, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := openTarget(context.Background(), &Config{Path: path}, envWith(state))
		if err == nil || !strings.Contains(err.Error(), c.want) || !errors.Is(err, connectors.ErrDenied) {
			t.Errorf("%s: %v", name, err)
		}
		if b := must[[]byte](t)(os.ReadFile(path)); !bytes.Equal(b, c.content) {
			t.Errorf("%s: the file was changed", name)
		}
	}
}

// A write that fails leaves nothing behind, and what was put before it stays.
func TestAFailedTicketIsTakenBack(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "out.mbox")
	state := new(conntest.State)
	s := open(t, path, state)
	must[connectors.Receipt](t)(s.Create(ctx, ticket(0)))
	bad := ticket(1)
	bad.Messages[1].Files[0].Size = 99
	if _, err := s.Create(ctx, bad); err == nil || !strings.Contains(err.Error(), "3 bytes came where 99 were promised") {
		t.Fatalf("create: %v", err)
	}
	if _, err := s.Find(ctx, bad); !errors.Is(err, connectors.ErrNotFound) {
		t.Errorf("find: %v", err)
	}
	must[connectors.Receipt](t)(s.Create(ctx, ticket(1)))
	if err := errors.Join(s.Sync(ctx), s.Close()); err != nil {
		t.Fatal(err)
	}
	once(t, path, 2)
}

// A dry run makes nothing and changes nothing.
func TestDryRunLeavesNoTrace(t *testing.T) {
	dir := t.TempDir()
	e := envWith(new(conntest.State))
	e.DryRun = true
	target := must[connectors.Target](t)(openTarget(context.Background(), &Config{Path: filepath.Join(dir, "new", "out.mbox")}, e))
	if _, err := target.Create(context.Background(), ticket(0)); !errors.Is(err, connectors.ErrUnsupported) {
		t.Errorf("create: %v", err)
	}
	if err := target.(connectors.Closer).Close(); err != nil {
		t.Fatal(err)
	}
	if left := must[[]os.DirEntry](t)(os.ReadDir(dir)); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
