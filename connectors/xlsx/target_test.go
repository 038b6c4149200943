package xlsx

import (
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/desk"
)

func openTarget(t *testing.T, book string, env connectors.Env) *target {
	t.Helper()
	return must[*target](t)(newTarget(context.Background(), &Config{Path: book}, env))
}

func ticket(id string) *desk.Ticket {
	return &desk.Ticket{
		Meta: desk.Meta{ID: desk.ID(id), Mark: "mark-" + id, Created: time.Date(2024, 3, 1, 10, 5, 30, 123456789, time.UTC)}, Subject: "=S", Status: desk.StatusOpen,
		Messages: []desk.Message{{ID: "m", Mark: "mark-" + id + "-m", Text: strings.Repeat("long ", 20_000), Files: []desk.File{{Name: "a.txt", Open: func(context.Context) (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader("content")), nil
		}}}}},
	}
}

// written is a workbook with the tickets 1 and 2, closed in order.
func written(t *testing.T) (string, connectors.Env) {
	t.Helper()
	book, env := filepath.Join(t.TempDir(), "out", "all.xlsx"), conntest.FileEnv(t)
	if err := os.Mkdir(filepath.Dir(book), 0o700); err != nil {
		t.Fatal(err)
	}
	tg := openTarget(t, book, env)
	create(t, tg, "1", "2")
	if err := errors.Join(tg.Sync(t.Context()), tg.Close()); err != nil {
		t.Fatal(err)
	}
	return book, env
}

func create(t *testing.T, tg *target, ids ...string) {
	t.Helper()
	for _, id := range ids {
		must[connectors.Receipt](t)(tg.Create(t.Context(), ticket(id)))
	}
}

// holds looks at what a workbook gives whoever reads it, and at what lies beside it.
func holds(t *testing.T, book, want string) {
	t.Helper()
	rs, asides, _ := read(t, &Config{Path: book}, conntest.FileEnv(t), desk.KindTicket, "")
	if ids(rs) != want || len(asides) > 0 {
		t.Errorf("the workbook holds %q, want %q; %v", ids(rs), want, asides)
	}
	for _, r := range rs {
		for _, m := range r.(*desk.Ticket).Messages {
			if m.ID == "m" && len(m.Text) != 100_000 {
				t.Errorf("a text of %d bytes", len(m.Text))
			}
		}
	}
	for _, e := range must[[]os.DirEntry](t)(os.ReadDir(filepath.Dir(book))) {
		if e.Name() != "all.xlsx" && e.Name() != "all.files" {
			t.Errorf("left over: %s", e.Name())
		}
	}
}

// Cells are what they look like: dates are dates, texts are texts, the header stays in
// sight and filters.
func TestCellsAreTyped(t *testing.T) {
	book, _ := written(t)
	x := must[*excelize.File](t)(excelize.OpenFile(book))
	defer x.Close() //nolint:errcheck // it was only read
	at := func(name string) string {
		for i, n := range must[[][]string](t)(x.GetRows("tickets"))[0] {
			if n == name {
				return must[string](t)(excelize.CoordinatesToCellName(i+1, 2))
			}
		}
		t.Fatalf("no column %s", name)
		return ""
	}
	if n := must[string](t)(x.GetCellValue("tickets", at("created"), excelize.Options{RawCellValue: true})); !strings.HasPrefix(n, "45352.42048753") {
		t.Errorf("created is %s", n)
	}
	if s := must[string](t)(x.GetCellValue("tickets", at("created"))); s != "2024-03-01 10:05:30" {
		t.Errorf("created is shown as %s", s)
	}
	if f := must[string](t)(x.GetCellFormula("tickets", at("subject"))); f != "" {
		t.Errorf("a subject became the formula %s", f)
	}
	if s := must[string](t)(x.GetCellValue("tickets", at("subject"))); s != "=S" {
		t.Errorf("subject %q", s)
	}
	if typ := must[excelize.CellType](t)(x.GetCellType("tickets", at("id"))); typ != excelize.CellTypeInlineString {
		t.Errorf("an id is of type %v", typ)
	}
	if tables := must[[]excelize.Table](t)(x.GetTables("tickets")); len(tables) != 1 || !strings.HasSuffix(tables[0].Range, "3") {
		t.Errorf("tables %+v", tables)
	}
	if panes := must[excelize.Panes](t)(x.GetPanes("tickets")); !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("panes %+v", panes)
	}
}

// A run that is killed leaves what was synced, and the next one goes on, whatever had
// become of the workbook by then.
func TestKilledRunGoesOn(t *testing.T) {
	book, env := written(t)
	tg := openTarget(t, book, env)
	create(t, tg, "3")
	if err := tg.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	create(t, tg, "4") // and killed
	holdsWork(t, book, true)
	for name, end := range map[string]func(book string){
		"before it is written": func(string) {},
		"while it is written": func(book string) {
			if err := os.WriteFile(partOfBook(book), []byte("PK half"), 0o600); err != nil {
				t.Fatal(err)
			}
		},
		"after it is put in place": func(book string) {
			tg := &target{book: book, dir: workOf(book), cfg: &Config{}, env: env}
			if err := tg.putIn(); err != nil {
				t.Fatal(err)
			}
		},
		"moved away since": func(book string) {
			if err := os.Remove(book); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "out")
			if err := os.CopyFS(dir, os.DirFS(filepath.Dir(book))); err != nil {
				t.Fatal(err)
			}
			again, env := filepath.Join(dir, "all.xlsx"), env
			env.State, env.Temp = maps.Clone(env.State.(conntest.Memory)), t.TempDir()
			end(again)
			tg := openTarget(t, again, env)
			if _, err := tg.Find(t.Context(), ticket("4")); !errors.Is(err, connectors.ErrNotFound) {
				t.Errorf("a ticket that was never synced is found: %v", err)
			}
			create(t, tg, "4")
			if err := tg.Close(); err != nil {
				t.Fatal(err)
			}
			holds(t, again, "1 2 3 4")
		})
	}
}

func holdsWork(t *testing.T, book string, want bool) {
	t.Helper()
	if _, err := os.Stat(workOf(book)); (err == nil) != want {
		t.Errorf("the folder of rows: %v", err)
	}
}

// What a killed run left and never told as done goes, and no workbook comes of it.
func TestKilledBeforeAnythingWasSafe(t *testing.T) {
	book, env := filepath.Join(t.TempDir(), "all.xlsx"), conntest.FileEnv(t)
	create(t, openTarget(t, book, env), "1") // and killed
	lost := maps.Clone(env.State.(conntest.Memory))
	tg := openTarget(t, book, env)
	create(t, tg, "1")
	if err := tg.Close(); err != nil { // the workbook is there, and then the state is lost
		t.Fatal(err)
	}
	holdsWork(t, book, true)
	env.State = lost
	for range 2 {
		if err := openTarget(t, book, env).Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(book); err == nil {
		t.Error("a workbook was written")
	}
	holdsWork(t, book, false)
	tg = openTarget(t, book, env)
	create(t, tg, "1")
	if err := errors.Join(tg.Sync(t.Context()), tg.Close()); err != nil {
		t.Fatal(err)
	}
	holds(t, book, "1")
}

// A run killed while it took the rows out of the workbook has lost nothing.
func TestKilledWhileTakingOut(t *testing.T) {
	book, env := written(t)
	for _, dir := range []string{workOf(book) + half, workOf(book) + "-done" + half, workOf(book)} {
		if err := errors.Join(os.Mkdir(dir, 0o700), os.WriteFile(filepath.Join(dir, "tickets.csv"), []byte("torn"), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	tg := openTarget(t, book, env)
	create(t, tg, "3")
	if err := tg.Close(); err != nil {
		t.Fatal(err)
	}
	holds(t, book, "1 2 3")
}

// Whoever changes a workbook while rows wait to go into it is told, and nothing is lost.
func TestWorkbookChangedWhileRowsWait(t *testing.T) {
	book, env := written(t)
	tg := openTarget(t, book, env)
	create(t, tg, "3")
	if err := tg.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	was := must[[]byte](t)(os.ReadFile(book))
	if err := os.WriteFile(book, append(was, 0), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := newTarget(t.Context(), &Config{Path: book}, env)
	if !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), "move it away") {
		t.Fatalf("says %v", err)
	}
	if err := os.WriteFile(book, was, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := openTarget(t, book, env).Close(); err != nil {
		t.Fatal(err)
	}
	holds(t, book, "1 2 3")
}

func TestWorkbooksThatAreNotOurs(t *testing.T) {
	book, env := written(t)
	_, err := newTarget(t.Context(), &Config{Path: book}, conntest.FileEnv(t))
	if !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), "was not written by this project") {
		t.Errorf("of another project: %v", err)
	}
	if err := os.Remove(book); err != nil {
		t.Fatal(err)
	}
	if _, err = newTarget(t.Context(), &Config{Path: book}, env); !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), "is gone: put it back") {
		t.Errorf("one that is gone: %v", err)
	}
	for _, path := range []string{t.TempDir(), filepath.Join(t.TempDir(), "all.xls")} {
		if _, err = newTarget(t.Context(), &Config{Path: path}, conntest.FileEnv(t)); !errors.Is(err, connectors.ErrDenied) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestDryRunMakesNothing(t *testing.T) {
	dir, env := t.TempDir(), conntest.FileEnv(t)
	env.DryRun = true
	tg := openTarget(t, filepath.Join(dir, "all.xlsx"), env)
	if _, err := tg.Create(t.Context(), ticket("1")); err == nil {
		t.Error("a dry run wrote")
	}
	if err := tg.Close(); err != nil {
		t.Fatal(err)
	}
	if left := must[[]os.DirEntry](t)(os.ReadDir(dir)); len(left) > 0 {
		t.Errorf("made %v", left)
	}
}
