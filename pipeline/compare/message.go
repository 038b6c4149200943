package compare

import (
	"encoding/json"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Message compares two messages, files aside; want is one of There. White space and
// the way in which letters are composed do not count in its text. Where the HTML came
// back, the text that the target derives from it does not count if it has room for one
// body alone.
func Message(want, got *desk.Message, caps connectors.Caps) []Difference {
	return slices.DeleteFunc(kept(AllOfMessage(want, got, caps)), func(d Difference) bool {
		return d.Field == "text" && alike(want, got, caps.OneBody) || d.Field == "html" && sameHTML(want, got, caps.OneBody)
	})
}

// AllOfMessage compares two messages to the letter, what caps do not promise to keep as
// well: that is the same, or empty.
func AllOfMessage(want, got *desk.Message, caps connectors.Caps) []Difference {
	w, g := flat(want), flat(got)
	var out []Difference
	for _, name := range append(desk.FieldsOf(desk.KindMessage), custom(want)...) {
		keeps := caps.Keeps(desk.KindMessage, name) && (name != "at" || caps.Backdate)
		always := w[name] == nil && slices.Contains(caps.Always[desk.KindMessage], name)
		if always || string(w[name]) == string(g[name]) || !keeps && (g[name] == nil || name == "at") {
			continue
		}
		out = append(out, Difference{name, plain(w[name]), plain(g[name]), keeps})
	}
	return out
}

func alike(want, got *desk.Message, oneBody bool) bool {
	return oneBody && want.HTML != "" && want.HTML == got.HTML || squeezed(want.Text) == squeezed(got.Text)
}

// SameBody tells whether the text of two messages is the same, or what their HTML shows,
// white space aside: a system with room for one body may derive the text from the page,
// and give its images other addresses.
func SameBody(want, got *desk.Message) bool {
	if squeezed(want.Text) == squeezed(got.Text) {
		return true
	}
	return want.HTML != "" && got.HTML != "" && (squeezed(want.HTML) == squeezed(got.HTML) || seen(want.HTML) == seen(got.HTML))
}

// seen are the words that a page shows, squeezed.
func seen(page string) string {
	z := html.NewTokenizer(strings.NewReader(page))
	var b strings.Builder
	hidden := "" // the element that we are in, where it shows nothing
	for {
		switch z.Next() {
		case html.ErrorToken:
			return squeezed(b.String())
		case html.StartTagToken:
			if name, _ := z.TagName(); hidden == "" && (string(name) == "style" || string(name) == "script" || string(name) == "title") {
				hidden = string(name)
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) == hidden {
				hidden = ""
			}
		case html.TextToken:
			if hidden == "" {
				b.Write(z.Text())
			}
		default:
		}
	}
}

// sameHTML also holds where the target has room for one body and was given the text of
// a page that says no more.
func sameHTML(want, got *desk.Message, oneBody bool) bool {
	return squeezed(want.HTML) == squeezed(got.HTML) || oneBody && got.HTML == "" && squeezed(want.Text) == squeezed(got.Text) && dull(want.HTML)
}

// dull tells whether a page has nothing that a text has not: no emphasis, no image.
func dull(page string) bool {
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return true
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			if !slices.Contains([]string{"div", "p", "br", "a", "html", "head", "body", "meta"}, string(name)) {
				return false
			}
		default:
		}
	}
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
