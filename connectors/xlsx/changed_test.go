package xlsx

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// edit has somebody open a workbook in another program, change it, and save it.
func edit(t *testing.T, book string, how func(x *excelize.File) error) {
	t.Helper()
	x := must[*excelize.File](t)(excelize.OpenFile(book))
	if err := errors.Join(how(x), x.Save(), x.Close()); err != nil {
		t.Fatal(err)
	}
}

// What others do to a workbook of ours: saved again it is as it was, rows that they add
// stay and are told, what they change is looked at and not written over, and what would be
// lost stops the run.
func TestWorkbookChangedByOthers(t *testing.T) {
	for name, c := range map[string]struct {
		how                func(x *excelize.File) error
		opens, adds, holds string
	}{
		"saved again": {func(x *excelize.File) error { return x.SetColWidth("tickets", "A", "C", 40) }, "", "", "1 2 3"},
		"a row added": {func(x *excelize.File) error {
			return errors.Join(x.SetCellInt("tickets", "A4", 1), x.SetCellStr("tickets", "B4", "77"), x.SetCellStr("tickets", "D4", "by hand"))
		}, "", "", "1 2 77 3"},
		"a subject changed":        {func(x *excelize.File) error { return x.SetCellStr("tickets", "D3", "Something else") }, "", "sheet tickets was changed by something else", "1 2"},
		"a sheet added":            {func(x *excelize.File) error { _, err := x.NewSheet("Pivot"); return err }, `the sheet "Pivot" was added`, "", "1 2"},
		"a remark beside":          {func(x *excelize.File) error { return x.SetCellStr("tickets", "AZ2", "my remark") }, `the cell AZ2 of the sheet tickets was added`, "", "1 2"},
		"a column behind the last": {func(x *excelize.File) error { return x.SetCellStr("messages", "AZ1", "my remarks") }, `the column "my remarks" of the sheet messages was added`, "", "1 2"},
		"a column added":           {func(x *excelize.File) error { return x.SetCellStr("tickets", "AZ1", "my remarks") }, `the column "my remarks" of the sheet tickets was added`, "", "1 2"},
	} {
		t.Run(name, func(t *testing.T) {
			book, env := written(t)
			edit(t, book, c.how)
			before := must[[]byte](t)(os.ReadFile(book))
			look := env
			look.DryRun = true
			if r := must[desk.Record](t)(openTarget(t, book, look).Fetch(t.Context(), desk.KindTicket, "1")).(*desk.Ticket); r.Subject != "=S" || len(r.Messages) != 1 {
				t.Errorf("a look shows %+v", r)
			}
			tg, err := newTarget(t.Context(), &Config{Path: book}, env)
			if c.opens != "" {
				if !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), c.opens) {
					t.Errorf("says %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			_, err = tg.Create(t.Context(), ticket("3"))
			if c.adds != "" && (err == nil || !strings.Contains(err.Error(), c.adds) || !strings.Contains(err.Error(), "write to a new workbook")) || c.adds == "" && err != nil {
				t.Errorf("says %v", err)
			}
			if err := tg.Close(); err != nil {
				t.Fatal(err)
			}
			if c.adds != "" && !bytes.Equal(before, must[[]byte](t)(os.ReadFile(book))) {
				t.Error("the workbook was changed")
			}
			holds(t, book, c.holds)
		})
	}
}

// Rows that somebody added are told with their number in the sheet.
func TestAddedRowsAreToldByTheirNumbers(t *testing.T) {
	book, env := written(t)
	edit(t, book, func(x *excelize.File) error { return x.SetCellStr("tickets", "B4", "77") })
	var told bytes.Buffer
	env.Log = slog.New(slog.NewTextHandler(&told, nil))
	if err := openTarget(t, book, env).Close(); err != nil || !strings.Contains(told.String(), "sheet tickets: 1 rows that somebody else has added stay; the first is ticket 77 (row 4)") {
		t.Errorf("told %s, %v", &told, err)
	}
}
