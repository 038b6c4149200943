// Package intercomtest is an Intercom workspace in memory, to intercom what httptest is to
// net/http. It keeps the vendor's rules as far as they are known: who may ask, versions,
// pages, rates, validation, searches that run behind and compare days, files behind links
// that expire, what opens a ticket again, and who is sent an e-mail.
//
// The rules come from the vendor's description of the API, version 2.16, and from recorded
// objects. What neither says is a guess, and marked as one where it is made.
package intercomtest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"github.com/deskhaul/deskhaul/connectors/conntest/line"
)

// Where a server lives that is asked through Transport.
const (
	URL      = "https://api.intercom.test"
	FilesURL = "https://downloads.intercomcdn.com" // attachments: another host, as in the real thing
)

// Server is one workspace. Its knobs are set before its first use; all else may be called
// from several goroutines. It must not be copied.
type Server struct {
	// Token is the access token that is let in.
	Token string
	// Workspace is its ID.
	Workspace string
	// Clock tells the time; nil is time.Now.
	Clock func() time.Time
	// Zone is how far the days of the workspace are behind those of UTC.
	Zone time.Duration
	// Lag is how long searches run behind ("a few minutes", says the vendor).
	Lag time.Duration
	// Limit is how many calls a window of ten seconds allows; 0 is any number.
	Limit int
	// Days has the search of conversations and tickets compare days, as that of contacts
	// does; no source says.
	Days bool
	// Loud says that the workspace has outbound messages and workflows that are live.
	Loud bool
	// HTMLReplies takes a teammate's reply for HTML; no source says.
	HTMLReplies bool
	// Paragraphs makes several paragraphs of a text, and drops empty lines; no source says.
	Paragraphs bool
	// OnlyAsker refuses the reply of a contact who is not the ticket's; no source says.
	OnlyAsker bool
	// ListsTickets has conversations be listed that are tickets alone; no source says.
	ListsTickets bool
	// OneCompany answers with a company alone where one is asked for by its name or company_id, as
	// the words of the description have it; else with a list, as its schema does.
	OneCompany bool
	// NoSort gives what a search finds the newest first, whatever it is asked for: the description
	// has no word of sorting.
	NoSort bool
	// NoDeleted says that the plan lacks the list of deleted conversations.
	NoDeleted bool
	// MostParts is how many parts of a conversation are given; 0 is 500.
	MostParts int
	// LinkLife is how long a link to a file works; 0 is 30 minutes.
	LinkLife time.Duration
	// ScrollRows is how many companies a page of the scroll has; 0 is 100.
	ScrollRows int
	// Fault breaks requests; nil none. It is asked once a request.
	Fault func(*http.Request) Fault

	mu      sync.Mutex
	account account
	window  struct {
		began time.Time
		used  int
	}
	scroll scroll
	outbox []string
	stray  []string // requests for files that carried credentials
	urls   [2]string
	log    []Exchange
	keep   bool
}

// New makes a workspace with one teammate, the owner of the token, and a ticket type of the
// category Customer, numbered 1, which has an attribute for our mark.
func New() *Server {
	s := &Server{Token: "standin-access-token", Workspace: "acme1", urls: [2]string{URL, FilesURL}}
	s.account.init(s.now())
	s.AddAdmin("Owner", "owner@acme.test")
	s.AddAttribute("deskhaul", "string")
	return s
}

func (s *Server) now() time.Time {
	if s.Clock != nil {
		return s.Clock()
	}
	return time.Now()
}

// Transport is the way to the server without a network: it answers for URL and FilesURL.
func (s *Server) Transport() http.RoundTripper { return line.To(s) }

// Start makes the server listen on loopback until the function that it returns is called,
// and tells its address. What stands before it, such as weather, is given.
func (s *Server) Start(before ...func(http.Handler) http.Handler) (address string, stop func()) {
	var h http.Handler = s
	for _, wrap := range before {
		h = wrap(h)
	}
	api, files := httptest.NewServer(h), httptest.NewServer(h)
	s.At(api.URL, files.URL)
	return api.URL, func() { api.Close(); files.Close() }
}

// At says under which addresses the API and the files are reached.
func (s *Server) At(api, files string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.urls = [2]string{api, files}
}

// ServeHTTP answers for both hosts.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	files := strings.HasSuffix(s.urls[1], "//"+r.Host)
	w.Header().Set("Date", s.now().UTC().Format(http.TimeFormat))
	s.mu.Unlock()
	if files {
		s.serveFile(w, r)
		return
	}
	var f Fault
	if s.Fault != nil {
		f = s.Fault(r)
	}
	f.Befall(w, r, s.serve)
}

func (s *Server) serve(w *httptest.ResponseRecorder, r *http.Request) {
	x := &exchange{s: s, w: w, r: r}
	x.read()
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Date", s.now().UTC().Format(http.TimeFormat))
	if x.authorized() && x.within() && x.versioned() {
		x.route()
	}
	s.record(x)
}

// route finds who answers a request.
func (x *exchange) route() {
	parts := strings.Split(strings.Trim(x.r.URL.Path, "/"), "/")
	for len(parts) < 5 {
		parts = append(parts, "")
	}
	answer := map[string]func([]string){
		"me": x.me, "admins": x.admins, "teams": x.teams, "tags": x.tags, "contacts": x.contacts, "companies": x.companies, "conversations": x.conversations,
		"tickets": x.tickets, "ticket_types": x.ticketTypes, "ticket_states": x.ticketStates, "data_attributes": x.dataAttributes,
	}[parts[0]]
	if answer == nil {
		x.gone()
		return
	}
	answer(parts[1:])
}

// CredentialsSpilt lists the requests for files that carried credentials: the other host
// must never see them.
func (s *Server) CredentialsSpilt() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.stray...)
}
