// Package line is the way to an http.Handler without a network, for stand-ins of
// servers: answers stream, break off and stand still as they do over a real line, and
// in a test with a clock of its own (testing/synctest) nothing waits for a socket.
package line

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
)

// To is the line to a handler; requests name hosts as they would outside.
func To(h http.Handler) http.RoundTripper { return to{h} }

type to struct{ h http.Handler }

var errLost = errors.New("the connection was closed before an answer came")

// RoundTrip implements http.RoundTripper. The answer is given as soon as its head is
// there, and its body streams.
func (l to) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(r.Context())
	in := r.Clone(ctx)
	in.Host, in.RequestURI = r.URL.Host, r.URL.RequestURI()
	if in.Body == nil {
		in.Body = http.NoBody
	}
	sent := &sending{ReadCloser: in.Body}
	in.Body = sent
	body, out := io.Pipe()
	w := &answer{header: http.Header{}, out: out, head: make(chan struct{})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		l.serve(w, in)
	}()
	select {
	case <-w.head:
	case <-done:
	case <-r.Context().Done():
		cancel()
		_ = body.Close() // nobody reads it
		return nil, r.Context().Err()
	}
	broke := sent.err.Load()
	if broke == nil && w.code == 0 {
		broke = &errLost
	}
	if broke != nil { // as a transport tells, whatever the server makes of half a request
		cancel()
		_ = body.Close() // nobody reads it
		return nil, *broke
	}
	return w.response(r, &closing{body, cancel}), nil
}

// serve lets the handler answer, and ends the answer as the handler does.
func (l to) serve(w *answer, in *http.Request) {
	defer func() {
		_ = in.Body.Close() // as a transport must
		if p := recover(); p != nil {
			w.abort()
			return
		}
		w.WriteHeader(http.StatusOK)
		_ = w.out.Close()
	}()
	l.h.ServeHTTP(w, in)
}

// sending is a request's body, and why it broke off.
type sending struct {
	io.ReadCloser
	err atomic.Pointer[error]
}

// Read implements io.Reader.
func (s *sending) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err.Store(&err)
	}
	return n, err
}

// closing ends the handler when the answer is closed.
type closing struct {
	*io.PipeReader
	cancel context.CancelFunc
}

// Close implements io.Closer.
func (c *closing) Close() error {
	c.cancel()
	return c.PipeReader.Close()
}

// answer is what the handler writes to.
type answer struct {
	header http.Header
	out    *io.PipeWriter
	head   chan struct{}
	once   sync.Once
	code   int
}

// response is the answer as a client sees it, once its head is there.
func (w *answer) response(r *http.Request, body io.ReadCloser) *http.Response {
	n := int64(-1)
	if v := w.header.Get("Content-Length"); v != "" {
		n, _ = strconv.ParseInt(v, 10, 64) // the handler wrote it
	}
	return &http.Response{
		Status: strconv.Itoa(w.code) + " " + http.StatusText(w.code), StatusCode: w.code, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.header, Body: body, ContentLength: n, Request: r,
	}
}

// Header implements http.ResponseWriter.
func (w *answer) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter.
func (w *answer) WriteHeader(code int) {
	w.once.Do(func() {
		w.code = code
		w.header = w.header.Clone()
		close(w.head)
	})
}

// Write implements io.Writer.
func (w *answer) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.out.Write(p)
}

// Flush implements http.Flusher: nothing is held back.
func (w *answer) Flush() { w.WriteHeader(http.StatusOK) }

// abort breaks the answer off; without a head there is none.
func (w *answer) abort() {
	w.once.Do(func() {})
	_ = w.out.CloseWithError(io.ErrUnexpectedEOF)
}
