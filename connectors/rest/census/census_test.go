package census

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/desk"
)

// shelf is a server with groups, some of which no list shows.
type shelf struct {
	names  map[desk.ID]string
	hidden desk.ID
	fails  int // of a list, at which record; 0 never
}

var errServer = errors.New("the server fell asleep")

func (s *shelf) list(yield func(desk.Record, error) bool) {
	n := 0
	for _, id := range slices.Sorted(maps.Keys(s.names)) {
		if n++; n == s.fails {
			yield(nil, errServer)
			return
		}
		if id != s.hidden && !yield(s.group(id), nil) {
			return
		}
	}
}

func (s *shelf) group(id desk.ID) desk.Record {
	return &desk.Group{Meta: desk.Meta{ID: id}, Name: s.names[id]}
}

func (s *shelf) fetch(_ context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	if _, there := s.names[id]; !there {
		return nil, fmt.Errorf("%s %s: %w", kind, id, connectors.ErrNotFound)
	}
	return s.group(id), nil
}

// read is a reading from a cursor: what was given, and the last cursor.
func (s *shelf) read(t *testing.T, c *Census, after connectors.Cursor) (said []string, last connectors.Cursor, err error) {
	t.Helper()
	last = after
	err = c.Read(t.Context(), desk.KindGroup, after, s.list, func(it connectors.Item) error {
		word := string(it.Record.About().ID) + "=" + it.Record.(*desk.Group).Name
		if it.Record.About().Deleted {
			word = "-" + string(it.Record.About().ID)
		}
		said, last = append(said, word), it.Cursor
		return nil
	})
	return said, last, err
}

// A list tells all at first, and then what is new, changed and gone.
func TestReadTellsWhatChanged(t *testing.T) {
	s := &shelf{names: map[desk.ID]string{"a": "1", "b": "1", "c": "1", "d": "1"}}
	c := &Census{State: new(conntest.State), Fetch: s.fetch}
	check := func(after connectors.Cursor, want ...string) connectors.Cursor {
		t.Helper()
		said, last, err := s.read(t, c, after)
		if err != nil || !slices.Equal(said, want) {
			t.Fatalf("after %q: %q, %v; want %q", after, said, err, want)
		}
		return last
	}
	first := check("", "a=1", "b=1", "c=1", "d=1")
	check(first)
	s.names["b"], s.names["e"], s.hidden = "2", "1", "d"
	delete(s.names, "c")
	second := check(first, "b=2", "e=1", "-c") // d is there, and no list shows it
	check(second)
	check(first, "b=2", "e=1", "-c")    // who comes from the cursor before is told again
	check("", "a=1", "b=2", "e=1")      // and who comes from none, what there is
	check("other", "a=1", "b=2", "e=1") // also with a cursor that is none
}

// A walk that is broken off has noted what it read, and not yet told all of it: the next
// one tells it.
func TestBrokenWalkIsToldAgain(t *testing.T) {
	s := &shelf{names: map[desk.ID]string{"a": "1", "b": "1", "c": "1"}, fails: 3}
	c := &Census{State: new(conntest.State), Fetch: s.fetch}
	said, last, err := s.read(t, c, "")
	if !errors.Is(err, errServer) || len(said) != 1 || last != "" {
		t.Fatalf("%q, cursor %q, %v", said, last, err)
	}
	s.fails = 0
	if said, last, err = s.read(t, c, last); err != nil || len(said) != 3 || last == "" {
		t.Fatalf("then %q, cursor %q, %v", said, last, err)
	}
	s.names["a"], s.fails = "2", 2
	if _, again, err := s.read(t, c, last); !errors.Is(err, errServer) || again != last {
		t.Fatalf("a delta: cursor %q, %v", again, err)
	}
	s.fails = 0
	if said, _, err = s.read(t, c, last); err != nil || !slices.Equal(said, []string{"a=2"}) {
		t.Fatalf("then %q, %v", said, err)
	}
}

// Of a list that is known to show all, nothing is asked for by itself.
func TestWholeListIsBelieved(t *testing.T) {
	s := &shelf{names: map[desk.ID]string{"a": "1", "b": "1"}}
	c := &Census{State: new(conntest.State), Whole: []desk.Kind{desk.KindGroup}, Fetch: func(context.Context, desk.Kind, desk.ID) (desk.Record, error) {
		t.Error("it was asked")
		return nil, connectors.ErrBusy
	}}
	_, last, err := s.read(t, c, "")
	if err != nil {
		t.Fatal(err)
	}
	delete(s.names, "a")
	if said, _, err := s.read(t, c, last); err != nil || !slices.Equal(said, []string{"-a"}) {
		t.Errorf("%q, %v", said, err)
	}
}
