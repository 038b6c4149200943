// Package itsm365test is an installation of Naumen Service Desk (in the cloud: ITSM 365) in
// memory, to itsm365 what httptest is to net/http. Its metaclasses, their attributes and the
// states are set by the test, as an administrator sets them in the real thing.
//
// There is no public description of the system. The rules are those of clients of its API
// (https://github.com/exeki/nsd.basic_api_connector,
// https://github.com/slayerjk/go-hd-naumen-api); what they do not show is a guess, and
// marked as one where it is made.
package itsm365test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"github.com/deskhaul/deskhaul/connectors/conntest/line"
)

// URL is where a server lives that is asked through Transport.
const URL = "https://acme.itsm365.test"

// Server is one installation. Its knobs are set before its first use; all else may be called
// from several goroutines. It must not be copied.
type Server struct {
	// Key is the access key that is let in.
	Key string
	// Prefix is where the methods are; "" the usual place.
	Prefix string
	// Clock tells the time; nil is time.Now.
	Clock func() time.Time
	// Zone is the server's; nil is Moscow's. Dates say none.
	Zone *time.Location
	// Layout is how dates are written; "" as installations in the cloud do.
	Layout string
	// PerMinute is how many calls a minute are answered; 0 any number. No source says.
	PerMinute int
	// Cap is the most rows that a list gives whatever is asked for; 0 as many as are asked for.
	Cap int
	// Restless gives a list in another order each time that it is begun: no client says that there is one.
	Restless bool
	// TalkTouches says that a comment is a change of its ticket. No source says.
	TalkTouches bool
	// NoGet refuses single objects to this key, as one client tells of its own.
	NoGet bool
	// NoMetainfo refuses the metadata to this key: it wants a vendor's rights.
	NoMetainfo bool
	// Loud says that event actions mail people, as an administrator may have set them up.
	Loud bool
	// Steps are the states that may follow each; nil any.
	Steps map[string][]string
	// WithState are the attributes that must be filled for a ticket to be in a state.
	WithState map[string][]string
	// MaxFile is how many bytes a file may have; 0 any.
	MaxFile int
	// Fault breaks requests; nil none. It is asked once a request, under no lock.
	Fault func(*http.Request) Fault

	mu      sync.Mutex
	classes []*Metaclass
	states  []State
	objects []*object
	last    int64
	began   time.Time // of the minute that runs
	used    int
	turns   map[string]int // how often each restless list was begun, by its class and filter
	outbox  []string
	seen    []string // methods and paths that were asked for
}

// New makes an installation as they are delivered: its classes, its states, and one employee
// whose the key is.
func New() *Server {
	s := &Server{Key: "5tand1n-k3y", turns: map[string]int{}}
	s.deliver()
	return s
}

func (s *Server) now() time.Time {
	if s.Clock != nil {
		return s.Clock()
	}
	return time.Now()
}

func (s *Server) prefix() string {
	if s.Prefix != "" {
		return s.Prefix
	}
	return "/sd/services/rest"
}

// Transport is the way to the server without a network.
func (s *Server) Transport() http.RoundTripper { return line.To(s) }

// Start makes the server listen on loopback until the function that it returns is called,
// and tells its address. What stands before it, such as weather, is given.
func (s *Server) Start(before ...func(http.Handler) http.Handler) (address string, stop func()) {
	var h http.Handler = s
	for _, wrap := range before {
		h = wrap(h)
	}
	api := httptest.NewServer(h)
	return api.URL, api.Close
}

// ServeHTTP answers.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", s.now().UTC().Format(http.TimeFormat))
	var f Fault
	if s.Fault != nil {
		f = s.Fault(r)
	}
	f.Befall(w, r, s.answer)
}

func (s *Server) answer(w *httptest.ResponseRecorder, r *http.Request) {
	x := &exchange{s: s, w: w, r: r}
	x.read()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, r.Method+" "+r.URL.Path)
	if x.within() && x.authorized() {
		x.route()
	}
}

// route finds who answers a request.
func (x *exchange) route() {
	if path, ok := strings.CutPrefix(x.r.URL.Path, "/sd/services/smpsync/"); ok {
		x.metadata(path)
		return
	}
	path, ok := strings.CutPrefix(x.r.URL.Path, x.s.prefix()+"/")
	method, of, _ := strings.Cut(path, "/")
	of = strings.TrimSuffix(of, "/")
	does := map[string]func(string){
		"GET get": x.get, "POST find": x.find, "POST create": x.create, "POST create-m2m": x.createM2M, "POST edit": x.edit, "POST edit-m2m": x.editM2M,
		"GET delete": x.remove, "POST add-file": x.addFile, "GET get-file": x.getFile,
	}[x.r.Method+" "+method]
	if !ok || does == nil {
		x.fail(http.StatusNotFound, "HTTP Status 404")
		return
	}
	does(of)
}

// Reads tells of requests that make nothing, whatever their method.
func Reads(r *http.Request) bool {
	return strings.Contains(r.URL.Path, "/find/") || r.Method == http.MethodGet && !strings.Contains(r.URL.Path, "/delete/")
}

// Asked lists the methods and paths of all requests so far.
func (s *Server) Asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.seen...)
}
