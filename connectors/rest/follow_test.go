package rest

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
)

// Credentials go to the account's host, and nowhere else.
func TestCredentialsDoNotFollow(t *testing.T) {
	var elsewhere, here string
	other := serve(t, func(w http.ResponseWriter, r *http.Request) {
		elsewhere = r.Header.Get("Authorization")
		_, _ = io.WriteString(w, `{}`)
	})
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		here = r.Header.Get("Authorization")
		http.Redirect(w, r, strings.Replace(other.URL, "127.0.0.1", "localhost", 1)+"/file", http.StatusFound)
	})
	client := clientOf(t, Options{Base: s.URL, Sign: Bearer("s3cret")})
	if _, err := client.JSON(t.Context(), Call{Path: "/attachment/1"}, nil); err != nil {
		t.Fatal(err)
	}
	if here != "Bearer s3cret" || elsewhere != "" {
		t.Errorf("the account's host got %q, the other %q", here, elsewhere)
	}
	elsewhere = ""
	if _, err := client.JSON(t.Context(), Call{Path: other.URL + "/signed"}, nil); err != nil || elsewhere != "" {
		t.Errorf("a whole address of another host got %q, %v", elsewhere, err)
	}
}

// Nor do they go in the clear where the account is spoken to in secret, though an answer
// names an address without the "s": systems behind a proxy do.
func TestCredentialsAreNeverInTheClear(t *testing.T) {
	for base, want := range map[string]string{"https://desk.test": "https", "http://desk.test": "http"} {
		for _, led := range []bool{false, true} {
			line := &led302{led: led}
			client := clientOf(t, Options{Base: base, Sign: Bearer("s3cret"), Env: connectors.Env{HTTP: &http.Client{Transport: line}}})
			path := "http://desk.test/page/2"
			if led {
				path = "/page/1"
			}
			if _, err := client.JSON(t.Context(), Call{Path: path}, nil); err != nil {
				t.Fatal(err)
			}
			if last := line.asked[len(line.asked)-1]; last.URL.Scheme != want || last.Header.Get("Authorization") != "Bearer s3cret" {
				t.Errorf("%s, led there %v: asked %s with %q", base, led, last.URL, last.Header.Get("Authorization"))
			}
		}
	}
}

// led302 leads the first request, if it is to, to an address without the "s".
type led302 struct {
	led   bool
	asked []*http.Request
}

func (l *led302) RoundTrip(r *http.Request) (*http.Response, error) {
	l.asked = append(l.asked, r)
	resp := &http.Response{StatusCode: http.StatusNoContent, Header: http.Header{}, Body: http.NoBody, Request: r}
	if l.led && len(l.asked) == 1 {
		resp.StatusCode = http.StatusFound
		resp.Header.Set("Location", "http://desk.test/page/2")
	}
	return resp, nil
}

// Where an answer leads is told without what may be secret in it, and a circle is not
// gone round again.
func TestWhereItLeadsShowsNoSecrets(t *testing.T) {
	asked := 0
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked++
		http.Redirect(w, r, "/round?signature=s3cret", http.StatusFound)
	})
	c := clientOf(t, Options{Base: s.URL})
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		asked = 0
		_, err := c.JSON(t.Context(), Call{Method: method, Path: "/round?signature=s3cret"}, nil)
		if err == nil || strings.Contains(err.Error(), "s3cret") || !strings.Contains(err.Error(), "/round") || asked > 10 {
			t.Errorf("%s, asked %d times: %v", method, asked, err)
		}
	}
}

// A write that is led elsewhere would arrive as a read.
func TestWritesAreNotLedElsewhere(t *testing.T) {
	var methods []string
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		methods = append(methods, r.Method)
		http.Redirect(w, r, "/elsewhere", http.StatusMovedPermanently)
	})
	_, err := clientOf(t, Options{Base: s.URL}).JSON(t.Context(), Call{Method: http.MethodPost, Path: "/tickets", JSON: 1}, nil)
	if !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), "/elsewhere") || len(methods) != 1 {
		t.Errorf("%v after %q", err, methods)
	}
}
