package zendesktest

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"time"
)

// Fault is what goes wrong with one request.
type Fault struct {
	Status int         // answered in place of what was asked for, which is not done
	Header http.Header // of that answer
	Body   string
	// Lost and Half: what was asked for is done; then the answer, or its second
	// half, never comes.
	Lost, Half bool
	// Slow is how long each byte of the answer takes.
	Slow time.Duration
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
func (a *Account) reply(r *http.Request) (reply, *Fault) {
	a.mu.Lock()
	f := a.fault
	a.mu.Unlock()
	var broken *Fault
	if f != nil {
		broken = f(r)
	}
	if broken == nil {
		return a.answer(r), new(Fault)
	}
	if broken.Status != 0 {
		out := reply{status: broken.Status, header: broken.Header.Clone(), body: []byte(broken.Body)}
		out.encode()
		return out, broken
	}
	out := a.answer(r)
	if b, ok := out.body.([]byte); ok && broken.Change != nil {
		out.body = broken.Change(b)
	}
	return out, broken
}

// ServeHTTP implements http.Handler.
func (a *Account) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out, broken := a.reply(r)
	if broken.Lost {
		panic(http.ErrAbortHandler)
	}
	for name, v := range out.header {
		w.Header()[name] = v
	}
	b, _ := out.body.([]byte)
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(out.status)
	if broken.Half {
		_, _ = w.Write(b[:len(b)/2])
		panic(http.ErrAbortHandler)
	}
	if broken.Slow > 0 {
		drip(w, b, broken.Slow)
		return
	}
	_, _ = w.Write(b) // who does not listen any more misses nothing
}

// drip writes byte by byte.
func drip(w http.ResponseWriter, b []byte, each time.Duration) {
	for i := range b {
		if _, err := w.Write(b[i : i+1]); err != nil {
			return
		}
		if f, ok := w.(http.Flusher); ok {
			f.Flush()
		}
		time.Sleep(each)
	}
}

// Line is the way to the account without a network.
func (a *Account) Line() http.RoundTripper { return line{a} }

type line struct{ a *Account }

// RoundTrip implements http.RoundTripper.
func (l line) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	in := r.Clone(r.Context())
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	if r.Body != nil {
		b, err := io.ReadAll(r.Body)
		_ = r.Body.Close() // all was read, or nothing counts
		if err != nil {
			return nil, err
		}
		in.Body = io.NopCloser(bytes.NewReader(b))
	}
	out, broken := l.a.reply(in)
	if broken.Lost {
		return nil, io.ErrUnexpectedEOF
	}
	b, _ := out.body.([]byte)
	body := io.Reader(bytes.NewReader(b))
	if broken.Half {
		body = io.MultiReader(bytes.NewReader(b[:len(b)/2]), cut{})
	}
	if broken.Slow > 0 {
		body = &dripping{b, broken.Slow, r.Context().Done()}
	}
	return &http.Response{
		StatusCode: out.status, Status: strconv.Itoa(out.status) + " " + http.StatusText(out.status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: out.header, Body: io.NopCloser(body), ContentLength: int64(len(b)), Request: r,
	}, nil
}

// cut is where a line breaks.
type cut struct{}

func (cut) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// dripping is a body that comes byte by byte, until nobody listens any more.
type dripping struct {
	left []byte
	each time.Duration
	gone <-chan struct{}
}

func (d *dripping) Read(p []byte) (int, error) {
	if len(d.left) == 0 {
		return 0, io.EOF
	}
	timer := time.NewTimer(d.each)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-d.gone:
		return 0, io.ErrUnexpectedEOF
	}
	n := copy(p, d.left[:1])
	d.left = d.left[n:]
	return n, nil
}

// Server is an account on loopback; the bytes of attachments are on another host,
// as the vendor's are.
type Server struct {
	*Account
	URL          string
	main, others *httptest.Server
}

// NewServer starts one; the caller closes it.
func NewServer(o Options) *Server {
	s := new(Server)
	later := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.ServeHTTP(w, r) })
	s.main, s.others = httptest.NewUnstartedServer(later), httptest.NewUnstartedServer(later)
	s.URL = "http://" + s.main.Listener.Addr().String()
	o.Base, o.Content = s.URL, "http://"+s.others.Listener.Addr().String()
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
