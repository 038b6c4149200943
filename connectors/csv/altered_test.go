package csv

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// change has somebody change a file.
func change(t *testing.T, dir, name string, how func(string) string) {
	t.Helper()
	write(t, filepath.Join(dir, name), how(contents(t, dir, name)))
}

// withoutRow takes the row out of a table that begins with some cells.
func withoutRow(begins string) func(string) string {
	return func(all string) string {
		var left []string
		for _, l := range strings.SplitAfter(all, "\r\n") {
			if !strings.HasPrefix(l, begins) {
				left = append(left, l)
			}
		}
		return strings.Join(left, "")
	}
}

var alterations = map[string]struct {
	name string
	how  func(string) string
}{
	"a ticket taken out":      {"tickets.csv", withoutRow("1,2,")},
	"a message taken out":     {"messages.csv", withoutRow("1,2,m,")},
	"a subject rewritten":     {"tickets.csv", func(s string) string { return strings.Replace(s, "1,2,,S,", "1,2,,Something else,", 1) }},
	"a row that is none":      {"tickets.csv", func(s string) string { return strings.Replace(s, "1,2,,S,", "1,2\r\n,S,", 1) }},
	"line ends of a Unix one": {"tickets.csv", func(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }},
}

// What stands in a folder of which somebody changed a file can be looked at, and shows
// what differs.
func TestChangedFileIsLookedAt(t *testing.T) {
	for name, c := range alterations {
		t.Run(name, func(t *testing.T) {
			dir, env := written(t)
			change(t, dir, c.name, c.how)
			before := contents(t, dir, c.name)
			env.DryRun = true
			tg := openTarget(t, dir, env)
			if r := must[desk.Record](t)(tg.Fetch(t.Context(), desk.KindTicket, "1")).(*desk.Ticket); r.Subject != "S" || len(r.Messages) != 1 {
				t.Errorf("the other ticket: %+v", r)
			}
			r, err := tg.Fetch(t.Context(), desk.KindTicket, "2")
			switch name {
			case "a ticket taken out", "a row that is none":
				if !errors.Is(err, connectors.ErrNotFound) {
					t.Errorf("got %v, %v", r, err)
				}
			case "a message taken out":
				if err != nil || len(r.(*desk.Ticket).Messages) != 0 {
					t.Errorf("got %v, %v", r, err)
				}
			case "a subject rewritten":
				if err != nil || r.(*desk.Ticket).Subject != "Something else" {
					t.Errorf("got %v, %v", r, err)
				}
			default:
				if err != nil || r.(*desk.Ticket).Subject != "S" {
					t.Errorf("got %v, %v", r, err)
				}
			}
			if err := tg.Close(); err != nil || contents(t, dir, c.name) != before {
				t.Errorf("a look changed the file: %v", err)
			}
		})
	}
}

// Nothing is added to such a folder, and what to do is said; what is still found in it is
// taken back, and all else stays as it is. Put back, the file is written to again.
func TestChangedFileIsNotAddedTo(t *testing.T) {
	for name, c := range alterations {
		if strings.HasPrefix(name, "line ends") {
			continue // all of it is there: it is taken for the file compacted
		}
		t.Run(name, func(t *testing.T) {
			dir, env := written(t)
			was := contents(t, dir, c.name)
			change(t, dir, c.name, c.how)
			before := contents(t, dir, c.name)
			tg := openTarget(t, dir, env)
			_, err := tg.Create(t.Context(), ticketWithFile("3"))
			if !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), c.name+" was changed by something else") || !strings.Contains(err.Error(), "write to a new folder") {
				t.Errorf("says %v", err)
			}
			if err := tg.Close(); err != nil || contents(t, dir, c.name) != before {
				t.Fatalf("the file was changed: %v", err)
			}
			change(t, dir, c.name, func(string) string { return was })
			tg = openTarget(t, dir, env)
			must[connectors.Receipt](t)(tg.Create(t.Context(), ticketWithFile("3")))
			if err := tg.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestWhatIsFoundInAChangedFileIsTakenBack(t *testing.T) {
	for name, c := range alterations {
		t.Run(name, func(t *testing.T) {
			dir, env := written(t)
			change(t, dir, c.name, c.how)
			add(t, filepath.Join(dir, c.name), "no row at all\r\n")
			for range 2 { // the second is the same command again
				tg := openTarget(t, dir, env)
				for _, id := range []desk.ID{"1", "2"} {
					if err := tg.Delete(t.Context(), desk.KindTicket, id); err != nil && !errors.Is(err, connectors.ErrNotFound) {
						t.Fatal(err)
					}
				}
				if err := tg.Close(); err != nil {
					t.Fatal(err)
				}
			}
			if got := contents(t, dir, c.name); !strings.HasSuffix(got, "no row at all\r\n") || strings.Contains(got, "mark-1") {
				t.Errorf("left: %q", got)
			}
			if left := must[[]string](t)(filepath.Glob(filepath.Join(dir, ".compact-*"))); len(left) > 0 {
				t.Errorf("left over: %q", left)
			}
		})
	}
}
