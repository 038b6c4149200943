package browse

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/archive"
	"github.com/deskhaul/deskhaul/desk"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed style.css
var styleSheet []byte

//go:embed icon.svg
var iconFile []byte

// answer is what a page shows.
type answer struct {
	name  string // of the template
	title string
	at    string // the entry of the menu
	data  any
	code  int // 0 means 200
}

// frame is what the templates of pages get.
type frame struct {
	Page               string // the template of the page
	Title, At, Archive string
	Mapped             bool
	Zone               string
	Data               any
}

// pages are the templates.
type pages struct{ set *template.Template }

func parsePages(zone *time.Location) (*pages, error) {
	set, err := template.New("").Funcs(template.FuncMap{
		"day":    func(t time.Time) string { return stamp(t, zone, time.DateOnly) },
		"minute": func(t time.Time) string { return stamp(t, zone, "2006-01-02 15:04") },
		"utc":    func(t time.Time) string { return stamp(t, time.UTC, "2006-01-02 15:04:05") + " UTC" },
		"rfc":    func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"count":  humanize.Comma,
		"size": func(n int64) string {
			if n < 0 {
				return "size unknown"
			}
			return humanize.IBytes(uint64(n))
		},
		"called": called,
		"one": func(kind string, id desk.ID) string {
			return "/" + kind + "?" + url.Values{"id": {string(id)}}.Encode()
		},
		"who":     whoAddress,
		"where":   func(key string, id string) string { return query{values: url.Values{}}.with(key, id) },
		"plural":  plural,
		"number":  ticketName,
		"short":   shortened,
		"wide":    func(n int) int64 { return int64(n) },
		"initial": initial,
		"card":    newCard,
	}).ParseFS(templates, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("browse: %w", err)
	}
	return &pages{set}, nil
}

func stamp(t time.Time, zone *time.Location, layout string) string {
	if t.IsZero() {
		return "–"
	}
	return t.In(zone).Format(layout)
}

// whoAddress is the page of a person or shelf, "" if it has none.
func whoAddress(l archive.Label) string {
	switch l.Kind {
	case desk.KindContact:
		return "/contact?" + url.Values{"id": {string(l.ID)}}.Encode()
	case desk.KindOrganization:
		return "/organization?" + url.Values{"id": {string(l.ID)}}.Encode()
	case desk.KindAgent:
		return query{values: url.Values{}}.with("assignee", string(l.ID))
	case desk.KindGroup:
		return query{values: url.Values{}}.with("group", string(l.ID))
	case desk.KindCategory:
		return query{values: url.Values{}}.with("category", string(l.ID))
	case desk.KindTicket, desk.KindMessage, desk.KindFile:
	}
	return ""
}

func plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return humanize.Comma(n) + " " + many
}

// initial is the first letter of a name.
func initial(name string) string {
	for _, r := range strings.ToUpper(strings.TrimLeft(name, " \"'(<[")) {
		return string(r)
	}
	return "?"
}

// page answers with what make found, or with the page of its error.
func (s *Site) page(make func(*http.Request) (answer, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		a, err := make(r)
		if err != nil {
			a = failure(err)
		}
		if a.code == 0 {
			a.code = http.StatusOK
		}
		f := frame{Page: a.name, Title: a.title, At: a.at, Archive: s.options.Title, Mapped: s.options.View != nil, Data: a.data}
		f.Zone = s.options.Zone.String()
		if f.Zone == "Local" {
			f.Zone = time.Now().In(s.options.Zone).Format("MST (UTC-07:00)")
		}
		s.render(w, a.code, a.name, f)
	}
}

// render writes a page when it is whole, so that an error does not follow half a
// page.
func (s *Site) render(w http.ResponseWriter, code int, name string, data any) {
	var b bytes.Buffer
	if err := s.pages.set.ExecuteTemplate(&b, name, data); err != nil {
		http.Error(w, "The page cannot be made: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(code)
	_, _ = w.Write(b.Bytes()) // the reader went away
}

// failure is the page of an error.
func failure(err error) answer {
	if errors.Is(err, connectors.ErrNotFound) {
		return answer{name: "error", title: "Not found", code: http.StatusNotFound, data: "The archive has no such record."}
	}
	return answer{name: "error", title: "Error", code: http.StatusInternalServerError, data: err.Error()}
}

// nowhere answers for pages that do not exist.
func nowhere(*http.Request) (answer, error) {
	return answer{name: "error", title: "Not found", code: http.StatusNotFound, data: "There is no such page."}, nil
}

func style(w http.ResponseWriter, _ *http.Request) { asset(w, "text/css; charset=utf-8", styleSheet) }

func icon(w http.ResponseWriter, _ *http.Request) { asset(w, "image/svg+xml", iconFile) }

func asset(w http.ResponseWriter, kind string, b []byte) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "private, max-age=300")
	_, _ = w.Write(b) // the reader went away
}
