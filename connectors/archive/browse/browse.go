// Package browse shows an archive in a web browser, read only: lists, search,
// conversations, people and files. Its pages need no JavaScript and load nothing
// from anywhere else.
//
// What is shown was written by strangers. Four walls stand between it and the
// reader: html/template escapes all text, mails' HTML is cleaned (see cleaner), it
// lies in a frame of its own without scripts, forms or an origin, and every answer
// has a Content-Security-Policy that forbids what is not needed.
package browse

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/deskhaul/deskhaul/connectors/archive"
	"github.com/deskhaul/deskhaul/desk"
)

// View rewrites a record in place to what it is to be shown as. keep false means
// that it is left out, by that rule.
type View func(ctx context.Context, r desk.Record) (keep bool, rule string, err error)

// Options say how an archive is shown.
type Options struct {
	Title string         // what the archive is called, "" for none
	Zone  *time.Location // of the times shown; nil is the machine's
	View  View           // the mapping in force; nil shows records as they are stored
	// Public lets the site be reached under any address of the machine; without
	// it only under the names of loopback.
	Public bool
}

// Site is the web site of one archive. It is an http.Handler.
type Site struct {
	library *archive.Library
	options Options
	pages   *pages
	cleaner *cleaner
	facets  facetCache
	handler http.Handler
}

// New makes the site. The library stays the caller's, who closes it when the site
// is no longer served.
func New(library *archive.Library, o Options) (*Site, error) {
	if library == nil {
		return nil, errors.New("browse: there is no archive to show")
	}
	if o.Zone == nil {
		o.Zone = time.Local
	}
	s := &Site{library: library, options: o, cleaner: newCleaner()}
	var err error
	if s.pages, err = parsePages(o.Zone); err != nil {
		return nil, err
	}
	s.handler = s.guard(s.routes())
	return s, nil
}

// ServeHTTP answers one request.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

func (s *Site) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.page(s.overview))
	mux.HandleFunc("GET /tickets", s.page(s.tickets))
	mux.HandleFunc("GET /ticket", s.page(s.conversation))
	mux.HandleFunc("GET /contacts", s.page(s.contacts))
	mux.HandleFunc("GET /contact", s.page(s.contact))
	mux.HandleFunc("GET /organizations", s.page(s.organizations))
	mux.HandleFunc("GET /organization", s.page(s.organization))
	mux.HandleFunc("GET /mail", s.mail)
	mux.HandleFunc("GET /file/{sha256}", s.file)
	mux.HandleFunc("GET /style.css", style)
	mux.HandleFunc("GET /icon.svg", icon)
	mux.HandleFunc("GET /", s.page(nowhere))
	return mux
}
