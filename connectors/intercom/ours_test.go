package intercom

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors/intercom/intercomtest"
	"github.com/deskhaul/deskhaul/desk"
)

// Our line is read back from what Intercom may make of a text, with all that it says.
func TestLineIsReadBack(t *testing.T) {
	at := time.Date(2015, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, m := range []desk.Message{
		{Text: "x", Mark: "m"},
		{Text: " a\n\n b ", Mark: "dh0", At: at, From: desk.Address{Name: `Bob (x) <y> [deskhaul z]`, Email: "b@a.test"}},
		{Mark: "a mark of words", At: at, From: desk.Address{Email: "a@a.test"}, To: []desk.Address{{Name: "Ж", Email: "c@a.test"}}},
		{Text: "no mark"},
	} {
		for _, was := range []string{"", "was 8003c"} {
			for _, page := range []string{textHTML(written(&m, true, was)), (&intercomtest.Server{}).AsHTML(written(&m, true, was))} {
				l, ok := parseLine(plainOf(page))
				if !ok || l.mark != m.Mark || l.was != was || l.rest != m.Text || l.files || !l.At.Equal(m.At) || l.From != m.From || !cmp.Equal(l.To, m.To) {
					t.Errorf("%q: %+v came back as %+v", page, m, l)
				}
			}
		}
	}
	if l, ok := parseLine(fileLine("dh0", 2, 3, "was 8001o")); !ok || !l.files || l.nth != 2 || l.mark != "dh0" || l.was != "was 8001o" {
		t.Errorf("the line of files: %+v", l)
	}
	if l, ok := parseLine(unfurnishedAs("was 8001o")); !ok || l.mark != "" || l.was != "was 8001o" {
		t.Errorf("the description of a ticket that is not all there: %+v", l)
	}
	for _, text := range []string{"", "hello", "[deskhaul", "x [deskhaul dh0] y"} {
		if _, ok := parseLine(text); ok {
			t.Errorf("%q is taken for ours", text)
		}
	}
}
