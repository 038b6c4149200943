package checkpoints

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/deskhaul/deskhaul/desk"
)

// A file of the first format is read as it is, copied with the new one, and changed
// when it is opened to be written, with a copy of the old one beside it.
func TestOlderFormat(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	all := steps
	steps, schemaVersion = all[:1], 1
	s, err := Open(t.Context(), path)
	if err == nil {
		_, err = s.(*sqliteStore).write.ExecContext(t.Context(), `INSERT INTO pair VALUES (1, 'r', 's', 't', 'a');
			INSERT INTO ledger (pair, kind, parent, id, state, run, target) VALUES (1, 6, '', 'one', 10, 1, 'there')`)
	}
	steps, schemaVersion = all, len(all)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	scratch := func() (string, error) { return filepath.Join(t.TempDir(), "looked.db"), nil }
	looked, err := Look(t.Context(), path, scratch)
	if err != nil {
		t.Fatal(err)
	}
	copied, err := looked.Copy(t.Context(), path+".copy")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []Store{looked, copied} {
		hasOne(t, s)
	}
	ledger, err := copied.Ledger(t.Context(), Pair{"r", "s", "t", "a"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.Losses(t.Context(), desk.KindTicket, "one"); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(path + ".copy.v1"); err == nil {
		t.Error("a copy that is thrown away was copied")
	}
	if _, err := os.Stat(path + ".v1"); err == nil {
		t.Error("looking at it changed something")
	}
	for _, s := range []Store{looked, copied} {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	opened, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	hasOne(t, opened)
	if err := opened.Close(); err != nil {
		t.Error(err)
	}
	old, err := Look(t.Context(), path+".v1", scratch)
	if err != nil {
		t.Fatal(err)
	}
	hasOne(t, old)
	if err := old.Close(); err != nil {
		t.Error(err)
	}
}

func hasOne(t *testing.T, s Store) {
	t.Helper()
	ledger, err := s.Ledger(t.Context(), Pair{"r", "s", "t", "a"})
	if err != nil {
		t.Fatal(err)
	}
	if row, ok, err := ledger.Row(t.Context(), desk.KindTicket, "", "one"); err != nil || !ok || row.Target != "there" {
		t.Errorf("%+v, %v, %v", row, ok, err)
	}
}

// Losses last as long as nothing takes them back, of one record and of its messages.
func TestLosses(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // a test's
	l, err := s.Ledger(t.Context(), Pair{"r", "s", "t", "a"})
	if err != nil {
		t.Fatal(err)
	}
	put := func(losses ...Loss) []Loss {
		l.Lose(losses...)
		if err := s.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		got, err := l.Losses(t.Context(), desk.KindTicket, "1")
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	ticket := Loss{Kind: desk.KindTicket, ID: "1", Field: "due", Detail: "no room", Run: 1}
	message := Loss{Kind: desk.KindMessage, Parent: "1", ID: "m", Field: "message.cc", Detail: "no room", Run: 1}
	others := []Loss{{Kind: desk.KindTicket, ID: "2", Field: "due", Detail: "x", Run: 1}, {Kind: desk.KindContact, ID: "1", Field: "note", Detail: "x", Run: 1}}
	if got := put(append(others, ticket, message)...); len(got) != 2 || got[0] != ticket || got[1] != message {
		t.Errorf("%+v", got)
	}
	later := ticket
	later.Detail, later.Run = "no room at all", 2
	gone := message
	gone.Detail = ""
	if got := put(later, gone); len(got) != 1 || got[0] != later {
		t.Errorf("%+v", got)
	}
	contact, err := l.Losses(t.Context(), desk.KindContact, "1")
	if err != nil || len(contact) != 1 {
		t.Errorf("%+v, %v", contact, err)
	}
}
