package conntest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func httpRules() []rule {
	on := []need{speaksHTTP, aTarget}
	return []rule{
		{"LostAnswer", "When the server acts and its answer is lost, the request is not sent again, and the call says ErrUnsure.", on, lostAnswer},
		{"NotSent", "When the server cannot be reached at all, nothing happened, and the call does not say ErrUnsure.", on, notSent},
		{"WriteMeanings", "What the server's answer to a write means: 401 and 403 ErrDenied, 404 ErrNotFound, 422 ErrRefused, 429 ErrBusy, 500 ErrUnsure.", on, writeMeanings},
		{"ReadMeanings", "What the server's answer to a read means: 401 and 403 ErrDenied; 429 ErrBusy; 500 ends the stream with an error and never as if all had been read.", []need{speaksHTTP, aSource}, readMeanings},
		{"Checkable", "What speaks HTTP is a Describer, as source and as target, whose Describe makes a call: 401 and 403 give ErrDenied, a lost line an error.", []need{speaksHTTP}, checkable},
		{"BadAnswer", "An answer that is no such thing as the system sends (HTML, half of it, nothing) ends a read with an error.", []need{speaksHTTP, aSource}, badAnswer},
	}
}

// writes tells whether a request may make something.
func isWrite(r *http.Request) bool {
	return r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodOptions
}

// breaker passes requests on and loses the answers to writes.
type breaker struct {
	next http.RoundTripper
	lose func(*http.Request) (*http.Response, error)
	mu   sync.Mutex
	sent int
}

func (b *breaker) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.next.RoundTrip(r)
	if !isWrite(r) || err != nil {
		return resp, err
	}
	b.mu.Lock()
	b.sent++
	b.mu.Unlock()
	if err := resp.Body.Close(); err != nil {
		return nil, err
	}
	return b.lose(r)
}

// canned answers every request by itself.
type canned func(*http.Request) (*http.Response, error)

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return nil, err
		}
		if err := r.Body.Close(); err != nil {
			return nil, err
		}
	}
	return c(r)
}

func status(code int, body string) canned {
	return func(r *http.Request) (*http.Response, error) {
		h := http.Header{"Content-Type": {"application/json"}, "Retry-After": {"0"}}
		return &http.Response{
			StatusCode: code, Status: fmt.Sprintf("%d %s", code, http.StatusText(code)), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Header: h, Body: io.NopCloser(bytes.NewReader([]byte(body))), ContentLength: int64(len(body)), Request: r,
		}, nil
	}
}

// firstSample is a record that can be created without any other.
func (r *rig) firstSample() desk.Record {
	for _, rec := range r.writable(crowd("http", 1)) {
		return r.link(rec)
	}
	return r.link(Sample(r.writes.Kinds[0])[0])
}

// tryCreate opens the target on an unbroken line, then breaks it and creates.
func (r *rig) tryCreate(ctx context.Context, broken func(http.RoundTripper) http.RoundTripper) error {
	line := &switched{}
	r.wrap = func(rt http.RoundTripper) http.RoundTripper {
		line.now = rt
		return line
	}
	d, err := r.open(ctx)
	if err != nil {
		return err
	}
	line.set(broken(line.now))
	_, err = d.Create(ctx, r.firstSample())
	r.forget()
	return err
}

// switched is a line that can be broken after it was opened.
type switched struct {
	mu  sync.Mutex
	now http.RoundTripper
}

func (s *switched) set(rt http.RoundTripper) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = rt
}

func (s *switched) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	rt := s.now
	s.mu.Unlock()
	return rt.RoundTrip(r)
}

func lostAnswer(ctx context.Context, r *rig) error {
	drop := func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF }
	for name, lose := range map[string]func(*http.Request) (*http.Response, error){
		"the line drops": drop, "the server says 500": status(500, "{}"), "a proxy says 502": status(502, "<html>"), "a proxy says 504": status(504, ""),
		"half an answer": status(201, `{"id": `),
	} {
		b := &breaker{lose: lose}
		err := r.tryCreate(ctx, func(rt http.RoundTripper) http.RoundTripper {
			b.next = rt
			return b
		})
		if !errors.Is(err, connectors.ErrUnsure) {
			return fmt.Errorf("%s after the server acted: %v, want ErrUnsure", name, said(err))
		}
		if b.sent != 1 {
			return fmt.Errorf("%s: the write was sent %d times", name, b.sent)
		}
	}
	return nil
}

func notSent(ctx context.Context, r *rig) error {
	err := r.tryCreate(ctx, func(http.RoundTripper) http.RoundTripper {
		return canned(func(*http.Request) (*http.Response, error) { return nil, dialFailure })
	})
	if err == nil || errors.Is(err, connectors.ErrUnsure) {
		return fmt.Errorf("the server could not be reached: %v", said(err))
	}
	return nil
}

func writeMeanings(ctx context.Context, r *rig) error {
	var errs []error
	for code, want := range map[int]error{
		401: connectors.ErrDenied, 403: connectors.ErrDenied, 404: connectors.ErrNotFound, 422: connectors.ErrRefused,
		429: connectors.ErrBusy, 500: connectors.ErrUnsure,
	} {
		err := r.tryCreate(ctx, func(http.RoundTripper) http.RoundTripper { return status(code, "{}") })
		if !errors.Is(err, want) {
			errs = append(errs, fmt.Errorf("%d gave %s, want %s", code, said(err), said(want)))
		}
	}
	return errors.Join(errs...)
}

// tryRead reads the first kind over a line that answers by itself.
func (r *rig) tryRead(ctx context.Context, answer canned) error {
	r.wrap = func(http.RoundTripper) http.RoundTripper { return answer }
	s, err := r.source(ctx)
	if err != nil {
		return err
	}
	_, err = list(s.Read(ctx, r.reads.Kinds[0], ""))
	return err
}

func readMeanings(ctx context.Context, r *rig) error {
	var errs []error
	for code, want := range map[int]error{401: connectors.ErrDenied, 403: connectors.ErrDenied, 429: connectors.ErrBusy, 500: nil} {
		if err := r.tryRead(ctx, status(code, "{}")); err == nil || want != nil && !errors.Is(err, want) {
			errs = append(errs, fmt.Errorf("%d gave %s, want %s", code, said(err), said(want)))
		}
	}
	return errors.Join(errs...)
}

func badAnswer(ctx context.Context, r *rig) error {
	for name, body := range map[string]string{"HTML": "<html>Please sign in", "half an answer": `{"items": [`, "nothing": ""} {
		if err := r.tryRead(ctx, status(200, body)); err == nil {
			return fmt.Errorf("%s was read as if it were all", name)
		}
	}
	return nil
}

func checkable(ctx context.Context, r *rig) error {
	var errs []error
	for name, answer := range map[string]canned{
		"401": status(401, "{}"), "403": status(403, "{}"), "a lost line": func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF },
	} {
		r.wrap = func(http.RoundTripper) http.RoundTripper { return answer }
		if r.hasSource() {
			s, err := r.source(ctx)
			errs = append(errs, described(ctx, "source, "+name, s, err, name != "a lost line"))
		}
		if r.hasTarget() {
			d, err := r.open(ctx)
			errs = append(errs, described(ctx, "target, "+name, d, err, name != "a lost line"))
		}
		r.forget()
	}
	return errors.Join(errs...)
}

// described asks an end that was opened, or not, over a broken line.
func described(ctx context.Context, name string, end any, err error, denied bool) error {
	if err == nil {
		d, ok := end.(connectors.Describer)
		if !ok {
			return fmt.Errorf("%s: it is no Describer: check could not try the credentials", name)
		}
		_, err = d.Describe(ctx)
	}
	if err == nil || denied && !errors.Is(err, connectors.ErrDenied) {
		return fmt.Errorf("%s: opening it and Describe said %s", name, said(err))
	}
	return nil
}
