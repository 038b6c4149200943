package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/deskhaul/deskhaul/connectors/all"
	"github.com/deskhaul/deskhaul/mapping/strict/stricttest"
	"github.com/deskhaul/deskhaul/project"
)

// What we show people as a configuration is one by the schema: in the README, on the pages,
// in the guides of connectors and in our own test data.
func TestSchemaTakesEveryExample(t *testing.T) {
	valid := stricttest.Validator(t, project.Schema(all.Specs()))
	check := func(name, src string) {
		t.Helper()
		if err := stricttest.File(t, valid, []byte(src)); err != nil {
			t.Errorf("%s: %v\n%s", name, err, src)
		}
	}
	found := 0
	for name, src := range configurations(t) {
		check(name, src)
		found++
	}
	if found < 15 {
		t.Errorf("%d examples only", found)
	}
	setting := regexp.MustCompile(`(?m)^( +)# ([a-z_]+:)`)
	for _, spec := range all.Specs() {
		for _, x := range spec.Guide.Examples {
			check(spec.Name+": "+x.Title, x.YAML)
		}
		for _, side := range []string{"sources", "targets"} {
			if spec.Target == nil && side == "targets" {
				continue
			}
			src := side + ":\n  a:\n" + project.Example(spec, "    ")
			check(spec.Name, src)
			if side == "targets" || spec.Target == nil { // with every setting, which says its default or nothing
				src = setting.ReplaceAllString(src, "$1$2")
				check(spec.Name, strings.ReplaceAll(src, ": ...", ": "))
			}
		}
	}
}

// configurations are those that stand in files, by their place.
func configurations(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	block := regexp.MustCompile("(?s)```yaml\n(.*?)```")
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		src, err := os.ReadFile(path)
		switch filepath.Ext(path) {
		case ".md":
			for _, m := range block.FindAllSubmatch(src, -1) {
				out[path+": "+string(m[1][:min(20, len(m[1]))])] = string(m[1])
			}
		case ".txtar":
			for _, f := range txtar.Parse(src).Files {
				if strings.HasSuffix(f.Name, project.FileName) {
					out[path+": "+f.Name] = string(f.Data)
				}
			}
		case ".yaml":
			if filepath.Base(path) == project.FileName {
				out[path] = string(src)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// "schema" prints what init writes beside the ledger and names in the first line; a run
// brings it up to date.
func TestEditorsFindTheSchema(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	deskhaul := func(args ...string) []byte {
		t.Helper()
		var out, errs bytes.Buffer
		if code := (&app{stdout: &out, stderr: &errs}).run(t.Context(), args); code != 0 {
			t.Fatalf("%v: %d %s", args, code, &errs)
		}
		return out.Bytes()
	}
	mails := filepath.Join(dir, "a.mbox")
	if err := appendMails(mails, 1, 5); err != nil {
		t.Fatal(err)
	}
	deskhaul("init", "--from", "mbox:"+mails, dir)
	src, err := os.ReadFile(filepath.Join(dir, project.FileName))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(src), "\n")
	path, ok := strings.CutPrefix(first, "# yaml-language-server: $schema=")
	if !ok {
		t.Fatalf("the file begins with %q", first)
	}
	path = filepath.Join(dir, path)
	want := deskhaul("schema")
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
		t.Error("init wrote another schema", err)
	}
	if err := os.WriteFile(path, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	deskhaul("pull", "--quiet", dir)
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
		t.Error("a run left an old schema", err)
	}
	var part map[string]any
	if err := json.Unmarshal(deskhaul("schema", "mapping"), &part); err != nil || part["properties"].(map[string]any)["tickets"] == nil {
		t.Error(part, err)
	}
	if code := (&app{stdout: new(bytes.Buffer), stderr: new(bytes.Buffer)}).run(t.Context(), []string{"schema", "maping"}); code != exitUsage {
		t.Error("it printed a schema of what there is not", code)
	}
}
