package draft_test

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/deskhaul/deskhaul/draft"
	"github.com/deskhaul/deskhaul/mapping/strict"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func line(value string, live bool, say string, path ...string) draft.Line {
	return draft.Line{Path: path, Value: value, Live: live, Say: say}
}

// What a person wrote stays byte for byte: comments, order, indents; what is new goes behind
// what stands there, and what has no place is told.
func TestMerge(t *testing.T) {
	src, err := os.ReadFile("testdata/before.yaml")
	if err != nil {
		t.Fatal(err)
	}
	lines := []draft.Line{
		line("High", true, "new", "tables", "cf_severity", "Высокая"),
		line("Medium", true, "new", "tables", "cf_severity", "Низкая"), // it has a line
		line("closed", true, "new", "tables", "status", "solved"),      // on one line
		line("Printer", true, "new", "tables", "cf_product", "Принтер"),
		line(`'ticket.fields["Продукт"]'`, true, "new", "tickets", "set", "fields.cf_product"),
		line(`'ticket.fields["x"]'`, false, "new", "tickets", "set", "fields.NAME"),
		line(`'contact.fields["y"]'`, false, "new", "contacts", "set", "fields.NAME"),
		line(`'contact.fields["z"]'`, false, "new", "contacts", "set", "fields.NAME"),
		line("bo@new.example", true, "new", "people", "agents", "bo@old.example"),
	}
	got, rest, err := draft.Merge(src, []string{"mapping"}, lines)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("testdata/after.yaml", got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/after.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("got\n%s", got)
	}
	if len(rest) != 2 {
		t.Errorf("without a place: %+v", rest)
	}
	stays(t, src, got)
}

// stays says that every line of a file is in another, in its order.
func stays(t interface {
	Errorf(string, ...any)
	Helper()
}, was, is []byte,
) {
	t.Helper()
	at := 0
	now := strings.Split(string(is), "\n")
	for _, l := range strings.Split(strings.TrimRight(string(was), "\r\n"), "\n") {
		for at < len(now) && now[at] != l {
			at++
		}
		if at == len(now) {
			t.Errorf("%q is not there any more, or elsewhere", l)
			return
		}
		at++
	}
}

// Line ends of Windows stay, in what is added too.
func TestMergeKeepsLineEnds(t *testing.T) {
	got, _, err := draft.Merge([]byte("mapping:\r\n  tickets:\r\n    set: \r\n      type: ticket.type\r\nrun: {}\r\n"), []string{"mapping"}, []draft.Line{line("ticket.channel", true, "", "tickets", "set", "channel")})
	if want := "mapping:\r\n  tickets:\r\n    set: \r\n      type: ticket.type\r\n      channel: ticket.channel\r\nrun: {}\r\n"; err != nil || string(got) != want {
		t.Errorf("%v %q", err, got)
	}
}

// A file without a mapping, an empty one, and one whose mapping is all comments.
func TestMergeIntoNothing(t *testing.T) {
	for src, want := range map[string]string{
		"":                       "mapping:\n  tickets:\n    set:\n      type: ticket.type\n",
		"run: {}\n":              "run: {}\nmapping:\n  tickets:\n    set:\n      type: ticket.type\n",
		"mapping:\n":             "mapping:\n  tickets:\n    set:\n      type: ticket.type\n",
		"run: {}\n# mapping:\n#": "run: {}\n# mapping:\n#\nmapping:\n  tickets:\n    set:\n      type: ticket.type",
	} {
		got, _, err := draft.Merge([]byte(src), []string{"mapping"}, []draft.Line{line("ticket.type", true, "", "tickets", "set", "type")})
		if err != nil || string(got) != want {
			t.Errorf("%q: %v %q", src, err, got)
		}
	}
}

// Whatever is merged into whatever draft, each line of it stays, and it stays YAML.
func TestMergeChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from, to := end("old").Draw(t, "from"), end("new").Draw(t, "to")
		src := []byte("run: {workers: 1}\n" + draft.Make([]draft.End{from}, to).YAML())
		more := draft.Make([]draft.End{end("old").Draw(t, "later")}, end("new").Draw(t, "there"))
		lines, _ := more.News(draft.Make([]draft.End{from}, to).Seen(), "2026-11-29")
		got, _, err := draft.Merge(src, []string{"mapping"}, lines)
		if err != nil {
			t.Fatalf("%v\n%s", err, src)
		}
		stays(t, src, got)
		var bad strict.Mistakes
		strict.Parse("m.yaml", got, &bad)
		if err := bad.Err(); err != nil {
			t.Fatalf("%v\n%s", err, got)
		}
	})
}
