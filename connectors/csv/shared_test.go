package csv

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/desk"
)

// realData finds the real data beside the repository, or skips.
func realData(t *testing.T, elem ...string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Skip("no module root")
		}
		dir = filepath.Dir(dir)
	}
	path := filepath.Join(append([]string{dir, "..", "shared", "data"}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skip("the shared data is not here")
	}
	return path
}

// spectrumMisfits are cases whose table and expected result differ in the
// collection itself: a CRLF that Git made LF, a number that was masked once.
var spectrumMisfits = []string{"newlines_crlf", "location_coordinates"}

func TestSpectrum(t *testing.T) {
	dir := realData(t, "csv-spectrum")
	tables, err := filepath.Glob(filepath.Join(dir, "csvs", "*.csv"))
	if err != nil || len(tables) == 0 {
		t.Fatal("no tables", err)
	}
	right := 0
	for _, path := range tables {
		name := strings.TrimSuffix(filepath.Base(path), ".csv")
		want := expected(t, filepath.Join(dir, "json", name+".json"))
		sh, err := openSheet(File{Path: path, Kind: "contacts", Header: "yes"}, 0, t.TempDir(), nil)
		if err != nil {
			t.Fatal(err)
		}
		var got []map[string]string
		sp := sh.rows(sh.Off, sh.Line)
		for r, err := sp.Next(); err == nil; r, err = sp.Next() {
			cells, ok := sh.clean(&r)
			if !ok {
				t.Errorf("%s: %s", name, r.Bad)
				continue
			}
			m := map[string]string{}
			for i, c := range cells {
				m[sh.Names[i]] = c
			}
			got = append(got, m)
		}
		if err := sh.close(); err != nil {
			t.Fatal(err)
		}
		d := cmp.Diff(want, got)
		if d == "" {
			right++
		} else if !slices.Contains(spectrumMisfits, name) {
			t.Errorf("%s: %s", name, d)
		}
	}
	t.Logf("csv-spectrum: %d of %d as expected (%v differ in the collection itself)", right, len(tables), spectrumMisfits)
}

func expected(t *testing.T, path string) []map[string]string {
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var many []map[string]string
	if json.Unmarshal(b, &many) == nil {
		return many
	}
	var one map[string]string
	if err := json.Unmarshal(b, &one); err != nil {
		t.Fatal(err)
	}
	return []map[string]string{one}
}

// Every table of the collections is read to its end, or refused with a reason.
func TestRealTables(t *testing.T) {
	for _, set := range []string{"csvkit/examples", "csvkit/examples/realdata", "csvkit/examples/realdata/census_2010", "csvkit/examples/realdata/census_2000", "csv-encodings"} {
		tables, err := filepath.Glob(filepath.Join(realData(t, filepath.FromSlash(set)), "*.csv"))
		if err != nil || len(tables) == 0 {
			t.Fatal("no tables", err)
		}
		for _, path := range tables {
			cfg := &Config{Path: path, Kind: "contacts"}
			info, err := os.Stat(path)
			if err != nil || info.Size() < 2 {
				continue
			}
			rs, asides, _ := read(t, cfg, conntest.FileEnv(t), desk.KindContact, "")
			t.Logf("%s: %d records, %d aside", filepath.Base(path), len(rs), len(asides))
			if len(asides) > 0 {
				t.Log("  ", asides[0].Detail)
			}
		}
	}
}

func TestZendeskTables(t *testing.T) {
	dir := realData(t, "dbt-zendesk", "integration_tests", "seeds")
	cfg := &Config{Path: dir, Files: []File{
		{Path: "user_data.csv", Kind: "contacts"},
		{Path: "organization_data.csv"},
		{Path: "group_data.csv"},
		{Path: "ticket_data.csv"},
		{Path: "ticket_comment_data.csv"},
	}}
	env := conntest.FileEnv(t)
	counts := map[desk.Kind]int{}
	reasons := map[string]int{}
	for _, kind := range desk.Kinds {
		rs, asides, _ := read(t, cfg, env, kind, "")
		counts[kind] = len(rs)
		for _, a := range asides {
			reasons[string(a.Kind)+" "+string(a.Reason)]++
		}
		for _, r := range rs {
			if tk, ok := r.(*desk.Ticket); ok && (tk.Subject == "" || tk.Requester.IsZero() || tk.Created.IsZero()) {
				t.Errorf("ticket %s lost its cover: %+v", tk.ID, tk)
			}
		}
	}
	t.Log(counts, reasons)
	if counts[desk.KindTicket] == 0 || counts[desk.KindAgent] == 0 || counts[desk.KindOrganization] == 0 {
		t.Errorf("counts %v", counts)
	}
}
