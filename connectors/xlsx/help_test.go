package xlsx

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/desk"
)

func momentOf(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// readAgain is a number as the library gives it, at a number of fixed digits.
func readAgain(n float64) (float64, error) {
	return strconv.ParseFloat(fmt.Sprintf("%.10f", n), 64)
}

// cells are rows of a sheet that a test makes: row 1 first.
type cells = [][]any

// workbook makes a workbook of sheets in the order given.
func workbook(t testing.TB, name string, more func(*excelize.File), sheets ...any) string {
	t.Helper()
	x := excelize.NewFile()
	for i := 0; i < len(sheets); i += 2 {
		sheet := sheets[i].(string)
		must[int](t)(x.NewSheet(sheet))
		for n, row := range sheets[i+1].(cells) {
			if err := x.SetSheetRow(sheet, "A"+strconv.Itoa(n+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := x.DeleteSheet("Sheet1"); err != nil {
		t.Fatal(err)
	}
	if more != nil {
		more(x)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := x.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// read yields everything of a kind after a cursor, and the cursor to go on from.
func read(t testing.TB, cfg *Config, env connectors.Env, kind desk.Kind, after connectors.Cursor) (rs []desk.Record, asides []connectors.Aside, next connectors.Cursor) {
	t.Helper()
	s, err := newSource(t.Context(), cfg, env)
	if err != nil {
		t.Fatal(err)
	}
	next = after
	for item, err := range s.Read(t.Context(), kind, after) {
		if err != nil {
			t.Fatal(err)
		}
		if next = item.Cursor; item.Aside != nil {
			asides = append(asides, *item.Aside)
		} else {
			rs = append(rs, item.Record)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(env.Temp); err != nil || len(left) > 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
	return rs, asides, next
}

// notes are what Describe tells.
func notes(t testing.TB, cfg *Config) string {
	t.Helper()
	s, err := newSource(t.Context(), cfg, conntest.FileEnv(t))
	if err != nil {
		t.Fatal(err)
	}
	schema, err := s.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, n := range schema.Notes {
		all = append(all, n.Text)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, "\n")
}
