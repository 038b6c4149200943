// Package freshdesktest is a Freshdesk account in memory, to freshdesk what httptest
// is to net/http. It keeps the vendor's rules as far as they are known: who may
// ask, pages and their walls, rates, validation, searches that run behind, files
// behind links that expire, and who is sent an e-mail.
//
// The rules come from the vendor's documentation (developers.freshdesk.com/api) and
// from recorded answers of a real account of 2021. What neither says is a guess, and
// marked as one where it is made.
package freshdesktest

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
	URL      = "https://acme.freshdesk.test"
	FilesURL = "https://files.freshdesk.test" // attachments: another host, as in the real thing
)

// Server is one account. Its knobs are set before its first use; all else may be
// called from several goroutines. It must not be copied.
type Server struct {
	// Key is the API key that is let in.
	Key string
	// Clock tells the time; nil is time.Now.
	Clock func() time.Time
	// Lag is how long searches run behind ("a few minutes", says the vendor).
	Lag time.Duration
	// Limits are the calls that a minute allows, by class (see classOf); "" is every
	// other class. Zero is without bound.
	Limits map[string]int
	// NoRetryAfter leaves that header out of answers with 429.
	NoRetryAfter bool
	// NoLink leaves the Link header out of lists: no recording shows one.
	NoLink bool
	// MaxPages is the last page of tickets that can be asked for; 0 is 300.
	MaxPages int
	// MaxUpload is how many bytes the files of one ticket may have; 0 is 20 MB.
	MaxUpload int64
	// MaxTag is how many characters a tag may have; 0 is any number. No source says.
	MaxTag int
	// LinkLife is how long a link to a file works; 0 is 5 minutes.
	LinkLife time.Duration
	// Loud says that the account's notifications are switched on, as in a new account.
	Loud bool
	// NoContactNotes says that a note's user_id must be an agent's.
	NoContactNotes bool
	// Fault breaks requests; nil none. It is asked once a request.
	Fault func(*http.Request) Fault

	mu      sync.Mutex
	account account
	windows map[string]*window
	outbox  []string
	stray   []string // requests for files that carried credentials
	urls    [2]string
	log     []Exchange
	keep    bool
}

// New makes an account with one agent, the owner of the key, whose notifications
// are off and whose searches do not lag.
func New() *Server {
	s := &Server{Key: "standin-api-key", urls: [2]string{URL, FilesURL}}
	s.account.init()
	s.AddAgent("Owner", "owner@acme.test")
	return s
}

func (s *Server) now() time.Time {
	if s.Clock != nil {
		return s.Clock()
	}
	return time.Now()
}

// Transport is the way to the server without a network: it answers for URL and
// FilesURL.
func (s *Server) Transport() http.RoundTripper { return line.To(s) }

// Start makes the server listen on loopback until the function that it returns is
// called, and tells its address. What stands before it, such as weather, is given.
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
	if r.URL.Path == "/inline/attachment" {
		s.serveInline(w, r)
		return
	}
	x := &exchange{s: s, w: w, r: r}
	if !x.read() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	x.class = classOf(r)
	if x.within() && x.authorized() {
		x.route()
	}
	s.record(x)
}

// route finds who answers a request.
func (x *exchange) route() {
	path, ok := strings.CutPrefix(x.r.URL.Path, "/api/v2/")
	if !ok {
		x.gone()
		return
	}
	parts := strings.Split(strings.Trim(path, "/"), "/")
	for len(parts) < 4 {
		parts = append(parts, "")
	}
	switch parts[0] {
	case "tickets":
		x.tickets(parts[1:])
	case "conversations":
		x.conversation(parts[1])
	case "contacts":
		x.contacts(parts[1:])
	case "companies":
		x.companies(parts[1:])
	case "agents":
		x.agents(parts[1])
	case "groups":
		x.groups(parts[1])
	case "products":
		x.products(parts[1])
	case "ticket_fields", "contact_fields", "company_fields":
		x.fields(parts[0])
	case "surveys":
		x.surveys(parts[1])
	case "search":
		x.search(parts[1])
	default:
		x.gone()
	}
}

// CredentialsSpilt lists the requests for files that carried credentials: the other
// host must never see them.
func (s *Server) CredentialsSpilt() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.stray...)
}
