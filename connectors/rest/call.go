package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/deskhaul/deskhaul/connectors"
)

// Call is one call. GET and HEAD make nothing and are repeated when they fail. Any
// other is repeated only if it surely did not arrive, or Harmless says that it
// makes nothing; else its error wraps connectors.ErrUnsure.
type Call struct {
	Method string // "" is GET
	// Path stands behind the client's base, or is a whole address, as answers
	// name the next page. One of another host gets no credentials.
	Path  string
	Query url.Values
	JSON  any   // sent as JSON, unless nil
	Body  *Body // sent as it is, unless nil
	// Harmless says that the call makes nothing, whatever its method: a search.
	Harmless bool
	// Acts says that the call makes or deletes something, though its method is GET: it is
	// neither repeated nor sent elsewhere. (The standard library may send it a second time
	// when a kept line turns out to be closed; a connector lets no such call do harm twice.)
	Acts bool
	// Before is when the call is not worth sending any more; zero is never. Waiting for
	// a turn, or for a server that turned it away, may take long. Its error then wraps
	// connectors.ErrBusy.
	Before time.Time
	Header http.Header
}

// Body is what is streamed to a server. Open may be called once for each attempt.
type Body struct {
	Type string // Content-Type
	Size int64  // bytes; -1 unknown
	Open func() (io.ReadCloser, error)
}

// JSON sends a call and decodes its answer into out, unless out is nil. What was
// read of a GET is thrown away and asked for again when the line breaks in the
// middle.
func (c *Client) JSON(ctx context.Context, call Call, out any) (http.Header, error) {
	for attempt := 0; ; attempt++ {
		resp, err := c.Do(ctx, call) //nolint:bodyclose // decode closes it
		if err != nil {
			return nil, err
		}
		err = c.decode(resp, call, out)
		if err == nil {
			return resp.Header, nil
		}
		var e *Error
		if !call.harmless() || !errors.As(err, &e) || !e.broken || attempt >= c.tries || ctx.Err() != nil {
			return nil, err
		}
		if err := sleep(ctx, c.wait(c.http.RetryWaitMin, c.http.RetryWaitMax, attempt, nil)); err != nil {
			return nil, err
		}
	}
}

// mostAnswer is up to how many bytes an answer is taken as data, unpacked: a few that
// are packed may be without end. The largest pages known have some ten million.
const mostAnswer = 256 << 20

func (c *Client) decode(resp *http.Response, call Call, out any) error {
	defer func() { _ = resp.Body.Close() }() // it was read, or is worth nothing
	if out == nil {
		_, err := io.Copy(io.Discard, resp.Body)
		return c.broken(resp, call, err)
	}
	body := bytes.Buffer{}
	if _, err := body.ReadFrom(io.LimitReader(resp.Body, int64(c.most)+1)); err != nil {
		return c.broken(resp, call, err)
	}
	if body.Len() > c.most {
		return c.tooMuch(resp, call)
	}
	if len(bytes.TrimSpace(body.Bytes())) == 0 && resp.StatusCode == http.StatusNoContent {
		return nil
	}
	if err := json.Unmarshal(body.Bytes(), out); err != nil {
		return c.garbled(resp, call, body.Bytes(), err)
	}
	c.sound.Store(true)
	return nil
}

// Do sends a call and returns its answer, whose status is 2xx and whose body must
// be closed. A body that stands still for two minutes ends with an error. Errors are
// of type *Error and wrap one of the connectors.Err values.
func (c *Client) Do(ctx context.Context, call Call) (*http.Response, error) {
	req, err := c.request(ctx, call)
	if err != nil {
		return nil, err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		if resp != nil { // the run was stopped while the last attempt was answered
			_ = resp.Body.Close()
		}
		return nil, c.failed(ctx, call, err)
	}
	if resp.StatusCode >= 300 {
		return nil, c.refused(resp, call)
	}
	return resp, nil
}

func (call *Call) harmless() bool {
	return !call.Acts && (call.Harmless || call.Method == "" || call.Method == http.MethodGet || call.Method == http.MethodHead)
}

func (call *Call) method() string {
	if call.Method == "" {
		return http.MethodGet
	}
	return call.Method
}

// request makes the request of a call.
func (c *Client) request(ctx context.Context, call Call) (*retryablehttp.Request, error) {
	address, err := c.address(call)
	if err != nil {
		return nil, err
	}
	ctx = context.WithValue(ctx, repeatsKey{}, &repeats{harmless: call.harmless(), before: call.Before})
	made := false
	body, kind, size, err := call.content(&made)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", call.method(), call.Path, err)
	}
	req, err := retryablehttp.NewRequestWithContext(ctx, call.method(), address.String(), body)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", call.method(), call.Path, err)
	}
	made = true
	if size >= 0 && body != nil {
		req.ContentLength = size
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "deskhaul")
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	for name, values := range call.Header {
		req.Header[name] = values
	}
	return req, nil
}

// content is the body in the library's form, its type and its size. The library opens
// a body for its length already when the request is made; that is not worth a download,
// so that nothing is opened before made says so.
func (call *Call) content(made *bool) (body any, kind string, size int64, err error) {
	switch {
	case call.JSON != nil:
		b, err := json.Marshal(call.JSON)
		if err != nil {
			return nil, "", 0, connectors.Refuse(connectors.ReasonRefused, "", "cannot be written as JSON: %w", err)
		}
		return b, "application/json", int64(len(b)), nil
	case call.Body != nil:
		open := call.Body.Open
		return retryablehttp.ReaderFunc(func() (io.Reader, error) {
			if !*made {
				return http.NoBody, nil
			}
			r, err := open()
			if err != nil {
				return nil, &unsent{error: err}
			}
			return r, nil
		}), call.Body.Type, call.Body.Size, nil
	}
	return nil, "", -1, nil
}

func (c *Client) address(call Call) (*url.URL, error) {
	var u *url.URL
	var err error
	if strings.HasPrefix(call.Path, "https://") || strings.HasPrefix(call.Path, "http://") {
		u, err = url.Parse(call.Path)
	} else {
		u, err = url.Parse(c.base.String() + "/" + strings.TrimPrefix(call.Path, "/"))
	}
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", call.method(), call.Path, err)
	}
	if len(call.Query) > 0 {
		q := u.Query()
		for name, values := range call.Query {
			q[name] = values
		}
		u.RawQuery = q.Encode()
	}
	return u, nil
}
