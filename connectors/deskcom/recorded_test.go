package deskcom

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/desk"
)

const fixtures = "../../../shared/fixtures/deskcom"

// answersIn are the answers of Desk.com's own servers, and of its documentation, that lie in
// the fixtures in the forms of five recorders.
func answersIn(t *testing.T) (all []json.RawMessage) {
	t.Helper()
	if _, err := os.Stat(fixtures); err != nil {
		t.Skip("there are no recorded answers")
	}
	err := filepath.WalkDir(fixtures, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		all = append(all, bodiesIn(b)...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var bodyBegins = regexp.MustCompile(`(?m)^\s*(?:body: ["']?|string: ["']?)?(\{)`)

// bodiesIn finds the documents in a recording: the file itself, the bodies that it lists, or what
// follows the head of an answer.
func bodiesIn(b []byte) (out []json.RawMessage) {
	var listed []struct {
		Body   json.RawMessage `json:"body"`
		Text   string          `json:"body_text"`
		Base64 string          `json:"body_base64"`
	}
	switch {
	case json.Unmarshal(b, &listed) == nil:
		for _, one := range listed {
			plain, _ := base64.StdEncoding.DecodeString(one.Base64)
			for _, body := range [][]byte{one.Body, []byte(one.Text), plain} {
				if bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) && json.Valid(body) {
					out = append(out, body)
				}
			}
		}
	case json.Valid(b):
		out = append(out, b)
	default:
		for _, at := range bodyBegins.FindAllSubmatchIndex(b, -1) {
			var raw json.RawMessage
			if json.NewDecoder(bytes.NewReader(b[at[2]:])).Decode(&raw) == nil {
				out = append(out, raw)
			}
		}
	}
	return out
}

// Answers that Desk.com gave are read, whichever way somebody kept them: the same records
// from a file each, from lines, and from a list in a zip.
func TestRecordedAnswers(t *testing.T) {
	answers := answersIn(t)
	if len(answers) < 100 {
		t.Fatalf("%d answers were found: the recordings lie in another form", len(answers))
	}
	var first map[string]int
	for _, form := range []string{"files", "lines", "zip"} {
		a := newAccount(t)
		a.keptAs(form, answers)
		s := a.open(new(conntest.State))
		got := map[string]int{}
		for _, kind := range kinds {
			for _, it := range read(t, s, kind, "") {
				if it.Aside != nil {
					got["aside "+string(it.Aside.ID)]++
					continue
				}
				b, err := desk.Marshal(it.Record)
				if err != nil {
					t.Fatal(err)
				}
				got[string(kind)+" "+string(b)]++
			}
		}
		if first == nil {
			first = got
			looksRight(t, got)
		}
		if d := cmp.Diff(first, got); d != "" {
			t.Errorf("%s: %s", form, d)
		}
	}
}

// keptAs puts answers into the folder in one of the forms in which people keep them.
func (a *account) keptAs(form string, answers []json.RawMessage) {
	a.t.Helper()
	switch form {
	case "files":
		for i, b := range answers {
			a.put(fmt.Sprintf("%d/%d.json", i%7, i), b)
		}
	case "lines":
		var lines bytes.Buffer
		for _, b := range slices.Backward(answers) {
			if err := json.Compact(&lines, b); err != nil {
				a.t.Fatal(err)
			}
			lines.WriteByte('\n')
		}
		a.put("all.jsonl", lines.Bytes())
	case "zip":
		list, err := json.Marshal(answers)
		if err != nil {
			a.t.Fatal(err)
		}
		var packed bytes.Buffer
		z := zip.NewWriter(&packed)
		w, err := z.Create("export/list.json")
		if err == nil {
			_, err = w.Write(list)
		}
		if err == nil {
			err = z.Close()
		}
		if err != nil {
			a.t.Fatal(err)
		}
		a.put("all.zip", packed.Bytes())
	}
}

// looksRight looks at a few of the records whose answers we know.
func looksRight(t *testing.T, got map[string]int) {
	t.Helper()
	count := map[string]int{}
	for key := range got {
		kind, _, _ := strings.Cut(key, " ")
		count[kind]++
	}
	t.Log(count)
	if count["ticket"] < 300 || count["contact"] < 20 || count["agent"] < 5 || count["organization"] < 3 || count["group"] < 1 {
		t.Errorf("there are only %v", count)
	}
	has := func(parts ...string) bool {
		for key := range got {
			if !slices.ContainsFunc(parts, func(p string) bool { return !strings.Contains(key, p) }) {
				return true
			}
		}
		return false
	}
	for _, parts := range [][]string{
		{`"id":"3011"`, "some text for this note", `"note":true`, "GlasKunst.jpg", "some text for this reply"},
		{`"id":"34290812"`, `"emails"`},
		{`"id":"16096734"`, "Thomas Stachl", "tstachl@salesforce.com"},
		{`"id":"7362663"`, "Some Other Company Inc."},
	} {
		if !has(parts...) {
			t.Errorf("no record has %q", parts)
		}
	}
}
