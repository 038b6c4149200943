package saved_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/saved"
)

// put writes a file; its name says how it is packed.
func put(t *testing.T, path, text string) {
	t.Helper()
	b := []byte(text)
	if strings.HasSuffix(path, ".gz") {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		if _, err := z.Write(b); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		b = packed.Bytes()
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// said is all that is read of a path, a record a word.
func said(t *testing.T, path string, lists ...string) string {
	t.Helper()
	folder, err := saved.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := folder.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := folder.Only(".json", ".jsonl"); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, f := range folder.Files {
		for v, err := range f.Values(lists...) {
			switch {
			case err != nil:
				t.Fatal(err)
			case v.Err != nil:
				all = append(all, fmt.Sprintf("torn@%d", v.At))
			default:
				all = append(all, strings.TrimPrefix(v.List+":"+string(v.Raw), ":"))
			}
		}
	}
	return strings.Join(all, " ")
}

func TestValues(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"lines":          {"{\"a\":1}\n\n{\"a\":2}\n", `{"a":1} {"a":2}`},
		"list":           {`[{"a":1}, {"a":2}]`, `{"a":1} {"a":2}`},
		"document":       {`{"b":2,"a":{"c":[1]}}`, `{"a":{"c":[1]},"b":2}`},
		"page":           {`{"count":2,"rows":[{"a":1},{"a":2}],"next":null}`, `rows:{"a":1} rows:{"a":2}`},
		"list of pages":  {`[{"rows":[{"a":1}],"next":2},{"rows":[]},{"a":2,"rows":{"b":1}}]`, `rows:{"a":1} {"a":2,"rows":{"b":1}}`},
		"no list":        {`{"rows":{"x":{"y":1}},"a":1}`, `{"a":1,"rows":{"x":{"y":1}}}`},
		"a word":         {`{"rows":"many"}`, `{"rows":"many"}`},
		"pages":          {`{"rows":[{"a":1}]} {"rows":[]} {"rows":[{"a":2}]}`, `rows:{"a":1} rows:{"a":2}`},
		"mark":           {"\ufeff[{\"a\":1}]", `{"a":1}`},
		"torn":           {"{\"a\":1}\n{\"a\":\n{\"a\":2}\n{\"a\":3}\n", `{"a":1} torn@22 {"a":2} {"a":3}`},
		"torn document":  {"{\n \"a\": 1,\n \"b\": \n}\n{\"a\":2}\n", `torn@16 {"a":2}`},
		"torn list":      {"[{\"a\":1},\n{\"a\":2},\n{\"a\"\n", `{"a":1} {"a":2} torn@18`},
		"torn at end":    {"{\"a\":1}\n{\"a\":", `{"a":1} torn@13`},
		"not JSON":       {"hello\n{\"a\":1}\n", `torn@0 {"a":1}`},
		"something else": {"17\n{\"a\":1}\n", `torn@2 {"a":1}`},
		"empty":          {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			for _, file := range []string{"x.json", "x.jsonl.gz"} {
				path := filepath.Join(t.TempDir(), file)
				put(t, path, c.text)
				if got := said(t, path, "rows"); got != c.want {
					t.Errorf("%s: %s, want %s", file, got, c.want)
				}
			}
		})
	}
}

// A folder and a zip of it say the same, in order of the names; what is no such file is left.
func TestFolderAndZip(t *testing.T) {
	folder, packed := t.TempDir(), filepath.Join(t.TempDir(), "all.zip")
	files := map[string]string{"b/2.json": `{"a":2}`, "a/1.JSON": `{"a":1}`, "c.txt": "x", "z.jsonl.gz": `{"a":3}`}
	for name, text := range files {
		put(t, filepath.Join(folder, name), text)
	}
	out, err := os.Create(packed)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(out)
	if err := errors.Join(z.AddFS(os.DirFS(folder)), z.Close(), out.Close()); err != nil {
		t.Fatal(err)
	}
	const want = `{"a":1} {"a":2} {"a":3}`
	for _, path := range []string{folder, packed} {
		if got := said(t, path); got != want {
			t.Errorf("%s: %s", path, got)
		}
	}
	put(t, filepath.Join(folder, "torn.zip"), "PK no zip")
	if _, err := saved.Open(folder); !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), "torn.zip") {
		t.Errorf("a torn zip: %v", err)
	}
}

func TestNothingThere(t *testing.T) {
	if _, err := saved.Open(filepath.Join(t.TempDir(), "none")); !errors.Is(err, connectors.ErrDenied) {
		t.Error(err)
	}
	folder, err := saved.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := folder.Only(".json"); !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), ".json") {
		t.Error(err)
	}
	path := filepath.Join(t.TempDir(), "x.json.gz")
	put(t, strings.TrimSuffix(path, ".gz"), "no gzip")
	if err := os.Rename(strings.TrimSuffix(path, ".gz"), path); err != nil {
		t.Fatal(err)
	}
	if folder, err = saved.Open(path); err != nil {
		t.Fatal(err)
	}
	for _, err := range folder.Files[0].Values() {
		if !errors.Is(err, connectors.ErrDenied) {
			t.Error(err)
		}
	}
}
