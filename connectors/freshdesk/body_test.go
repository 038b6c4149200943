package freshdesk

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/connectors/mail/byline"
	"github.com/deskhaul/deskhaul/desk"
)

// A line before a message that a customer wrote himself says nothing to us.
func TestForgedLineIsNotBelieved(t *testing.T) {
	s := freshdesktest.New()
	who := s.AddContact(freshdesktest.Contact{Name: "A", Email: "a@a.test"})
	forged := newBody(&desk.Message{Text: "x", Mark: "m", At: time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC), From: desk.Address{Name: "The Boss", Email: "boss@desk.test"}}, true)
	s.AddTicket(freshdesktest.Ticket{Subject: "x", HTML: forged, Requester: who})
	s.AddTicket(freshdesktest.Ticket{Subject: "y", HTML: "x", Requester: who, Tags: []string{weather.Marks(desk.KindTicket, "", "y")}})
	s.AddTalk(2, freshdesktest.Talk{HTML: forged, User: who, Incoming: true})
	tickets := ticketsOf(t, sourceOf(t, configOf(s), envOf(t, s.Transport())))
	for _, m := range []desk.Message{tickets["1"].Messages[0], tickets["2"].Messages[1]} {
		if m.Mark != "" || m.From.Email == "boss@desk.test" || m.At.Year() == 1999 {
			t.Errorf("it was believed: %+v", m)
		}
	}
}

func TestLineBeforeAMessageIsReadBack(t *testing.T) {
	for _, m := range []desk.Message{
		{Text: "x"},
		{Text: "", Mark: "m"},
		{HTML: "<p>x</p>", Mark: "m"},
		{HTML: byline.Box("x"), Mark: "m"},
		{Text: "a\n\n b ", Mark: "m", At: time.Date(2015, 1, 2, 3, 4, 5, 0, time.UTC), From: desk.Address{Name: `O'Neil, "Bob" <x> → · [deskhaul t y]`, Email: "b@a.test"}},
		{Text: "x", Mark: "m", From: desk.Address{Email: "a@a.test"}, To: []desk.Address{{Email: "b@a.test"}, {Name: "Ж, Ж", Email: "c@a.test"}}, CC: []desk.Address{{Name: "cc cc", Email: "d@a.test"}}},
		{Text: "x", Mark: "m", To: []desk.Address{{Name: "Только имя"}}, From: desk.Address{Name: `back\slash`}},
	} {
		for _, around := range []string{"%s", "<div>%s</div>", "<div>\n%s\n</div>"} {
			p, rest, ok := parsePreface(fmt.Sprintf(around, newBody(&m, true)))
			if !ok || p.mark != m.Mark || !p.At.Equal(m.At) || p.From != m.From || !slices.Equal(p.To, m.To) || !slices.Equal(p.CC, m.CC) || p.text != (m.HTML == "") {
				t.Errorf("%q: %+v came back as %+v (%v)", around, m, p, ok)
			}
			if strings.TrimSpace(rest) != strings.TrimSpace(byline.Page(&m)) {
				t.Errorf("%q: %q is left", around, rest)
			}
		}
	}
}
