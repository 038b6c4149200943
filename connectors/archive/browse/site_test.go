package browse

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/archive"
	"github.com/deskhaul/deskhaul/desk"
)

// picture is a PNG of one pixel.
func picture(t testing.TB) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func stored(name, kind string, b []byte) desk.File {
	return desk.File{Name: name, Type: kind, Size: int64(len(b)), Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(b)), nil
	}}
}

func at(day, hour int) time.Time { return time.Date(2024, 3, day, hour, 30, 0, 0, time.UTC) }

func to(kind desk.Kind, id desk.ID) desk.Ref { return desk.Ref{Kind: kind, Target: id} }

// small is an archive with one of everything.
func small(t testing.TB) *archive.Library {
	t.Helper()
	path := filepath.Join(t.TempDir(), "archive")
	a, err := archive.OpenTarget(t.Context(), archive.Config{Path: path, SourceID: "u1", SourceName: "box"}, connectors.Env{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range people() {
		create(t, a, r)
	}
	create(t, a, bigTicket(t))
	create(t, a, &desk.Ticket{
		Meta: desk.Meta{ID: "2", Mark: "t2", Created: at(4, 8)}, Number: "1002", Subject: "返金について", Status: desk.StatusSolved, Channel: "web",
		Requester: to(desk.KindContact, "box/c2"), Tags: []string{"refund", "日本"},
		Messages: []desk.Message{{ID: "m1", Mark: "m21", At: at(4, 8), Author: to(desk.KindContact, "box/c2"), Text: "注文番号12345の返金をお願いします。"}},
	})
	for i, h := range hostiles() {
		id := desk.ID("h" + string(rune('a'+i/26)) + string(rune('a'+i%26)))
		create(t, a, &desk.Ticket{
			Meta: desk.Meta{ID: id, Mark: string(id), Created: at(2, 1), URL: "javascript:alert(1)", Fields: map[string]any{"<b>x": "javascript:alert(1)"}},
			// What is hostile as HTML must be harmless as plain text too.
			Subject: h.html[:min(len(h.html), 200)], Status: desk.StatusNew, Tags: []string{"hostile"}, Requester: to(desk.KindContact, "box/c3"),
			Messages: []desk.Message{{
				ID: "m", Mark: "m" + string(id), At: at(2, 1), Text: h.html, HTML: h.html, MessageID: `x"><script>alert(1)</script>@evil.test`,
				Files: []desk.File{stored(`"><img src=x onerror=alert(1)>.html`, "text/html", []byte(h.html))},
			}},
		})
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	l, err := archive.OpenLibrary(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

func people() []desk.Record {
	return []desk.Record{
		&desk.Organization{Meta: desk.Meta{ID: "o1", Mark: "o1"}, Name: "Løvold & Sønn", Domains: []string{"lovold.example"}, Note: "pays late"},
		&desk.Group{Meta: desk.Meta{ID: "g1", Mark: "g1"}, Name: "Second level"},
		&desk.Agent{Meta: desk.Meta{ID: "a1", Mark: "a1"}, Name: "Anna Agent", Email: "anna@desk.example"},
		&desk.Category{Meta: desk.Meta{ID: "k1", Mark: "k1"}, Name: "Billing"},
		&desk.Contact{
			Meta: desk.Meta{ID: "c1", Mark: "c1", Fields: map[string]any{"vip": true}}, Name: "נועה כהן",
			Emails: []string{"noa@lovold.example", "noa@home.example"}, Phones: []string{"+47 555 01"}, Org: to(desk.KindOrganization, "box/o1"),
		},
		&desk.Contact{Meta: desk.Meta{ID: "c2", Mark: "c2"}, Name: "佐藤", Emails: []string{"sato@kaisha.example", "NOA@home.example"}},
		&desk.Contact{Meta: desk.Meta{ID: "c3", Mark: "c3"}, Name: `<script>alert(1)</script>`, Emails: []string{`"><img src=x onerror=alert(1)>@evil.test`}},
	}
}

func bigTicket(t testing.TB) *desk.Ticket {
	quote := "Yes, please.\n\n> Shall we send a new one?\n> Anna\n"
	html := `<p style="color:#333">See <b>this</b>: <img src="cid:logo@x" alt="Logo"></p><img src="https://pics.example/banner.png" alt="Banner"><script>alert(1)</script>`
	return &desk.Ticket{
		Meta: desk.Meta{
			ID: "1", Mark: "t1", Created: at(1, 9), URL: "https://old.example/t/1",
			Fields: map[string]any{"order": "A-17", "amount": 12.5, "link": "https://shop.example/a"},
		},
		Number: "1001", Subject: "Printer is broken", Status: desk.StatusOpen, Priority: desk.PriorityHigh, Type: "incident", Channel: "email",
		Requester: to(desk.KindContact, "box/c1"), Assignee: to(desk.KindAgent, "box/a1"), Group: to(desk.KindGroup, "box/g1"),
		Category: to(desk.KindCategory, "box/k1"), Participants: []desk.Ref{to(desk.KindContact, "box/c2")}, Tags: []string{"urgent"},
		Rating: &desk.Rating{Score: "good", Comment: "Quick!", At: at(9, 9)}, Due: at(20, 12),
		History: []desk.Change{{At: at(1, 10), By: to(desk.KindAgent, "box/a1"), From: desk.StatusNew, To: desk.StatusOpen}},
		Messages: []desk.Message{
			{
				ID: "m1", Mark: "m1", At: at(1, 9), Author: to(desk.KindContact, "box/c1"), From: desk.Address{Name: "Noa", Email: "noa@lovold.example"},
				To: []desk.Address{{Name: "Help", Email: "help@desk.example"}}, MessageID: "one@lovold.example", Text: "המדפסת לא מדפיסה. The printer is dead, see http://help.example/a.",
				Files: []desk.File{stored("report.pdf", "application/pdf", []byte("%PDF-1.4 …"))},
			},
			{ID: "m2", Mark: "m2", At: at(1, 11), Author: to(desk.KindAgent, "box/a1"), Note: true, Text: "She is right, the fuse is gone."},
			{ID: "m3", Mark: "m3", At: at(2, 9), Author: to(desk.KindAgent, "box/a1"), Text: "See this.", HTML: html, InReplyTo: "one@lovold.example", Files: []desk.File{
				withCID(stored("logo.png", "image/png", picture(t))),
			}},
			{
				ID: "m4", Mark: "m4", At: at(3, 9), Author: to(desk.KindContact, "box/c1"), Text: quote,
				Folds: []desk.Fold{{Start: len("Yes, please.\n\n"), End: len(quote), What: desk.FoldQuote}},
			},
		},
	}
}

func withCID(f desk.File) desk.File {
	f.CID, f.Inline = "logo@x", true
	return f
}

func create(t testing.TB, a *archive.Target, r desk.Record) {
	t.Helper()
	if _, err := a.Create(t.Context(), r); err != nil {
		t.Fatal(err)
	}
}

// shown is the site of an archive.
func shown(t testing.TB, l *archive.Library, view View) *Site {
	t.Helper()
	s, err := New(l, Options{Title: "Test desk", Zone: time.FixedZone("CET", 3600), View: view})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// get asks the site as a browser on this machine does.
func get(t testing.TB, s *Site, path string) (reply, string) {
	t.Helper()
	return ask(t, s, httptest.NewRequest(http.MethodGet, "http://127.0.0.1:8765"+path, nil))
}

func ask(t testing.TB, s *Site, r *http.Request) (reply, string) {
	t.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return reply{w.Code, w.Header()}, w.Body.String()
}

// reply is an answer without its body.
type reply struct {
	StatusCode int
	Header     http.Header
}

// has fails unless body holds every part.
func has(t *testing.T, body string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(body, p) {
			t.Errorf("%q is missing", p)
		}
	}
}

// hasNot fails if body holds any part.
func hasNot(t *testing.T, body string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if strings.Contains(body, p) {
			t.Errorf("%q is there", p)
		}
	}
}
