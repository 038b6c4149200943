package xlsx

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/desk"
)

// must stops a test at the first error.
func must[T any](t interface{ Fatal(...any) }) func(T, error) T {
	return func(v T, err error) T {
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// Whatever a text holds, the cells of a workbook give it back to the letter.
func TestAnyTextComesBack(t *testing.T) {
	odd := rapid.OneOf(
		rapid.SampledFrom([]string{
			"", "=1+1", "'quoted", "+7 900", "@x", "\tt", "a\r\nb\nc\rd", "\x00\x1b", "_x0041_", "_x005F_x0041_", "_xD800_", "_x005F_xD800_", "_x00", "\ue0ff", "\ue0ff0041",
			"\ue00045000.5", "\ufffe\uffff", "😀", " x ", "TRUE", "#N/A", "1.5E+10", "2024-01-01 00:00:00", "00123", strings.Repeat("длинно ", 9000), strings.Repeat("😀\x01", 12000),
		}),
		rapid.StringN(0, 12, -1), rapid.StringOfN(rapid.SampledFrom([]rune("_x05FD8\ue0ff\x01")), 0, 20, -1),
	)
	dir := t.TempDir()
	csv, columns := filepath.Join(dir, "messages.csv"), table.Columns(desk.KindMessage)
	f := must[*csvFile](t)(newTable(csv, desk.KindMessage))
	for n := range 120 {
		row := make([]string, len(columns))
		row[0] = "1"
		for i, name := range columns {
			if table.TypeOf(desk.KindMessage, name) == table.TypeText && (n+i)%3 == 0 {
				row[i] = table.Guard(odd.Example(n*len(columns) + i))
			}
		}
		if err := f.add(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.close(); err != nil {
		t.Fatal(err)
	}
	was := must[[]byte](t)(os.ReadFile(csv))
	book := filepath.Join(dir, "book.xlsx")
	writeBook(t, dir, book, mostRows)
	if err := os.Remove(csv); err != nil {
		t.Fatal(err)
	}
	takeOutInto(t, book, dir)
	want, got := strings.Split(string(was), "\r\n1,"), strings.Split(string(must[[]byte](t)(os.ReadFile(csv))), "\r\n1,")
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			t.Fatalf("row %d: %s", i, cmp.Diff(want[i], got[min(i, len(got)-1)]))
		}
	}
}

func writeBook(t interface{ Fatal(...any) }, dir, book string, perSheet int) {
	w := &writer{x: excelize.NewFile(), perSheet: perSheet}
	if err := errors.Join(w.write(dir, book), w.x.Close()); err != nil {
		t.Fatal(err)
	}
}

func takeOutInto(t interface{ Fatal(...any) }, book, dir string) {
	tg := &target{book: book, cfg: &Config{}}
	b := must[*bookOf](t)(openBook(book, defaultMaxUnpacked, dir))
	if err := errors.Join(tg.tables(b, dir), b.close()); err != nil {
		t.Fatal(err)
	}
}

type bookOf = book

// More rows than a sheet holds stand in further sheets, each with its header.
func TestRowsGoOnInFurtherSheets(t *testing.T) {
	dir := t.TempDir()
	f := must[*csvFile](t)(newTable(filepath.Join(dir, "groups.csv"), desk.KindGroup))
	for _, id := range []string{"1", "2", "3", "4", "5"} {
		if err := f.add([]string{"1", id, "Group " + id, "", "2024-03-01T10:00:00.5Z", "", "", "", "", "mark-" + id}); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.close(); err != nil {
		t.Fatal(err)
	}
	was := must[[]byte](t)(os.ReadFile(filepath.Join(dir, "groups.csv")))
	book := filepath.Join(dir, "book.xlsx")
	writeBook(t, dir, book, 2)
	x := must[*excelize.File](t)(excelize.OpenFile(book))
	if d := cmp.Diff([]string{"groups", "groups 2", "groups 3"}, x.GetSheetList()); d != "" {
		t.Error(d)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	takeOutInto(t, book, dir)
	if d := cmp.Diff(string(was), string(must[[]byte](t)(os.ReadFile(filepath.Join(dir, "groups.csv"))))); d != "" {
		t.Error(d)
	}
	s := must[io.Closer](t)(newSource(context.Background(), &Config{Path: book}, conntest.FileEnv(t)))
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// Every millisecond of the calendar that a workbook has comes back.
func TestMomentsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ms := rapid.Int64Range(-2_177_452_800_000, 253_370_764_799_999).Draw(t, "ms")
		at := momentOf(ms)
		n, ok := toSerial(at)
		if !ok {
			t.Fatalf("%s has no number", at)
		}
		back, ok := fromSerial(must[float64](t)(readAgain(n)), false)
		if !ok || !back.Equal(at) {
			t.Fatalf("%s came back as %s", at, back)
		}
	})
}
