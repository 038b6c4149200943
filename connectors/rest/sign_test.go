package rest

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
)

// A token in the address is seen by the account's own host alone: no trace shows it, no log,
// no error, and no other host, though the account repeats the whole address to it.
func TestQuery(t *testing.T) {
	const token = "s3cr+et/t0ken"
	var mu sync.Mutex
	var elsewhere []string
	other := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		elsewhere = append(elsewhere, r.URL.String()+" "+r.Header.Get("Referer")+" "+r.Header.Get("Authorization"))
		_, _ = io.WriteString(w, "bytes")
	})
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("api_token") != token || r.URL.Query().Get("page") == "" {
			t.Errorf("asked for %s", r.URL.Path)
		}
		switch r.URL.Path {
		case "/api/ok":
			_, _ = io.WriteString(w, `{}`)
		case "/api/moved":
			http.Redirect(w, r, "/api/file?"+r.URL.RawQuery, http.StatusFound)
		case "/api/file":
			http.Redirect(w, r, other.URL+"/file", http.StatusFound)
		case "/api/busy":
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusTooManyRequests)
		case "/api/gossip":
			w.WriteHeader(http.StatusUnprocessableEntity)
			_, _ = io.WriteString(w, "nothing at "+r.URL.String())
		default:
			drop(w)
		}
	})
	var said bytes.Buffer
	line := Trace(http.DefaultTransport.(*http.Transport).Clone(), &said, time.Now)
	c := clientOf(t, Options{
		Base: s.URL + "/api", Sign: Query("api_token", token), Secrets: []connectors.Secret{token}, Settings: Settings{Retries: new(2)},
		Env: connectors.Env{HTTP: &http.Client{Transport: line}},
	})
	c.log = slog.New(slog.NewTextHandler(&said, nil))
	for _, path := range []string{"ok", "moved", "busy", "gossip", "lost"} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			if path == "moved" && method == http.MethodPost {
				continue
			}
			resp, err := c.Do(t.Context(), Call{Method: method, Path: path, Query: map[string][]string{"page": {"1"}}})
			if err == nil {
				err = resp.Body.Close()
			}
			if err != nil {
				said.WriteString(err.Error() + "\n")
			}
		}
	}
	if out := said.String(); !strings.Contains(out, "/api/gossip") || strings.Contains(out, "s3cr") || strings.Contains(out, "t0ken") {
		t.Errorf("it is told:\n%s", out)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(elsewhere) != 1 || strings.Contains(elsewhere[0], "s3cr") {
		t.Errorf("another host was told %q", elsewhere)
	}
}
