package zendesktest

import (
	"net/http"
	"net/http/httptest"
	"strconv"

	"github.com/deskhaul/deskhaul/connectors/conntest/line"
)

// Fault is what goes wrong with one request.
type Fault struct {
	Status int         // answered in place of what was asked for, which is not done
	Header http.Header // of that answer
	Body   string
	// Change alters the answer, as an endpoint that lies does.
	Change func(body []byte) []byte
}

// Break makes requests go wrong for which f returns a fault; nil ends it.
func (a *Account) Break(f func(*http.Request) *Fault) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.fault = f
}

// reply answers a request with what goes wrong with it.
func (a *Account) reply(r *http.Request) reply {
	a.mu.Lock()
	f := a.fault
	a.mu.Unlock()
	var broken *Fault
	if f != nil {
		broken = f(r)
	}
	if broken == nil {
		return a.answer(r)
	}
	if broken.Status != 0 {
		out := reply{status: broken.Status, header: broken.Header.Clone(), body: []byte(broken.Body)}
		out.encode()
		return out
	}
	out := a.answer(r)
	if b, ok := out.body.([]byte); ok && broken.Change != nil {
		out.body = broken.Change(b)
	}
	return out
}

// ServeHTTP implements http.Handler.
func (a *Account) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out := a.reply(r)
	for name, v := range out.header {
		w.Header()[name] = v
	}
	b, _ := out.body.([]byte)
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.Header().Set("Date", a.now().UTC().Format(http.TimeFormat))
	w.WriteHeader(out.status)
	_, _ = w.Write(b) // who does not listen any more misses nothing
}

// Line is the way to the account without a network.
func (a *Account) Line() http.RoundTripper { return line.To(a) }

// Server is an account on loopback; the bytes of attachments are on another host,
// as the vendor's are.
type Server struct {
	*Account
	URL          string
	main, others *httptest.Server
}

// NewServer starts one; the caller closes it. What stands before it, such as weather,
// is given. Base is the address of a line to it, if there is one.
func NewServer(o Options, before ...func(http.Handler) http.Handler) *Server {
	s := new(Server)
	var later http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.ServeHTTP(w, r) })
	for _, wrap := range before {
		later = wrap(later)
	}
	s.main, s.others = httptest.NewUnstartedServer(later), httptest.NewUnstartedServer(later)
	s.URL = "http://" + s.main.Listener.Addr().String()
	o.Base, o.Content = orText(o.Base, s.URL), "http://"+s.others.Listener.Addr().String()
	s.Account = New(o)
	s.main.Start()
	s.others.Start()
	return s
}

// Close ends it.
func (s *Server) Close() {
	s.main.Close()
	s.others.Close()
}
