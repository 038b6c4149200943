package archive_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors/archive"
	"github.com/deskhaul/deskhaul/desk"
)

// A line that a ticket has said is indexed once; what it said is found all the
// same, also when the message that said it first is edited.
func TestQuotedOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	a := pulled(t, path, "s", "box")
	first := desk.Message{ID: "1", Mark: "m1", At: at(1), Text: "The turbine on the north roof howls.\nBye\n"}
	reply := desk.Message{ID: "2", Mark: "m2", At: at(2), Text: "Which roof, please?\n\n> The turbine on the north roof howls.\n> Bye\n"}
	fresh := desk.Message{ID: "3", Mark: "m3", At: at(3), Text: "The eastern one, of course.\n"}
	ticket := &desk.Ticket{Meta: desk.Meta{ID: "t", Mark: "mt"}, Messages: []desk.Message{first, reply}}
	id := created(t, a, ticket).ID
	synced(t, a)
	if err := a.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	l := library(t, path)
	check := func(when string, want map[string]string) {
		t.Helper()
		for text, ids := range want {
			if got := found(t, l, archive.Filter{Text: text}); got != ids {
				t.Errorf("%s, %s: found %q, want %q", when, text, got, ids)
			}
		}
	}
	check("first", map[string]string{`"turbine on the north roof"`: "t", "please": "t", "bye": "t"})
	if _, err := a.Append(t.Context(), id, &fresh); err != nil {
		t.Fatal(err)
	}
	first.Text = "Never mind.\n"
	if _, err := a.Append(t.Context(), id, &first); err != nil {
		t.Fatal(err)
	}
	closed(t, a)
	check("edited", map[string]string{`"turbine on the north roof"`: "t", "please": "t", "eastern": "t", `"never mind"`: "t"})
}

func at(day int) time.Time { return time.Date(2024, 5, day, 9, 0, 0, 0, time.UTC) }
