package compare

import (
	"encoding/json"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Message compares two messages, files aside; want is one of There. White space and
// the way in which letters are composed do not count in its text. Where the HTML came
// back, the text that the target derives from it does not count: it has room for one
// body.
func Message(want, got *desk.Message, caps connectors.Caps) []Difference {
	return slices.DeleteFunc(kept(AllOfMessage(want, got, caps)), func(d Difference) bool {
		return d.Field == "text" && alike(want, got) || d.Field == "html" && squeezed(want.HTML) == squeezed(got.HTML)
	})
}

// AllOfMessage compares two messages to the letter, what caps do not promise to keep as
// well: that is the same, or empty.
func AllOfMessage(want, got *desk.Message, caps connectors.Caps) []Difference {
	w, g := flat(want), flat(got)
	var out []Difference
	for _, name := range append(desk.FieldsOf(desk.KindMessage), custom(want)...) {
		keeps := caps.Keeps(desk.KindMessage, name) && (name != "at" || caps.Backdate)
		if string(w[name]) == string(g[name]) || !keeps && (g[name] == nil || name == "at") {
			continue
		}
		out = append(out, Difference{name, plain(w[name]), plain(g[name]), keeps})
	}
	return out
}

func alike(want, got *desk.Message) bool {
	return want.HTML != "" && want.HTML == got.HTML || squeezed(want.Text) == squeezed(got.Text)
}

// squeezed is a text without what does not count in it.
func squeezed(s string) string { return strings.Join(strings.Fields(norm.NFC.String(s)), "") }

func custom(m *desk.Message) (names []string) {
	defer func() { slices.Sort(names) }()
	for name := range m.Fields {
		names = append(names, "fields."+name)
	}
	return names
}

// flat is a message field by field as JSON.
func flat(m *desk.Message) map[string]json.RawMessage {
	bare := *m
	bare.Files, bare.Folds = nil, nil
	b, err := json.Marshal(&bare)
	if err != nil {
		return nil
	}
	all := map[string]json.RawMessage{}
	if err := json.Unmarshal(b, &all); err != nil {
		return nil
	}
	for name, v := range m.Fields {
		b, _ := json.Marshal(v)
		all["fields."+name] = b
	}
	return all
}
