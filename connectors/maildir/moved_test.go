package maildir

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// A folder that is new because mails were moved into it is a category of its own.
func TestMoveToANewFolderBringsItsCategory(t *testing.T) {
	root := t.TempDir()
	put(t, root+"/cur/1559556000.M1.host:2,", "a@x.test")
	put(t, root+"/.Sent/cur/1559556001.M2.host:2,", "b@x.test")
	r := newReader(t, root)
	r.run()
	names, after := r.categories("")
	if !slices.Equal(names, []string{"INBOX", "Sent"}) {
		t.Fatalf("categories %q", names)
	}
	if err := os.MkdirAll(filepath.Join(root, ".Done.Old", "cur"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(root+"/cur/1559556000.M1.host:2,", root+"/.Done.Old/cur/1559556000.M1.host:2,S"); err != nil {
		t.Fatal(err)
	}
	if names, _ = r.categories(after); !slices.Equal(names, []string{"Done", "Done/Old"}) {
		t.Errorf("categories %q, want the new ones", names)
	}
	if tickets, _ := r.run(); !slices.Equal(tickets, []string{"a@x.test in Done/Old"}) {
		t.Errorf("tickets %q", tickets)
	}
}

// categories returns the ids of those that are new, and the cursor after them.
func (r *reader) categories(after connectors.Cursor) (names []string, last connectors.Cursor) {
	r.t.Helper()
	src, err := r.open()
	if err != nil {
		r.t.Fatal(err)
	}
	last = after
	for item, err := range src.Read(r.t.Context(), desk.KindCategory, after) {
		if err != nil {
			r.t.Fatal(err)
		}
		names, last = append(names, string(item.Record.About().ID)), item.Cursor
	}
	return names, last
}
