package mapping

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"pgregory.net/rapid"

	"github.com/deskhaul/deskhaul/mapping/strict"
	"github.com/deskhaul/deskhaul/mapping/strict/stricttest"
)

// beyondSchema are the mistakes that no schema sees, for they are in what is said and not
// in its shape.
var beyondSchema = regexp.MustCompile(
	`^the key ".*" is given twice` + // a validator is given one of them
		`|is no name that is known here|but it gives|^a field cannot hold a|^unexpected token|^unknown name|is no expression|bad number syntax|unrecognized character` + // what stands in expressions
		`|^there is no table|has no field|no function` +
		`|"[^"]*" is not a (status|priority)|the status would be empty` + // words that an expression gives
		`|is no time like` + // 2024-13-45
		`|is listed twice \(case does not matter\)` +
		`|has no "when", so the routes below it` + // the order of routes
		`|cannot stand in a prefix` + // braces in a text
		`|^error parsing regexp|the pattern matches nothing at all`)

// seenByBoth are those of them that a schema sees as well.
var seenByBoth = regexp.MustCompile(`"[^"]*" is not a (status|priority)|the status would be empty|is no time like|the pattern matches nothing at all`)

// The loader and the schema take the same shapes: what one refuses the other refuses, but
// for what stands in beyondSchema.
func TestSchemaAndLoaderAgree(t *testing.T) {
	s := Schema()
	valid := stricttest.Validator(t, s)
	d := stricttest.Drawer{
		Root:  s,
		Texts: []string{`"x"`, "true", "ticket.status", "x", "", " ", "a@b.example", "[{number}] ", "2024-05-01T12:00:00Z", "5"},
		Names: []string{"a", "b", "*", "keep", "a@b.example", "c@d.example"},
	}
	stricttest.Each(s, d.Texts, func(v any) { agree(t, valid, stricttest.YAML(t, v)) })
	rapid.Check(t, func(rt *rapid.T) { agree(rt, valid, stricttest.YAML(t, d.Draw(rt))) })
}

func agree(t rapid.TB, valid func(any) error, src []byte) {
	t.Helper()
	_, err := Compile(src, "mapping.yaml")
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

// shapely returns a mistake that a schema must see too, nil if there is none.
func shapely(err error) error {
	var all *strict.Error
	if !errors.As(err, &all) {
		return err
	}
	for _, m := range all.Mistakes {
		if !beyondSchema.MatchString(m.Text) {
			return m
		}
	}
	return nil
}

// Every bad mapping of our own that is bad in its shape is refused by the schema; the good
// one is not.
func TestSchemaJudgesOurFiles(t *testing.T) {
	valid := stricttest.Validator(t, Schema())
	files, err := filepath.Glob("testdata/*/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, file := range append(files, "testdata/full.yaml") {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, want := Compile(src, file)
		got := stricttest.File(t, valid, src)
		if (got != nil) != (want != nil) {
			t.Errorf("%s: schema: %v, loader: %v", file, got, want)
		}
	}
}
