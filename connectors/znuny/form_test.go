package znuny

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/znuny/znunytest"
	"github.com/deskhaul/deskhaul/desk"
)

// The line before a message is read back, whatever its names say.
func TestLineBeforeAMessageIsReadBack(t *testing.T) {
	for _, m := range []desk.Message{
		{Text: "x", Mark: "m"},
		{Text: " \n ends with white space \n", Mark: "m"},
		{HTML: "<p>x</p>\n", Text: "x", Mark: "m"},
		{HTML: "<p>x</p>", Text: "something else -->", Mark: "m"},
		{HTML: `<img src="data:image/png;base64,AA==">`, Mark: "m"},
		{Text: "x", Mark: "m", Subject: "its own", At: time.Date(2015, 1, 2, 3, 4, 5, 0, time.UTC), From: desk.Address{Name: `O'Neil, "Bob" <x> → · [deskhaul t y]`, Email: "b@a.test"}},
		{Text: "x", Mark: "m", From: desk.Address{Email: "a@a.test"}, To: []desk.Address{{Email: "b@a.test"}, {Name: "Ж, Ж", Email: "c@a.test"}}, CC: []desk.Address{{Name: "cc cc", Email: "d@a.test"}}},
	} {
		content, kind := body(&m, m.From)
		content = strings.TrimSpace(content) // as Znuny does
		page := ""
		if strings.HasPrefix(kind, "text/html") {
			page = content
		}
		p, rest, ok := unwrap(content, page)
		if !ok || p.mark != "m" || !p.At.Equal(m.At) || p.From != m.From || !slices.Equal(p.To, m.To) || !slices.Equal(p.CC, m.CC) || p.html != (m.HTML != "") || p.titled != (m.Subject != "") {
			t.Errorf("%+v came back as %+v (%v)", m, p, ok)
		}
		html, text := "", rest
		if p.html {
			html, text = readPage(rest)
		}
		if html != m.HTML || m.Text != "" && text != m.Text && strings.TrimSpace(text) != m.Text {
			t.Errorf("%q, %q came back as %q, %q", m.HTML, m.Text, html, text)
		}
	}
}

// What Znuny would change of a file comes back all the same.
func TestFileKeepsNameAndType(t *testing.T) {
	used := map[string]bool{}
	for i, f := range []desk.File{
		{Name: "a.txt", Type: "text/plain"},
		{Name: "a.txt", Type: "text/plain"},
		{Name: "", Type: ""},
		{Name: "../x/y\n.bin", Type: "x-odd/type"},
		{Name: "file-2", Type: "text/html"},
		{Name: "...dots", Type: "Image/PNG"},
		{Name: " логотип ", Type: "image/svg+xml"},
	} {
		name, kind, whole := label(&f, i, used)
		back := desk.File{Name: name, Type: mediaType(text(strings.ToLower(kind)))}
		if place := relabel(&back, strings.ToLower(kind)); !whole || place != i || back.Name != f.Name || back.Type != f.Type {
			t.Errorf("%+v is written as %q, %q and comes back as %+v, place %d", f, name, kind, back, place)
		}
		if isBody(attachmentShape{Name: text(name), Type: text(kind), Disposition: "inline"}) {
			t.Errorf("%q would be taken for the HTML of its article", name)
		}
	}
}

// A configuration's mistakes are told by their keys.
func TestConfigTellsItsMistakes(t *testing.T) {
	for says, change := range map[string]func(*Config){
		"url: missing":                       func(c *Config) { c.URL = "" },
		"is the address of a page":           func(c *Config) { c.URL += "/index.pl" },
		"user, password: missing":            func(c *Config) { c.Password = "" },
		"routes: get: GET has no body":       func(c *Config) { c.Routes = map[string]string{"get": "GET /Ticket/:TicketID"} },
		"routes: \"list\" is none of":        func(c *Config) { c.Routes = map[string]string{"list": "POST /x"} },
		"zone: \"Mars\"":                     func(c *Config) { c.Zone = "Mars" },
		"mark: \"two words\"":                func(c *Config) { c.Mark = "two words" },
		"statuses: waiting: \"odd\" is none": func(c *Config) { c.Statuses = map[string]string{"waiting": "odd"} },
		"quiet: \"yes\" is none of":          func(c *Config) { c.Quiet = "yes" },
		"pending: \"soon\"":                  func(c *Config) { c.Pending = "soon" },
		"max_files: must not be negative":    func(c *Config) { c.MaxFiles = -1 },
	} {
		c := configOf()
		change(c)
		if err := c.Check(); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("want %q, got %v", says, err)
		}
	}
	if err := configOf().Check(); err != nil {
		t.Error(err)
	}
}

// A web service of one's own has its own routes.
func TestRoutesOfOnesOwn(t *testing.T) {
	s, c := znunytest.New(), configOf()
	s.AddTicket(znunytest.Ticket{Title: "x"})
	s.Routes["PUT /Ticket/1"] = "TicketGet"
	delete(s.Routes, "POST /TicketGet")
	c.Routes = map[string]string{"get": "put /Ticket/:TicketID"}
	if r, err := sourceOf(t, c, envOf(t, s.Transport())).Fetch(t.Context(), desk.KindTicket, "1"); err != nil || r.(*desk.Ticket).Subject != "x" {
		t.Errorf("%v, %v", r, err)
	}
}

// Who has no address that Znuny takes is refused, unless somebody is named who asks for them.
func TestWhoHasNoAddress(t *testing.T) {
	s, c := znunytest.New(), configOf()
	mute := &desk.Contact{Meta: desk.Meta{ID: "c", Mark: "dh"}, Name: "Mute", Emails: []string{"none"}}
	if _, err := targetOf(t, c, envOf(t, s.Transport())).Create(t.Context(), mute); !errors.Is(err, connectors.ErrRefused) || !strings.Contains(err.Error(), "name in customer") {
		t.Errorf("%v", err)
	}
	c.Customer = "nobody@desk.test"
	if got, err := targetOf(t, c, envOf(t, s.Transport())).Create(t.Context(), mute); err != nil || got.ID != "nobody@desk.test" {
		t.Errorf("%+v, %v", got, err)
	}
}
