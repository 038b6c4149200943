package mbox

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// A file that is new because mails were moved into it is a category of its own,
// also if it is read before the one that they were in.
func TestMoveToANewFileBringsItsCategory(t *testing.T) {
	root := t.TempDir()
	write(t, filepath.Join(root, "Inbox"), boxText(0, 4))
	write(t, filepath.Join(root, "Other"), boxText(10, 11))
	r := newRig(t, root)
	r.run()
	names, after := r.categories("")
	if !slices.Equal(names, []string{"Inbox", "Other"}) {
		t.Fatalf("categories %q", names)
	}
	write(t, filepath.Join(root, "Done"), boxText(1, 3))
	write(t, filepath.Join(root, "Inbox"), boxText(0, 1)+boxText(3, 4))
	if names, _ = r.categories(after); !slices.Equal(names, []string{"Done"}) {
		t.Errorf("categories %q, want the new one", names)
	}
	h := r.run()
	if len(h.tickets) != 2 || len(h.asides) != 0 {
		t.Fatalf("%d tickets and %d asides, want the two that moved", len(h.tickets), len(h.asides))
	}
	for _, ticket := range h.tickets {
		if ticket.Category != desk.To(desk.KindCategory, "Done") {
			t.Errorf("%s is in %v", ticket.ID, ticket.Category)
		}
	}
}

// categories returns the ids of those that are new, and the cursor after them.
func (r *rig) categories(after connectors.Cursor) (names []string, last connectors.Cursor) {
	r.t.Helper()
	src, err := r.source()
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
