package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/report"
)

const desk12 = `{"kind":"agent","id":"a1","name":"Zoë Müller","email":"zoe@desk.test"}
{"kind":"agent","id":"a2","name":"山田","email":"yamada@desk.test"}
{"kind":"category","id":"k1","name":"Billing"}
{"kind":"category","id":"k2","name":"Shipping"}
{"kind":"contact","id":"c1","name":"Ann","emails":["ann@customer.test"]}
{"kind":"ticket","id":"1","subject":"one","status":"solved","created":"2026-01-31T10:00:00Z","solved":"2026-01-31T12:00:00Z","category":{"kind":"category","id":"k1"},"assignee":{"kind":"agent","id":"a1"},"requester":{"kind":"contact","id":"c1"},"rating":{"score":"good"},"history":[{"at":"2026-01-31T11:00:00Z","from":"solved","to":"open"},{"at":"2026-01-31T12:00:00Z","from":"open","to":"solved"}],"messages":[{"id":"1-1","at":"2026-01-31T10:00:00Z","author":{"kind":"contact","id":"c1"},"text":"hello"},{"id":"1-2","at":"2026-01-31T10:30:00Z","author":{"kind":"agent","id":"a1"},"text":"a note","note":true},{"id":"1-3","at":"2026-01-31T11:00:00Z","author":{"kind":"agent","id":"a1"},"text":"hi"}]}
{"kind":"ticket","id":"2","subject":"two","status":"open","created":"2026-02-01T10:00:00Z","category":{"kind":"category","id":"k2"},"assignee":{"kind":"agent","id":"a2"},"requester":{"kind":"contact","id":"c1"},"rating":{"score":"bad"},"messages":[{"id":"2-1","at":"2026-02-01T10:00:00Z","author":{"kind":"contact","id":"c1"},"text":"hello"}]}
`

// Totals are told by the names of people and shelves, with what the target has more, and
// the key figures of both sides; in a sample too, which looks at tickets alone.
func TestVerifyTellsTotalsByName(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from.jsonl"), filepath.Join(dir, "to.jsonl")
	if err := os.WriteFile(from, []byte(desk12), 0o600); err != nil {
		t.Fatal(err)
	}
	j := travel(t, "jsonl:"+from, "jsonl:"+to)
	j.run(t, "migrate")
	b := mustRead(t, to)
	// Somebody takes the solved ticket over, and closes it.
	lines := bytes.SplitAfter(b, []byte("\n"))
	at := slices.IndexFunc(lines, func(l []byte) bool { return bytes.Contains(l, []byte(`"subject":"one"`)) })
	var ids [2][]byte
	for _, l := range lines {
		for i, name := range []string{"Zoë", "山田"} {
			if bytes.Contains(l, []byte(`"agent"`)) && bytes.Contains(l, []byte(name)) {
				_, rest, _ := bytes.Cut(l, []byte(`"id":"`))
				ids[i], _, _ = bytes.Cut(rest, []byte(`"`))
			}
		}
	}
	assigned := func(id []byte) []byte { return []byte(`"assignee":{"kind":"agent","id":"` + string(id) + `"}`) }
	lines[at] = bytes.Replace(bytes.Replace(lines[at], assigned(ids[0]), assigned(ids[1]), 1), []byte(`"status":"solved"`), []byte(`"status":"closed"`), 1)
	if err := os.WriteFile(to, bytes.Join(lines, nil), 0o600); err != nil {
		t.Fatal(err)
	}
	want := []report.Figure{
		{Name: "first response", Source: "1 h 0 min, 1 h 0 min (1)", Target: "1 h 0 min, 1 h 0 min (1)"},
		{Name: "resolution", Source: "2 h 0 min, 2 h 0 min (1)", Target: "2 h 0 min, 2 h 0 min (1)"},
		{Name: "reopened", Source: "100.0% (1 of 1)", Target: "100.0% (1 of 1)"},
		{Name: "satisfaction", Source: "50.0% (1 of 2)", Target: "50.0% (1 of 2)"},
		{Group: "status", Name: "closed", Source: "0", Target: "1", Difference: "+1"},
		{Group: "status", Name: "open", Source: "1", Target: "1"},
		{Group: "status", Name: "solved", Source: "1", Target: "0", Difference: "−1"},
		{Group: "month", Name: "2026-01", Source: "1", Target: "1"},
		{Group: "month", Name: "2026-02", Source: "1", Target: "1"},
		{Group: "category", Name: "Billing", Source: "1", Target: "1"},
		{Group: "category", Name: "Shipping", Source: "1", Target: "1"},
		{Group: "agent", Name: "Zoë Müller", Source: "1", Target: "0", Difference: "−1"},
		{Group: "agent", Name: "山田", Source: "1", Target: "2", Difference: "+1"},
	}
	for _, more := range [][]string{nil, {"--sample", "2"}} {
		r := inside(t, append(j.words("verify"), more...)...)
		v := verification(t, r)
		if r.code != exitDifference || v.Differences != 2 {
			t.Errorf("exit %d: %s", r.code, v.Line)
		}
		if d := cmp.Diff(want, v.Hops[0].Figures); d != "" {
			t.Error(d)
		}
	}
}

// Texts of tickets are no formulas in the table of findings.
func TestFindingsAreNoFormulas(t *testing.T) {
	path := filepath.Join(t.TempDir(), "found.csv")
	f, err := newFindingFiles("", path)
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{`=HYPERLINK("http://evil.test")`, "+1", "-2+3", "@SUM(A1)", "\tx", "\n=1+1", "＝1+1", "＠SUM(1)", `plain, "quoted"`, "請求書"}
	for _, text := range texts {
		if err := f.add(line{Example: report.Example{Got: text}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.close(nil); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(mustRead(t, path))).ReadAll()
	if err != nil || len(rows) != len(texts)+1 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	for i, text := range texts {
		got := rows[i+1][7]
		if strings.TrimPrefix(got, "'") != text || strings.HasPrefix(got, "'") != (i < len(texts)-2) {
			t.Errorf("%q became %q", text, got)
		}
	}
}
