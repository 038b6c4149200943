package report

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// What is read as a page is one file that asks for nothing: no script, no picture, no
// style from elsewhere. Every page is made in one frame (head, style, tables).
//
//go:embed pages
var pageFiles embed.FS

// templates are compiled when the first page is made.
var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{
		"number":  Number,
		"plural":  Plural,
		"link":    link,
		"part":    func(body any, part string) bodyPart { return bodyPart{body, part} },
		"lists":   func(of []classPart, csv, part string) listsPart { return listsPart{of, csv, part} },
		"say":     fmt.Sprintf, // English; see in
		"lang":    func() string { return "en" },
		"percent": func(float64) string { return "" }, "bytes": func(int64) string { return "" }, "day": func(time.Time) string { return "" }, "weekday": func(int) string { return "" },
		"style": func() template.CSS {
			b, err := pageFiles.ReadFile("pages/style.css")
			if err != nil {
				panic(err) // it is embedded
			}
			return template.CSS(b) //nolint:gosec // it is ours
		},
	}).ParseFS(pageFiles, "pages/*.html"))
})

// listsPart is what the lists of a page are made of: CSV is the file that has all of them,
// Part what they are together, "" nothing.
type listsPart struct {
	Classes   []classPart
	CSV, Part string
}

// bodyPart is a page with what a part of it is called.
type bodyPart struct {
	Body any
	Part string
}

// page is what the frame needs to know.
type page struct {
	Title   string // of the window, and above all
	Project string
	Made    string // when and of what
	Body    any
}

// writePage writes a page whose body is the template of a name, in a tongue.
func writePage(w io.Writer, t Tongue, name string, p page) error {
	own, err := templates().Clone() // one that was executed takes no functions any more
	if err != nil {
		return err
	}
	own.Funcs(template.FuncMap{
		"say": t.Say, "lang": func() string { return t.Name }, "percent": t.Percent, "bytes": t.Bytes, "day": t.Day, "weekday": t.Weekday,
		"number": func(n int64) string { return t.Say("%d", n) },
	})
	return own.ExecuteTemplate(w, name, p)
}

// link is an address that may be followed, else "": addresses came with the records.
func link(address string) string {
	if strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "http://") {
		return address
	}
	return ""
}

// fieldOf says what a field is of: "subject of tickets", or "tickets" for the whole.
func fieldOf(field string, kind desk.Kind) string {
	if field == "" {
		return plural[kind]
	}
	return field + " of " + plural[kind]
}
