package xlsx

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/desk"
)

// ids are those of records, and whether they are gone.
func ids(rs []desk.Record) string {
	var list []string
	for _, r := range rs {
		id := string(r.About().ID)
		if r.About().Deleted {
			id = "-" + id
		}
		list = append(list, id)
	}
	return strings.Join(list, " ")
}

// rewrite puts another workbook in the place of one, an hour later.
func rewrite(t *testing.T, path, by string) {
	t.Helper()
	if err := os.Rename(by, path); err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(path, later, later); err != nil {
		t.Fatal(err)
	}
}

// A delta brings what is new and what changed, wherever it stands by now, and what is gone.
func TestDeltaOfAWorkbook(t *testing.T) {
	table := func(n int, how func(cells) cells) string {
		rows := cells{{"Customers"}, {"id", "name", "email"}}
		for i := range n {
			rows = append(rows, []any{i, fmt.Sprint("Contact ", i), fmt.Sprintf("c%d@example.com", i)})
		}
		if how != nil {
			rows = how(rows)
		}
		return workbook(t, "book.xlsx", nil, "contacts", rows)
	}
	cfg, env := &Config{Path: table(30, nil), Deletions: true}, conntest.FileEnv(t)
	rs, _, at := read(t, cfg, env, desk.KindContact, "")
	if len(rs) != 30 {
		t.Fatalf("first %q", ids(rs))
	}
	rewrite(t, cfg.Path, table(30, nil))
	if rs, _, at = read(t, cfg, env, desk.KindContact, at); len(rs) != 0 {
		t.Errorf("saved again: %q", ids(rs))
	}
	rewrite(t, cfg.Path, table(32, func(c cells) cells {
		c[5][1] = "Another name" // contact 3
		return append(c[:9:9], c[10:]...)
	}))
	if rs, _, at = read(t, cfg, env, desk.KindContact, at); ids(rs) != "3 30 31 -7" {
		t.Errorf("two more, one changed, one gone: %q", ids(rs))
	}
	if rs, _, _ = read(t, cfg, env, desk.KindContact, at); len(rs) != 0 {
		t.Errorf("and then %q", ids(rs))
	}
}

// A row that cannot be taken is told with its number in the workbook, and leaves
// quarantine when it is corrected.
func TestRowsAreToldByTheirNumbers(t *testing.T) {
	rows := cells{{"Export of customers"}, {}, {"id", "name", "email"}, {1, "Ann", "a@example.com"}, {}, {1, "Anna", "x@example.com"}, {2, "Bob", "b@example.com"}}
	cfg, env := &Config{Path: workbook(t, "contacts.xlsx", nil, "Лист1", rows)}, conntest.FileEnv(t)
	rs, asides, at := read(t, cfg, env, desk.KindContact, "")
	if ids(rs) != "1 2" || len(asides) != 1 || !strings.Contains(asides[0].Detail, "contacts.xlsx, sheet Лист1, row 6: a second row for contact 1") {
		t.Fatalf("%q %+v", ids(rs), asides)
	}
	rows[5][0] = 3
	rewrite(t, cfg.Path, workbook(t, "contacts.xlsx", nil, "Лист1", rows))
	rs, asides, _ = read(t, cfg, env, desk.KindContact, at)
	if ids(rs) != "3" || len(asides) != 1 || !strings.Contains(asides[0].Detail, "corrected") {
		t.Errorf("%q %+v", ids(rs), asides)
	}
}

// Which sheets are read: those that say what they hold, or those that are named.
func TestSheetsThatAreRead(t *testing.T) {
	tickets := func(id int) cells { return cells{{"Ticket ID", "Subject", "Status"}, {id, "S", "open"}} }
	path := workbook(t, "export.xlsx", func(x *excelize.File) {
		if err := x.SetSheetVisible("Old", false); err != nil {
			t.Fatal(err)
		}
	}, "2024", tickets(1), "Old", tickets(2), "Notes", cells{{"remember", "this"}, {"x", "y"}}, "Empty", cells{})
	for name, c := range map[string]struct {
		sheets []Sheet
		want   string
	}{
		"all that are clear": {nil, "1"},
		"a hidden one":       {[]Sheet{{Name: "Old", Kind: "tickets"}}, "2"},
		"both":               {[]Sheet{{Name: "2024"}, {Name: "old"}}, "1 2"},
	} {
		rs, _, _ := read(t, &Config{Path: path, Sheets: c.sheets}, conntest.FileEnv(t), desk.KindTicket, "")
		if ids(rs) != c.want {
			t.Errorf("%s: read %q, want %q", name, ids(rs), c.want)
		}
	}
	if says := notes(t, &Config{Path: path}); !strings.Contains(says, "sheet Notes") || !strings.Contains(says, "sheet Old (hidden)") || strings.Contains(says, "Empty") {
		t.Errorf("says %s", says)
	}
	_, err := newSource(t.Context(), &Config{Path: path, Sheets: []Sheet{{Name: "2025"}}}, conntest.FileEnv(t))
	if err == nil || !strings.Contains(err.Error(), `there is no sheet "2025"`) {
		t.Errorf("says %v", err)
	}
}

// A folder of workbooks is read as one, with attachments beside.
func TestFolderOfWorkbooks(t *testing.T) {
	dir := t.TempDir()
	for i, month := range []string{"2024-01", "2024-02"} {
		rows := cells{{"Ticket ID", "Date", "From Email", "Text", "Files"}, {i, "2024-01-02", "a@example.com", "text", ""}}
		rewrite(t, filepath.Join(dir, month+".xlsx"), workbook(t, "x.xlsx", nil, "Messages", rows))
	}
	for _, name := range []string{"~$2024-01.xlsx", "readme.txt"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("no workbook"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	rs, _, _ := read(t, &Config{Path: dir}, conntest.FileEnv(t), desk.KindTicket, "")
	if ids(rs) != "0 1" && ids(rs) != "1 0" {
		t.Errorf("read %q", ids(rs))
	}
}

// What the formats of numbers make of them.
func TestNumbersAndFormats(t *testing.T) {
	book := &book{word: "\ue000word"}
	for format, want := range map[string]string{
		"yyyy-mm-dd": "d", `dd.mm.yyyy" г."`: "d", "[$-419]d mmmm yyyy;@": "d", "m/d/yy h:mm AM/PM": "d", "mmm-yy": "d", "hh:mm:ss": "c", "h:mm AM/PM": "c", "[h]:mm:ss": "e", "[mm]:ss": "e",
		"0.00": "", "#,##0": "", `#,##0.00"р."`: "", "[Red]0": "", "General": "", "@": "", `"day "0`: "", "0.00E+00": "", "00000": "", `"INC-"00000`: "",
	} {
		sign, keeps := signOf(&excelize.Style{CustomNumFmt: &format})
		if sign != want || keeps != (format == "00000" || format == `"INC-"00000`) {
			t.Errorf("%s is %q, %v", format, sign, keeps)
		}
	}
	for cell, want := range map[string]string{
		"d45000.0000000000": "2023-03-15", "d45000.4204283565": "2023-03-15 10:05:25.010", "d45000.5000000000": "2023-03-15 12:00:00", "d59.0000000000": "1900-02-28", "d1.0000000000": "1900-01-01",
		"c0.3958333333": "09:30:00", "c45000.5000000000": "2023-03-15 12:00:00", "e1.5000000000": "36:00:00", "e0.0006944444": "00:01:00", "d0.5000000000": "0.5", "d4500000.0000000000": "4500000",
	} {
		if got := book.shown(book.word + cell); got != want {
			t.Errorf("%s is shown as %q, want %q", cell, got, want)
		}
	}
}

// A stray cell far to the right, and rows wider than the header, lose nothing.
func TestWideRows(t *testing.T) {
	path := workbook(t, "contacts.xlsx", func(x *excelize.File) {
		if err := x.SetCellStr("contacts", "ZZ4", "far away"); err != nil {
			t.Fatal(err)
		}
	}, "contacts", cells{{"Customers of 2024"}, {"id", "name", "email"}, {1, "Ann", "a@example.com", "called twice"}, {2, "Bob", "b@example.com"}})
	rs, _, _ := read(t, &Config{Path: path}, conntest.FileEnv(t), desk.KindContact, "")
	var got []any
	for _, r := range rs {
		got = append(got, r.About().Fields)
	}
	want := []any{map[string]any{"column 4": "called twice"}, map[string]any{"column 702": "far away"}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
