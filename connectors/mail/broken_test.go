package mail

import (
	"context"
	"io/fs"
	"iter"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
)

// shut is a pile of which some mails cannot be opened for now.
type shut struct {
	pile
	closed map[int]bool
}

func (s *shut) Scan(ctx context.Context, notes Notes) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for e, err := range s.pile.Scan(ctx, notes) {
			if err == nil && s.closed[int(e.Place.Offset)] {
				e.Open = func(context.Context) (Opened, error) {
					return nil, &fs.PathError{Op: "open", Path: "b", Err: fs.ErrPermission}
				}
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

func TestWhatCouldNotBeReadIsReadLater(t *testing.T) {
	p := &shut{closed: map[int]bool{1: true}}
	for _, id := range []string{"a", "b", "c", "d", "e", "f", "g"} {
		p.mails = append(p.mails, letterOf("Message-ID: <"+id+"@x.test>|From: j@x.test|Date: Mon, 3 Jun 2019 10:00:00 +0000|Subject: "+id))
	}
	state := newPutLog(nil)
	var cursor connectors.Cursor
	look := func() (tickets int, asides []*connectors.Aside) {
		s := pileSource(t, &p.pile, state, Options{})
		s.store = p
		got, asides, next := readAll(t, s, cursor)
		cursor = next
		return len(got), asides
	}
	n, asides := look()
	if n != 6 || len(asides) != 1 || asides[0].Reason != connectors.ReasonUnreadable {
		t.Fatalf("the first look gave %d tickets and %d asides", n, len(asides))
	}
	id := asides[0].ID
	if n, asides := look(); n != 0 || len(asides) != 0 {
		t.Errorf("nothing changed, and %d tickets and %d asides came", n, len(asides))
	}
	p.closed = nil
	n, asides = look()
	if n != 1 || len(asides) != 1 || asides[0].ID != id || asides[0].Reason != connectors.ReasonDuplicate {
		t.Errorf("when it could be read, %d tickets came and %d asides", n, len(asides))
	}
	if n, asides := look(); n != 0 || len(asides) != 0 {
		t.Errorf("at the end %d tickets and %d asides came", n, len(asides))
	}
	p.closed = map[int]bool{1: true} // and once more: it is known, and told
	p.mails = append(p.mails, letterOf("Message-ID: <h@x.test>|From: j@x.test|Date: Mon, 3 Jun 2019 10:00:00 +0000|Subject: h"))
	if n, _ := look(); n != 1 {
		t.Errorf("a new mail gave %d tickets", n)
	}
}
