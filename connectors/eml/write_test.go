package eml

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/mail/compose"

	"github.com/deskhaul/deskhaul/desk"
)

var begin = time.Date(2024, 5, 1, 8, 0, 0, 0, time.UTC)

func open(t *testing.T, c *Config, state *conntest.State) *compose.Scribe {
	t.Helper()
	target, err := openTarget(context.Background(), c, connectors.Env{
		Log: slog.New(slog.DiscardHandler), State: state, Now: func() time.Time { return begin }, Name: "test",
	})
	if err != nil {
		t.Fatal(err)
	}
	return target.(*compose.Scribe)
}

func records() []desk.Record {
	c := desk.Ref{Kind: desk.KindCategory, ID: "c", Target: "c"}
	return []desk.Record{
		&desk.Category{Meta: desk.Meta{ID: "c", Mark: "mark-c"}, Name: "../Продажи?"},
		&desk.Contact{Meta: desk.Meta{ID: "a/b\x00", Mark: "mark-a"}, Name: "Jane Doe", Emails: []string{"jane@example.com"}},
		&desk.Ticket{
			Meta: desk.Meta{ID: "t", Mark: "mark-t", Created: begin}, Subject: "Hello", Category: c,
			Messages: []desk.Message{{ID: "1", Mark: "mark-1", At: begin, Text: "one\ntwo\n", From: desk.Address{Email: "jane@example.com"}}},
		},
	}
}

func tree(t *testing.T, root string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".eml" {
			rel, err := filepath.Rel(root, path)
			names = append(names, filepath.ToSlash(filepath.Dir(rel))+"/"+d.Name()[:15])
			return err
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// Mails are files in folders named after categories; writing again replaces them.
func TestWritingAgainReplaces(t *testing.T) {
	root := filepath.Join(t.TempDir(), "out")
	for _, ends := range []string{"", "lf", "crlf"} {
		s := open(t, &Config{Path: root, LineEnds: ends}, new(conntest.State))
		for _, r := range records() {
			if _, err := s.Create(context.Background(), r); err != nil {
				t.Fatal(err)
			}
			if id, err := s.Find(context.Background(), r); err != nil || id != r.About().ID {
				t.Errorf("find: %q %v", id, err)
			}
		}
		if err := s.Sync(context.Background()); err != nil {
			t.Fatal(err)
		}
		want := []string{"_.._Продажи_/20240501-080000", "_deskhaul/19700101-000000", "_deskhaul/19700101-000000"}
		if diff := cmp.Diff(want, tree(t, root)); diff != "" {
			t.Errorf("files (-want +got):\n%s", diff)
		}
		found, err := filepath.Glob(filepath.Join(root, "*", "2024*.eml"))
		if err != nil || len(found) != 1 {
			t.Fatal(found, err)
		}
		b, err := os.ReadFile(found[0])
		if err != nil {
			t.Fatal(err)
		}
		if crlf := bytes.Count(b, []byte("\r\n")); ends == "lf" && crlf != 0 || ends != "lf" && crlf != bytes.Count(b, []byte("\n")) {
			t.Errorf("line ends %q: %d CRLF", ends, crlf)
		}
		st, err := os.Stat(found[0])
		if err != nil || !st.ModTime().Equal(begin) {
			t.Errorf("time %v, %v", st.ModTime(), err)
		}
	}
}

// A person's new name is in the same file.
func TestUpdateReplacesTheFile(t *testing.T) {
	root := t.TempDir()
	s := open(t, &Config{Path: root}, new(conntest.State))
	for _, r := range records() {
		if _, err := s.Create(context.Background(), r); err != nil {
			t.Fatal(err)
		}
	}
	before := tree(t, root)
	next := &desk.Contact{Meta: desk.Meta{Created: begin}, Name: "Jane Roe"}
	if _, err := s.Update(context.Background(), "a/b\x00", next, []string{"name", "created"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Update(context.Background(), "t", &desk.Ticket{Subject: "Bye"}, []string{"subject"}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, tree(t, root)); diff != "" {
		t.Errorf("files (-before +after):\n%s", diff)
	}
	got, err := s.Fetch(context.Background(), desk.KindContact, "a/b\x00")
	if err != nil {
		t.Fatal(err)
	}
	if c := got.(*desk.Contact); c.Name != "Jane Roe" || !c.Created.Equal(begin) || len(c.Emails) != 1 {
		t.Errorf("contact %+v", c)
	}
}

// A zip cannot be continued after a kill: it is not written.
func TestAZipIsRefused(t *testing.T) {
	_, err := openTarget(context.Background(), &Config{Path: "out.ZIP"}, connectors.Env{})
	if !errors.Is(err, connectors.ErrUnsupported) {
		t.Errorf("%v", err)
	}
}

// A folder that was written to and is gone, or was emptied, is refused: the ledger
// would take all that was in it for moved.
func TestAFolderThatIsGone(t *testing.T) {
	root, state := filepath.Join(t.TempDir(), "out"), new(conntest.State)
	env := connectors.Env{Log: slog.New(slog.DiscardHandler), State: state, Now: func() time.Time { return begin }, Name: "test"}
	s := open(t, &Config{Path: root}, state)
	if _, err := s.Create(t.Context(), records()[1]); err != nil {
		t.Fatal(err)
	}
	if err := s.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := openTarget(t.Context(), &Config{Path: root}, env); err != nil {
		t.Fatalf("the folder is there: %v", err)
	}
	for _, how := range []string{"gone", "emptied"} {
		if err := os.RemoveAll(root); err != nil {
			t.Fatal(err)
		}
		if how == "emptied" {
			if err := os.MkdirAll(filepath.Join(root, "cur"), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := openTarget(t.Context(), &Config{Path: root}, env); !errors.Is(err, connectors.ErrDenied) {
			t.Errorf("%s: %v", how, err)
		}
	}
}
