package report

import (
	"embed"
	"html/template"
	"io"
	"strings"
	"sync"

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
		"number": Number,
		"plural": Plural,
		"link":   link,
		"style": func() template.CSS {
			b, err := pageFiles.ReadFile("pages/style.css")
			if err != nil {
				panic(err) // it is embedded
			}
			return template.CSS(b) //nolint:gosec // it is ours
		},
	}).ParseFS(pageFiles, "pages/*.html"))
})

// page is what the frame needs to know.
type page struct {
	Title   string // of the window, and above all
	Project string
	Made    string // when and of what
	Body    any
}

// writePage writes a page whose body is the template of a name.
func writePage(w io.Writer, name string, p page) error {
	return templates().ExecuteTemplate(w, name, p)
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
