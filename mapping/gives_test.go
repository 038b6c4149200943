package mapping

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Texts that a field can never take are found when the file is read, wherever an
// expression gives them, each with its place and a suggestion.
func TestImpossibleValuesAreFoundAtLoad(t *testing.T) {
	for name, c := range map[string]struct{ set, want string }{
		"a constant":            {`{value: banana}`, `m.yaml:7:21: "banana" is not a status – there is new, open, pending, solved, closed`},
		"a bare word":           {`banana`, `m.yaml:7:13: "banana" is no name that is known here – a fixed text is written '"banana"' or {value: banana}`},
		"a text":                {`'"opne"'`, `m.yaml:7:14: "opne" is not a status – did you mean "open"?`},
		"one of two":            {`'has_tag(ticket.tags, "x") ? "closed" : "opne"'`, `m.yaml:7:53: "opne" is not a status – did you mean "open"?`},
		"the last resort":       {`ticket.fields.x ?? "opne"`, `m.yaml:7:32: "opne" is not a status – did you mean "open"?`},
		"a word of a table":     {`table("bad", ticket.status)`, `m.yaml:2:27: table "bad" fills the status: "pendign" is not a status – did you mean "pending"?`},
		"of a table before":     {`table("bad", ticket.status) ?? "open"`, `m.yaml:2:27: table "bad" fills the status: "pendign" is not a status – did you mean "pending"?`},
		"a table's default":     {`table("good", ticket.status, "opne")`, `m.yaml:7:42: "opne" is not a status – did you mean "open"?`},
		"an empty status":       {`'ticket.fields.x == 1 ? "" : "open"'`, `m.yaml:7:37: the status would be empty – there is new, open, pending, solved, closed`},
		"an empty one replaced": {`table("empty", ticket.status) ?? "open"`, ""},
		"possible ones":         {`'ticket.fields.x == "banana" ? table("good", ticket.status) : "new"'`, ""},
		"not seen through":      {`lower(ticket.fields.x)`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			src := "tables:\n  bad: {open: open, wait: pendign}\n  good: {open: open}\n  empty: {open: \"\"}\n" +
				"tickets:\n  set:\n    status: " + c.set + "\n"
			_, err := Compile([]byte(src), "m.yaml")
			got := ""
			if err != nil {
				got = err.Error()
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// What a time or a truth can never be is found too.
func TestImpossibleTimes(t *testing.T) {
	_, err := Compile([]byte("tickets:\n  set:\n    due: '\"tomorrow\"'\n"), "m.yaml")
	if err == nil || !strings.Contains(err.Error(), `m.yaml:3:11: "tomorrow" is no time`) {
		t.Error(err)
	}
}
