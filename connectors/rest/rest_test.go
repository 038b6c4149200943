package rest

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// clientOf makes a client of a server that waits no longer than it must.
func clientOf(t *testing.T, o Options) *Client {
	t.Helper()
	o.Env.Log, o.Env.Now = slog.New(slog.DiscardHandler), time.Now
	if o.Env.HTTP == nil {
		o.Env.HTTP = &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()}
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	c.http.RetryWaitMin, c.http.RetryWaitMax = time.Millisecond, 5*time.Millisecond
	return c
}

func serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

func drop(w http.ResponseWriter) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

// What failed is sent again only if that can make nothing twice.
func TestRepeats(t *testing.T) {
	answer := func(status int, body string, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	lost := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		drop(w)
	}
	half := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, `{"id":`)
		drop(w)
	}
	for _, c := range []struct {
		name          string
		answer        http.HandlerFunc
		reads, writes int // how often it is sent, of at most 3
		read, write   error
	}{
		{"busy", answer(429, `{}`, "Retry-After", "0"), 3, 3, connectors.ErrBusy, connectors.ErrBusy},
		{"busy without a word", answer(429, `{}`), 3, 3, connectors.ErrBusy, connectors.ErrBusy},
		{"down for a while", answer(503, ``, "Retry-After", "0"), 3, 3, connectors.ErrBusy, connectors.ErrBusy},
		{"down", answer(503, ``), 3, 1, connectors.ErrBusy, connectors.ErrUnsure},
		{"broken", answer(500, `{}`), 3, 1, connectors.ErrBusy, connectors.ErrUnsure},
		{"bad gateway", answer(502, `<html>`), 3, 1, connectors.ErrBusy, connectors.ErrUnsure},
		{"lost answer", lost, 3, 1, connectors.ErrBusy, connectors.ErrUnsure},
		{"half an answer", half, 3, 1, connectors.ErrBusy, connectors.ErrUnsure},
		{"cut JSON", answer(200, `{"id":`), 3, 1, connectors.ErrBusy, connectors.ErrUnsure},
		{"a web page", answer(200, `<html>Please sign in`), 1, 1, connectors.ErrDenied, connectors.ErrUnsure},
		{"refused", answer(422, `{"message":"no"}`), 1, 1, connectors.ErrRefused, connectors.ErrRefused},
		{"denied", answer(401, `{}`), 1, 1, connectors.ErrDenied, connectors.ErrDenied},
		{"absent", answer(404, ``), 1, 1, connectors.ErrNotFound, connectors.ErrNotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			for method, want := range map[string]struct {
				sent  int
				means error
			}{http.MethodGet: {c.reads, c.read}, http.MethodPost: {c.writes, c.write}} {
				var sent atomic.Int32
				s := serve(t, func(w http.ResponseWriter, r *http.Request) {
					sent.Add(1)
					c.answer(w, r)
				})
				client := clientOf(t, Options{Base: s.URL, Settings: Settings{Retries: new(2)}})
				call := Call{Method: method, Path: "/tickets"}
				if method == http.MethodPost {
					call.JSON = map[string]string{"subject": "x"}
				}
				_, err := client.JSON(t.Context(), call, new(map[string]any))
				if !errors.Is(err, want.means) {
					t.Errorf("%s: %v, want %v", method, err, want.means)
				}
				if int(sent.Load()) != want.sent {
					t.Errorf("%s was sent %d times, want %d", method, sent.Load(), want.sent)
				}
			}
		})
	}
}

// What never left is sent again, and is not in doubt.
func TestNeverSent(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	client := clientOf(t, Options{Base: address, Settings: Settings{Retries: new(2)}})
	_, err = client.JSON(t.Context(), Call{Method: http.MethodPost, Path: "x", JSON: 1}, nil)
	if !errors.Is(err, connectors.ErrBusy) || errors.Is(err, connectors.ErrUnsure) || !strings.Contains(err.Error(), "cannot be reached") {
		t.Error(err)
	}
}

func TestErrorsAreOneSentence(t *testing.T) {
	for _, c := range []struct {
		status     int
		body, want string
	}{
		{422, `{"description":"Validation failed"}`, "POST /tickets: 422 Unprocessable Entity: Validation failed"},
		{400, "line one\n\tline two\x00", "POST /tickets: 400 Bad Request: line one line two"},
		{404, "<html><body>" + strings.Repeat("x", 1000), "POST /tickets: 404 Not Found: a web page"},
		{403, "", "POST /tickets: 403 Forbidden – the account lacks this right: give it, or use another account"},
	} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(c.status)
			_, _ = io.WriteString(w, c.body)
		})
		client := clientOf(t, Options{Base: s.URL, Explain: func(_ int, body []byte) (string, error) {
			_, text, _ := strings.Cut(string(body), `"description":"`)
			return strings.TrimSuffix(text, `"}`), nil
		}})
		_, err := client.JSON(t.Context(), Call{Method: http.MethodPost, Path: "/tickets?email=ann@example.com", JSON: 1}, nil)
		if err == nil || err.Error() != c.want {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
	}
}

// What a server repeats of a secret is not shown.
func TestErrorsShowNoSecrets(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(422)
		_, _ = io.WriteString(w, "the token s3 cret/1 is not known: "+r.URL.String())
	})
	c := clientOf(t, Options{Base: s.URL, Secrets: []connectors.Secret{"s3 cret/1", ""}})
	_, err := c.JSON(t.Context(), Call{Path: "/x/s3%20cret%2F1?token=" + "s3+cret%2F1"}, nil)
	if err == nil || strings.Contains(err.Error(), "cret") || !strings.Contains(err.Error(), "is not known") {
		t.Error(err)
	}
}

func TestFormsAreStreamed(t *testing.T) {
	type got struct{ field, file, name, kind string }
	var form got
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseMultipartForm(1 << 20); err != nil {
			t.Error(err)
			return
		}
		form.field = r.FormValue("JSON")
		f, h, err := r.FormFile("Attachments")
		if err != nil {
			t.Error(err)
			return
		}
		b, _ := io.ReadAll(f)
		form.file, form.name, form.kind = string(b), h.Filename, h.Header.Get("Content-Type")
		_, _ = io.WriteString(w, `{}`)
	})
	file := &desk.File{Name: "пример \"1\".txt", Type: "text/plain", Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("bytes")), nil
	}}
	call := Call{Method: http.MethodPost, Path: "x", Body: Form(Text("JSON", `{"a":1}`), FilePart(t.Context(), "Attachments", file))}
	if _, err := clientOf(t, Options{Base: s.URL}).JSON(t.Context(), call, nil); err != nil {
		t.Fatal(err)
	}
	if want := (got{`{"a":1}`, "bytes", "пример \"1\".txt", "text/plain"}); form != want {
		t.Errorf("got %+v, want %+v", form, want)
	}
}

// A file that the source cannot read is no fault of the target's: nothing is in doubt.
func TestUnreadableFileIsNotInDoubt(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, `{}`)
	})
	torn := &desk.File{Name: "torn", Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader("some"), &failing{})), nil
	}}
	call := Call{Method: http.MethodPost, Path: "x", Body: Form(FilePart(t.Context(), "file", torn))}
	_, err := clientOf(t, Options{Base: s.URL}).JSON(t.Context(), call, nil)
	if errors.Is(err, connectors.ErrUnsure) || !errors.Is(err, connectors.ErrBusy) || !strings.Contains(fmt.Sprint(err), `file "torn"`) {
		t.Error(err)
	}
}

type failing struct{}

func (*failing) Read([]byte) (int, error) { return 0, errors.New("bad sector") }

// A server that repeats the credentials is not quoted with them, packed or not.
func TestRepeatedCredentialsAreMasked(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, password, _ := r.BasicAuth()
		_, _ = fmt.Fprintf(w, "bad request, with %s, which is %q", r.Header.Get("Authorization"), password)
	})
	const secret = `s3cr3t-"token"`
	client := clientOf(t, Options{Base: s.URL, Sign: Basic("ann/token", secret), Secrets: []connectors.Secret{secret}})
	_, err := client.JSON(t.Context(), Call{Path: "/1"}, nil)
	if err == nil || !strings.Contains(err.Error(), "which is") || strings.Contains(err.Error(), "s3cr3t") ||
		strings.Contains(err.Error(), base64.StdEncoding.EncodeToString([]byte("ann/token:"+secret))) {
		t.Error(err)
	}
}
