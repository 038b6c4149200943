package freshdesktest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
)

// Fault is what goes wrong with one request; zero nothing.
type Fault struct {
	// Status is answered, with Header and Body, and nothing else is done.
	Status int
	Header http.Header
	Body   string
	// Lose does what was asked and gives no answer.
	Lose bool
	// Half does what was asked and breaks off in the middle of the answer.
	Half bool
	// Stall does what was asked and stands still in the middle of the answer.
	Stall bool
	// Lie changes the answer's body.
	Lie func([]byte) []byte
}

func (f Fault) answer(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // a server that refuses has read it, or not
	for name, values := range f.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(f.Status)
	_, _ = io.WriteString(w, f.Body)
}

// pass gives on what was answered, as far as the fault lets it.
func (f Fault) pass(w http.ResponseWriter, r *http.Request, rec *httptest.ResponseRecorder) {
	if f.Lose {
		panic(http.ErrAbortHandler)
	}
	body := rec.Body.Bytes()
	if f.Lie != nil {
		body = f.Lie(body)
	}
	for name, values := range rec.Header() {
		w.Header()[name] = values
	}
	if len(body) > 0 {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(rec.Code)
	if !f.Half && !f.Stall {
		_, _ = w.Write(body)
		return
	}
	_, _ = w.Write(body[:len(body)/2])
	if flusher, ok := w.(http.Flusher); ok {
		flusher.Flush()
	}
	if f.Stall {
		<-r.Context().Done()
	}
	panic(http.ErrAbortHandler)
}

// answered runs a handler as a server would, without a network. The answer is given
// as soon as its head is there, and its body streams.
func answered(h http.Handler, r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(r.Context())
	in := r.Clone(ctx)
	in.Host, in.RequestURI = r.URL.Host, r.URL.RequestURI()
	if in.Body == nil {
		in.Body = http.NoBody
	}
	sent := &sending{ReadCloser: in.Body}
	in.Body = sent
	body, out := io.Pipe()
	w := &pipeWriter{header: http.Header{}, out: out, head: make(chan struct{})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			_ = in.Body.Close() // as a transport must
			if p := recover(); p != nil {
				w.abort()
				return
			}
			w.WriteHeader(http.StatusOK)
			_ = out.Close()
		}()
		h.ServeHTTP(w, in)
	}()
	select {
	case <-w.head:
	case <-done:
	case <-r.Context().Done():
		cancel()
		_ = body.Close() // nobody reads it
		return nil, r.Context().Err()
	}
	if w.code == 0 {
		cancel()
		if sent.err != nil { // as a transport tells
			return nil, sent.err
		}
		return nil, errLost
	}
	n := int64(-1)
	if v := w.header.Get("Content-Length"); v != "" {
		n, _ = strconv.ParseInt(v, 10, 64) // we wrote it
	}
	return &http.Response{
		Status: strconv.Itoa(w.code) + " " + http.StatusText(w.code), StatusCode: w.code, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.header, Body: &closing{body, cancel}, ContentLength: n, Request: r,
	}, nil
}

var errLost = errors.New("the connection was closed before an answer came")

// sending is a request's body, and why it broke off. Who asks has seen done closed.
type sending struct {
	io.ReadCloser
	err error
}

// Read implements io.Reader.
func (s *sending) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
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

type pipeWriter struct {
	header http.Header
	out    *io.PipeWriter
	head   chan struct{}
	once   sync.Once
	code   int
}

// Header implements http.ResponseWriter.
func (w *pipeWriter) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter.
func (w *pipeWriter) WriteHeader(code int) {
	w.once.Do(func() {
		w.code = code
		w.header = w.header.Clone()
		close(w.head)
	})
}

// Write implements io.Writer.
func (w *pipeWriter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.out.Write(p)
}

// abort breaks the answer off; without a head there is none.
func (w *pipeWriter) abort() {
	w.once.Do(func() {})
	_ = w.out.CloseWithError(io.ErrUnexpectedEOF)
}
