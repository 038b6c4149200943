package project

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/all"
	"github.com/deskhaul/deskhaul/mapping/strict"
	"github.com/deskhaul/deskhaul/mapping/strict/stricttest"
)

// beyondSchema are the mistakes that no schema sees: they are not in the shape of the file.
var beyondSchema = regexp.MustCompile(
	`^"sources" is missing` + // flags may name them
		`|environment variable \S+ is (not )?set` + // what the environment holds
		`|\$\{ begins the name of an environment variable` + // what is in a text
		`|the file of the secret cannot be read|no file with a secret|the mapping cannot be read` + // which files there are
		`|would be read and written at once` + // two keys that do not go together
		`|not "\$\{|cannot be "(7|hunter2)"` + // what a variable holds
		`|^(a|b|a@b\.example|keep|\*|x|archive): `) // what the connector itself finds: keys that need each other, addresses, patterns

// seenByBoth are those of them that a schema sees as well.
var seenByBoth = regexp.MustCompile(`: (budget|settling|pending|delay): `)

// The loader and the schema take the same shapes, key by key and for values drawn at
// random, with connectors of every sort of setting and with the real ones.
func TestSchemaAndLoaderAgree(t *testing.T) {
	for name, list := range map[string][]connectors.Spec{"toys": specs(), "all": all.Specs()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := Schema(list)
			valid := stricttest.Validator(t, s)
			s.Properties["mapping"] = strict.AnyText("") // a test of its own holds that
			if name == "all" {
				delete(s.Properties, "targets") // the toys show that they are like sources
			}
			o := options(Flags{})
			o.Specs = list
			d := stricttest.Drawer{
				Root:  s,
				Texts: []string{"x", "", "${SIZE}", "${TOY_PASSWORD}", "file:x", "5m", "1", "true", "60%", "0.5", "1h30m", "support@acme.example", "${", "waived"},
				Names: []string{"a", "b", "from", "a@b.example"},
			}
			stricttest.Each(s, d.Texts, func(v any) { agree(t, valid, o, stricttest.YAML(t, v)) })
			if t.Failed() {
				return
			}
			rapid.Check(t, func(rt *rapid.T) { agree(rt, valid, o, stricttest.YAML(t, d.Draw(rt))) })
		})
	}
}

func agree(t rapid.TB, valid func(any) error, o Options, src []byte) {
	t.Helper()
	err := load(o, src)
	schema := stricttest.File(t, valid, src)
	switch {
	case err == nil && schema != nil:
		t.Errorf("the schema refuses what the loader takes: %s\n%v", src, schema)
	case err != nil && schema != nil && shapely(err) == nil && !seenByBoth.MatchString(err.Error()):
		t.Errorf("the schema refuses %s\n%v\nfor a reason that the loader does not have: %v", src, schema, err)
	case err != nil && schema == nil && shapely(err) != nil:
		t.Errorf("the schema takes %s\nwhat the loader refuses: %v", src, shapely(err))
	}
}

// load reads a file without a folder.
func load(o Options, src []byte) error {
	l := &loader{folder: "/nowhere", options: o}
	if root := strict.Parse(FileName, src, &l.bad); root != nil {
		l.project(root, false)
	}
	return l.bad.Err()
}

// shapely returns a mistake that a schema must see too, nil if there is none.
func shapely(err error) error {
	var every *strict.Error
	if !errors.As(err, &every) {
		return err
	}
	for _, m := range every.Mistakes {
		if !beyondSchema.MatchString(m.Text) {
			return m
		}
	}
	return nil
}

// Of our own bad files the schema refuses those that are bad in their shape.
func TestSchemaJudgesOurFiles(t *testing.T) {
	valid := stricttest.Validator(t, Schema(specs()))
	beyond := map[string]string{
		"check.yaml":   "what the connector finds",
		"nothing.yaml": "flags may name the sources",
		"file.yaml":    "whether the file of the mapping is there",
	}
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got := stricttest.File(t, valid, src)
		if why := beyond[filepath.Base(file)]; (got == nil) != (why != "") {
			t.Errorf("%s: %v %s", file, got, why)
		}
	}
	src, err := os.ReadFile("testdata/written.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := stricttest.File(t, valid, src); err != nil {
		t.Error(err)
	}
	if err := stricttest.File(t, valid, []byte(strings.ReplaceAll(good, `"-"`, `'-'`))); err != nil {
		t.Error(err)
	}
}
