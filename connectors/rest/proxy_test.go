package rest

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
)

// What a proxy did not let through was never sent, so that nobody looks for it; the
// error names the proxy, and what refuses for good is asked once.
func TestProxyRefuses(t *testing.T) {
	for _, test := range []struct {
		status int
		means  error
		calls  int32
		hint   string
	}{
		{http.StatusProxyAuthRequired, connectors.ErrDenied, 1, "HTTPS_PROXY"},
		{http.StatusForbidden, connectors.ErrDenied, 1, "let this server through"},
		{http.StatusBadGateway, connectors.ErrBusy, 2, "502 Bad Gateway"},
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			var calls atomic.Int32
			proxy := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				calls.Add(1)
				w.WriteHeader(test.status)
			})
			c := clientOf(t, Options{Base: "https://desk.test", Wait: time.Millisecond, Settings: Settings{Retries: new(1), Proxy: proxy.URL}})
			_, err := c.JSON(t.Context(), Call{Method: method, Path: "x"}, nil)
			if !errors.Is(err, test.means) || errors.Is(err, connectors.ErrUnsure) || !strings.Contains(err.Error(), "the proxy 127.0.0.1") || !strings.Contains(err.Error(), test.hint) {
				t.Errorf("%s, %d: %v", method, test.status, err)
			}
			if calls.Load() != test.calls {
				t.Errorf("%s, %d: the proxy was asked %d times", method, test.status, calls.Load())
			}
		}
	}
}

// A certificate of another name, or one that has expired, is no matter of authorities.
func TestCertificateOfAnotherName(t *testing.T) {
	s := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(s.Close)
	line, ok := s.Client().Transport.(*http.Transport)
	if !ok {
		t.Fatal("no transport")
	}
	o := Options{Base: strings.Replace(s.URL, "127.0.0.1", "localhost", 1), Settings: Settings{Retries: new(1)}}
	o.Env.HTTP = &http.Client{Transport: line}
	_, err := clientOf(t, o).JSON(t.Context(), Call{Path: "x"}, nil)
	if !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), "the name that the certificate is for") {
		t.Error(err)
	}
	line.TLSClientConfig.Time = func() time.Time { return time.Now().AddDate(200, 0, 0) }
	o.Base = s.URL
	_, err = clientOf(t, o).JSON(t.Context(), Call{Path: "x"}, nil)
	if !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), "have the certificate renewed") {
		t.Error(err)
	}
}

// An answer of another shape is told without the names of our types.
func TestAnswerOfAnotherShape(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`[1, 2]`)) })
	_, err := clientOf(t, Options{Base: s.URL, Settings: Settings{Retries: new(1)}}).JSON(t.Context(), Call{Path: "x"}, new(struct{ User string }))
	if err == nil || strings.Contains(err.Error(), "Go") || !strings.Contains(err.Error(), "it is an array – look at url") {
		t.Error(err)
	}
}
