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
	w, g := flat(want), flat(got)
	var out []Difference
	for _, name := range append(desk.FieldsOf(desk.KindMessage), custom(want)...) {
		kept := caps.Keeps(desk.KindMessage, name) && (name != "at" || caps.Backdate)
		always := w[name] == nil && slices.Contains(caps.Always[desk.KindMessage], name)
		if !kept || always || string(w[name]) == string(g[name]) || name == "text" && alike(want, got) || name == "html" && squeezed(want.HTML) == squeezed(got.HTML) {
			continue
		}
		out = append(out, Difference{name, plain(w[name]), plain(g[name])})
	}
	return out
}

func alike(want, got *desk.Message) bool {
	return want.HTML != "" && want.HTML == got.HTML || squeezed(want.Text) == squeezed(got.Text)
}

// SameBody tells whether the text or the HTML of two messages is the same, white space
// aside.
func SameBody(want, got *desk.Message) bool {
	return squeezed(want.Text) == squeezed(got.Text) || want.HTML != "" && squeezed(want.HTML) == squeezed(got.HTML)
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
