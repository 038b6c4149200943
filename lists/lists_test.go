package lists

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/desk"
)

func all(t *testing.T, l *Lists) (out []string) {
	t.Helper()
	for e, err := range l.Way(t.Context(), 1) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%s %s %s%s×%d %s%s%s", e.Class, e.Kind, e.Ticket, e.ID, e.N, e.Name, e.URL, e.Detail))
	}
	return out
}

// What is counted under another outcome later stands in that list alone, however much came
// between; a message is found through its ticket; and nothing stays on the disk.
func TestLists(t *testing.T) {
	for _, most := range []int{1, 3, 1000} {
		dir := t.TempDir()
		l, err := New(dir)
		if err != nil {
			t.Fatal(err)
		}
		l.most = most
		ticket := func(class string, id desk.ID) Key {
			return Key{Way: 1, Class: class, Kind: desk.KindTicket, ID: id}
		}
		l.Add(ticket("held", "9"), 1)
		l.Add(ticket("created", "10"), 1)
		l.Add(Key{Way: 1, Class: "created", Kind: desk.KindMessage, Ticket: "10"}, 1)
		l.Add(Key{Way: 2, Class: "created", Kind: desk.KindTicket, ID: "10"}, 1)
		l.Know(1, desk.KindTicket, "10", About{"Счёт", "https://old.example/10"})
		l.Know(1, desk.KindContact, "10", About{"Zoë", ""})
		l.Add(Key{Way: 1, Class: "created", Kind: desk.KindMessage, Ticket: "10"}, 4)
		l.Add(Key{Way: 1, Class: "lost", Kind: desk.KindTicket, Field: "tags", ID: "9", Detail: "b"}, 1)
		l.Add(Key{Way: 1, Class: "lost", Kind: desk.KindTicket, Field: "tags", ID: "9", Detail: "a"}, 1)
		l.Add(ticket("held", "9"), -1)
		l.Add(ticket("created", "9"), 1)
		want := strings.Join([]string{
			"created message 10×5 Счётhttps://old.example/10", "created ticket 9×1 ", "created ticket 10×1 Счётhttps://old.example/10",
			"lost ticket 9×1 a", "lost ticket 9×1 b",
		}, "\n")
		if got := strings.Join(all(t, l), "\n"); got != want {
			t.Errorf("with %d in memory:\n%s\nwant\n%s", most, got, want)
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("%v %v is left", err, left)
		}
	}
}

// Where they cannot be kept, they are not told as if they were whole.
func TestListsThatCannotBeKept(t *testing.T) {
	l, err := New(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	l.most = 1
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	l.Add(Key{Way: 1, Class: "created", Kind: desk.KindTicket, ID: "1"}, 1)
	for _, err := range l.Way(t.Context(), 1) {
		if err == nil {
			t.Error("it is told as if it were whole")
		}
	}
}
