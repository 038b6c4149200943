package csv

import (
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/table/sheets"
	"github.com/deskhaul/deskhaul/desk"
)

// One source reads a file that was written anew between two readings as it is now.
func TestChangedFileIsLookedAtAnew(t *testing.T) {
	cfg := file(t, "contacts.csv", "id,name\n1,Ann\n2,Bob\n")
	s := must[*sheets.Source](t)(newSource(t.Context(), cfg, conntest.FileEnv(t)))
	names := func(after connectors.Cursor) (got string, next connectors.Cursor) {
		for item, err := range s.Read(t.Context(), desk.KindContact, after) {
			if err != nil || item.Aside != nil {
				t.Fatal(err, item.Aside)
			}
			got, next = got+item.Record.(*desk.Contact).Name+" ", item.Cursor
		}
		return got, next
	}
	got, next := names("")
	if got != "Ann Bob " {
		t.Errorf("first %q", got)
	}
	write(t, cfg.Path, "name;id;phone\nAnna;1;7\nBob;2;\n")
	touch(t, cfg.Path)
	if got, _ = names(next); got != "Anna " {
		t.Errorf("then %q", got)
	}
}

// A file that is listed as two kinds is read as both.
func TestOneFileOfTwoKinds(t *testing.T) {
	cfg := file(t, "people.csv", "id,name,email\n1,Ann,ann@example.com\n")
	cfg.Files = []File{{Path: cfg.Path, Kind: "contacts"}, {Path: cfg.Path, Kind: "agents"}}
	cfg.Path = ""
	s := must[*sheets.Source](t)(newSource(t.Context(), cfg, conntest.FileEnv(t)))
	for _, kind := range []desk.Kind{desk.KindAgent, desk.KindContact} {
		n := 0
		for item, err := range s.Read(t.Context(), kind, "") {
			if err != nil || item.Record == nil || item.Record.Kind() != kind {
				t.Fatalf("%s: %+v %v", kind, item, err)
			}
			n++
		}
		if n != 1 {
			t.Errorf("%d %ss", n, kind)
		}
	}
}
