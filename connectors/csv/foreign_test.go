package csv

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/connectors/table/rows"
	"github.com/deskhaul/deskhaul/desk"
)

// written is a folder with the tickets 1 and 2, closed in order.
func written(t *testing.T) (string, connectors.Env) {
	t.Helper()
	dir, env := filepath.Join(t.TempDir(), "out"), conntest.FileEnv(t)
	tg := openTarget(t, dir, env)
	for _, id := range []string{"1", "2"} {
		must[connectors.Receipt](t)(tg.Create(t.Context(), ticketWithFile(id)))
	}
	if err := tg.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, env
}

// rowOf is a row as somebody would add it, with what is given by column.
func rowOf(kind desk.Kind, cells map[string]string) string {
	columns := table.Columns(kind)
	row := make([]string, len(columns))
	for i, name := range columns {
		row[i] = cells[name]
	}
	row[0] = "1"
	if v := cells[table.Marker]; v != "" {
		row[0] = v
	}
	return string(rows.Append(nil, row))
}

func add(t *testing.T, path, text string) {
	t.Helper()
	f := must[*os.File](t)(os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0))
	must[int](t)(f.WriteString(text))
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func contents(t *testing.T, dir, name string) string {
	t.Helper()
	return string(must[[]byte](t)(os.ReadFile(filepath.Join(dir, name))))
}

func foreignTurn(id string) string {
	return rowOf(desk.KindMessage, map[string]string{"ticket": "1", "id": id, "text": "by hand"})
}

// Rows that somebody has appended stay, through writes and compactions, are read with
// the others, and are told once.
func TestRowsThatSomebodyAppendedStay(t *testing.T) {
	for name, end := range map[string]string{"whole": "\r\n", "of a Unix editor": "\n", "without a line end": ""} {
		t.Run(name, func(t *testing.T) {
			dir, env := written(t)
			var told bytes.Buffer
			env.Log = slog.New(slog.NewTextHandler(&told, nil))
			add(t, filepath.Join(dir, "messages.csv"), strings.TrimSuffix(foreignTurn("foreign1"), "\r\n")+end)
			add(t, filepath.Join(dir, "tickets.csv"), strings.TrimSuffix(rowOf(desk.KindTicket, map[string]string{"id": "77", "subject": "by hand"}), "\r\n")+end)
			for n := range 3 { // nothing new, something new, an update and with it a compaction
				tg := openTarget(t, dir, env)
				switch n {
				case 1:
					must[connectors.Receipt](t)(tg.Create(t.Context(), ticketWithFile("3")))
				case 2:
					must[connectors.Receipt](t)(tg.Update(t.Context(), "2", &desk.Ticket{Subject: "New"}, []string{"subject"}))
				}
				ms := must[desk.Record](t)(tg.Fetch(t.Context(), desk.KindTicket, "1")).(*desk.Ticket).Messages
				if len(ms) != 2 || ms[1].ID != "foreign1" {
					t.Errorf("messages %+v", ms)
				}
				if err := tg.Close(); err != nil {
					t.Fatal(err)
				}
			}
			rs, asides, _ := read(t, &Config{Path: dir}, conntest.FileEnv(t), desk.KindTicket, "")
			if ids(rs) != "1 77 3 2" || len(asides) != 0 || len(rs[0].(*desk.Ticket).Messages) != 2 {
				t.Errorf("read %q, %v", ids(rs), asides)
			}
			if n := strings.Count(told.String(), "somebody else has added"); n != 2 { // once for each file
				t.Errorf("told %d times: %s", n, &told)
			}
		})
	}
}

func TestLookShowsAppendedRowsAndLeavesThemAlone(t *testing.T) {
	dir, env := written(t)
	add(t, filepath.Join(dir, "messages.csv"), foreignTurn("foreign1"))
	before := contents(t, dir, "messages.csv")
	env.DryRun = true
	tg := openTarget(t, dir, env)
	if ms := must[desk.Record](t)(tg.Fetch(t.Context(), desk.KindTicket, "1")).(*desk.Ticket).Messages; len(ms) != 2 {
		t.Errorf("messages %+v", ms)
	}
	if err := tg.Close(); err != nil || contents(t, dir, "messages.csv") != before {
		t.Errorf("a look changed the file: %v", err)
	}
}

// What a killed run left is cut off behind rows that somebody had appended before it.
func TestOnlyWhatAKilledRunLeftIsCut(t *testing.T) {
	dir, env := written(t)
	path := filepath.Join(dir, "messages.csv")
	mine := rowOf(desk.KindMessage, map[string]string{"ticket": "1", "id": "m9", "text": "ours", "mark": "mark-9"})
	for n, left := range []string{mine, mine + mine[:len(mine)-20], mine[:7], strings.TrimSuffix(mine, "\r\n")} {
		stays := contents(t, dir, "messages.csv") + foreignTurn(fmt.Sprint("f", n))
		add(t, path, foreignTurn(fmt.Sprint("f", n))+left)
		if err := openTarget(t, dir, env).Close(); err != nil {
			t.Fatal(err)
		}
		if got := contents(t, dir, "messages.csv"); got != stays {
			t.Errorf("behind %q: %q, want %q", left, got, stays)
		}
	}
}

// A row that can be neither kept nor cut off stops the run before anything is changed.
func TestRowsThatWouldHideOthersAreRefused(t *testing.T) {
	mine := rowOf(desk.KindMessage, map[string]string{"ticket": "1", "id": "m9", "text": "ours", "mark": "mark-9"})
	for name, c := range map[string]struct{ rows, says string }{
		"an id that is taken": {rowOf(desk.KindMessage, map[string]string{"ticket": "1", "id": "m"}), "the id of a message that stands there already, m"},
		"a second copy":       {rowOf(desk.KindMessage, map[string]string{"ticket": "1", "id": "m7", "mark": "mark-1-m"}), "carries the mark of another"},
		"no id":               {rowOf(desk.KindMessage, map[string]string{"ticket": "1"}), "has no id"},
		"twice the same":      {foreignTurn("f") + foreignTurn("f"), "the id of a message that stands there already, f"},
		"no row":              {"hello, world\r\n", "no whole row"},
		"torn and not ours":   {"hello, wor", "no whole row"},
		"behind torn ones":    {mine + foreignTurn("f"), "follows rows that an interrupted run did not finish"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, env := written(t)
			add(t, filepath.Join(dir, "messages.csv"), c.rows)
			before := contents(t, dir, "messages.csv")
			_, err := newTarget(t.Context(), &Config{Path: dir}, env)
			if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "messages.csv: byte ") {
				t.Errorf("says %v", err)
			}
			if contents(t, dir, "messages.csv") != before {
				t.Error("the file was changed")
			}
		})
	}
}

// A newer version of a record, by hand, counts as its row.
func TestNewerVersionByHandCounts(t *testing.T) {
	dir, env := written(t)
	add(t, filepath.Join(dir, "tickets.csv"), rowOf(desk.KindTicket, map[string]string{table.Marker: "2", "id": "1", "subject": "by hand", "status": "open"}))
	tg := openTarget(t, dir, env)
	if got := must[desk.Record](t)(tg.Fetch(t.Context(), desk.KindTicket, "1")).(*desk.Ticket); got.Subject != "by hand" {
		t.Errorf("subject %q", got.Subject)
	}
	if err := tg.Close(); err != nil {
		t.Fatal(err)
	}
	if rs, _, _ := read(t, &Config{Path: dir}, conntest.FileEnv(t), desk.KindTicket, ""); ids(rs) != "2 1" {
		t.Errorf("read %q", ids(rs))
	}
}
