// Package okdesktest is an Okdesk account in memory, to okdesk what httptest is to net/http.
// It keeps the vendor's rules as far as they are known: who may ask, two ways of paging,
// what a write may say, the order of statuses, files behind links that work for 30 seconds,
// and who is sent an e-mail.
//
// The rules come from the vendor's documentation (https://apidocs.okdesk.ru/apidoc/), as
// clients of the API repeat it, and from what these clients do. What neither says is a
// guess, and marked as one where it is made.
package okdesktest

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
	URL      = "https://acme.okdesk.test"
	FilesURL = "https://static.okdesk.test" // attachments: another host, as in the real thing
)

// Server is one account. Its knobs are set before its first use; all else may be called from
// several goroutines. It must not be copied.
type Server struct {
	// Key is the token that is let in.
	Key string
	// Clock tells the time; nil is time.Now.
	Clock func() time.Time
	// Zone is the account's; nil is Moscow's.
	Zone *time.Location
	// PerMinute is how many calls a minute allows; 0 any number. No source says.
	PerMinute int
	// NoRetryAfter leaves that header out of answers with 429.
	NoRetryAfter bool
	// LinkLife is how long a link to a file works; 0 is the documented 30 seconds.
	LinkLife time.Duration
	// Loud says that the rules of notification are switched on, as in a new account.
	Loud bool
	// Steps are the statuses that may follow each; nil is any after any.
	Steps map[string][]string
	// Attributes says that files are named files_attributes and attachments_attributes;
	// both are documented. What is named otherwise is passed over without a word, as Rails
	// does.
	Attributes bool
	// StillTalk says that a comment is no change of its issue. No source says.
	StillTalk bool
	// SlimRows leaves out of lists what only an issue by itself says, as one client has it.
	SlimRows bool
	// CutIDs is the most that issues/count gives; 0 all.
	CutIDs int
	// NoPatch says that an issue as a whole cannot be changed.
	NoPatch bool
	// NoAuthors says that the token's owner may name no author of issues.
	NoAuthors bool
	// UntypedAuthors leaves out whether the author of an issue is an employee or a contact,
	// as the documentation's sample does.
	UntypedAuthors bool
	// Numbered says that the list of employees takes no notice of from_id, but has numbered
	// pages, as one client asks for them.
	Numbered bool
	// MaxFile is how many bytes a file may have; 0 any.
	MaxFile int
	// WantsGroup says that an assignee wants a group, as one client tells.
	WantsGroup bool
	// Fault breaks requests; nil none. It is asked once a request.
	Fault func(*http.Request) Fault

	mu      sync.Mutex
	account account
	began   time.Time // of the minute that runs
	used    int
	outbox  []string
	stray   []string // requests for files that carried the token
	urls    [2]string
	log     []Exchange
	keep    bool
}

// New makes an account with one employee, the owner of the key, whose notifications are off.
func New() *Server {
	s := &Server{Key: "5tand1n70ken", urls: [2]string{URL, FilesURL}}
	s.account.init()
	s.AddEmployee(Person{Last: "Владелец", First: "Олег", Email: "owner@acme.test"})
	return s
}

func (s *Server) now() time.Time {
	if s.Clock != nil {
		return s.Clock()
	}
	return time.Now()
}

func (s *Server) zone() *time.Location {
	if s.Zone != nil {
		return s.Zone
	}
	return time.FixedZone("MSK", 3*60*60)
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
	s.mu.Lock()
	s.urls = [2]string{api.URL, files.URL}
	s.mu.Unlock()
	return api.URL, func() { api.Close(); files.Close() }
}

// At says under which address the server is reached, where a line stands before it.
func (s *Server) At(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.urls[0] = address
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
	if x.within() && x.authorized() {
		x.route()
	}
	s.record(x)
}

// route finds who answers a request.
func (x *exchange) route() {
	path, ok := strings.CutPrefix(x.r.URL.Path, "/api/v1/")
	if !ok {
		x.gone()
		return
	}
	parts := strings.Split(strings.Trim(path, "/"), "/")
	for len(parts) < 4 {
		parts = append(parts, "")
	}
	switch parts[0] {
	case "issues":
		x.issues(parts[1:])
	case "contacts":
		x.contacts(parts[1:])
	case "companies":
		x.companies(parts[1:])
	case "employees":
		x.employees(parts[1])
	case "maintenance_entities":
		x.objects(parts[1])
	case "dictionaries":
		if parts[1] == "issues" && parts[2] == "types" {
			x.ok(wordRows(x.s.account.types))
			return
		}
		x.gone()
	default:
		x.gone()
	}
}

// TokensSpilt lists the requests for files that carried the token: the other host must never
// see it.
func (s *Server) TokensSpilt() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.stray...)
}
