package rest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
)

// issuer is a server whose refresh tokens can be used once, and whose tokens are good
// until it says otherwise.
type issuer struct {
	*httptest.Server
	mu     sync.Mutex
	issued int    // tokens
	good   string // the token that is
	next   string // the refresh token that is
	made   int    // by POST
	fail   []int  // the statuses of the next answers about tokens
	asked  []string
}

func newIssuer(t *testing.T) *issuer {
	s := &issuer{next: "refresh-0"}
	s.Server = serve(t, func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if r.URL.Path == "/token" {
			s.token(w, r)
			return
		}
		body, _ := io.ReadAll(r.Body)
		switch {
		case s.good == "" || r.Header.Get("Authorization") != "Bearer "+s.good:
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = fmt.Fprintf(w, "the token %s has expired", r.Header.Get("Authorization"))
		case r.Method == http.MethodPost && string(body) == `{"a":1}`:
			s.made++
			fallthrough
		default:
			_, _ = io.WriteString(w, "{}")
		}
	})
	return s
}

func (s *issuer) token(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	s.asked = append(s.asked, r.Form.Get("grant_type"))
	w.Header().Set("Content-Type", "application/json")
	refresh := r.Form.Get("refresh_token")
	switch {
	case len(s.fail) > 0:
		w.WriteHeader(s.fail[0])
		s.fail = s.fail[1:]
		return
	case r.Form.Get("grant_type") == "refresh_token" && refresh != s.next:
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": "invalid_grant", "error_description": "unknown token " + refresh})
		return
	}
	s.issued++
	s.good, s.next = fmt.Sprint("access-", s.issued), fmt.Sprint("refresh-", s.issued)
	_ = json.NewEncoder(w).Encode(map[string]any{"access_token": s.good, "token_type": "bearer", "expires_in": 3600, "refresh_token": s.next})
}

func (s *issuer) expire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.good = ""
}

func (s *issuer) settings(file string) OAuth {
	return OAuth{TokenURL: s.URL + "/token", ClientID: "id", ClientSecret: "hush", RefreshToken: "refresh-0", File: file}
}

func post(t *testing.T, c *Client) error {
	_, err := c.JSON(t.Context(), Call{Method: http.MethodPost, Path: "/things", JSON: map[string]int{"a": 1}}, nil)
	return err
}

// A token that the server no longer takes is renewed once, however many calls meet
// it, and each call is made once.
func TestTokensAreRenewed(t *testing.T) {
	s := newIssuer(t)
	c := clientOf(t, Options{Base: s.URL, OAuth: s.settings("")})
	for round := range 3 {
		var calls sync.WaitGroup
		for range 20 {
			calls.Go(func() {
				if err := post(t, c); err != nil {
					t.Error(err)
				}
			})
		}
		calls.Wait()
		if s.made != 20*(round+1) || s.issued != round+1 {
			t.Fatalf("round %d: %d made, %d tokens", round, s.made, s.issued)
		}
		s.expire()
	}
	// A body that is streamed begins anew.
	body := &Body{Type: "application/json", Size: 7, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(`{"a":1}`)), nil }}
	if _, err := c.JSON(t.Context(), Call{Method: http.MethodPost, Path: "/things", Body: body}, nil); err != nil || s.made != 61 {
		t.Errorf("streamed: %v, %d made", err, s.made)
	}
}

// Renewed tokens are there for the next run, for nobody else to read; new ones in the
// configuration count more.
func TestTokensAreKept(t *testing.T) {
	s := newIssuer(t)
	file := filepath.Join(t.TempDir(), "tokens")
	for range 3 {
		if err := post(t, clientOf(t, Options{Base: s.URL, OAuth: s.settings(file)})); err != nil {
			t.Fatal(err)
		}
		s.expire()
	}
	st, err := os.Stat(file)
	if err != nil || st.Mode().Perm() != 0o600 || s.issued != 3 {
		t.Errorf("%v, %v, %d tokens", st, err, s.issued)
	}
	anew := s.settings(file)
	anew.RefreshToken, s.next = "from a person", "from a person"
	if err := post(t, clientOf(t, Options{Base: s.URL, OAuth: anew})); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := New(Options{Base: s.URL, OAuth: anew, Env: connectors.Env{HTTP: s.Client()}}); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("a file that is none: %v", err)
	}
}

// Without a refresh token the program asks in its own name. What fails for a moment
// is tried again; what is refused ends the run, and says nothing secret.
func TestTokensThatAreRefused(t *testing.T) {
	s := newIssuer(t)
	own := s.settings("")
	own.RefreshToken = ""
	s.fail = []int{503, 429}
	if err := post(t, clientOf(t, Options{Base: s.URL, OAuth: own})); err != nil || s.made != 1 || s.asked[0] != "client_credentials" {
		t.Errorf("%v, %d made, asked %q", err, s.made, s.asked)
	}
	s.expire()
	wrong := s.settings("")
	wrong.RefreshToken = "used-before"
	err := post(t, clientOf(t, Options{Base: s.URL, OAuth: wrong}))
	if !errors.Is(err, connectors.ErrDenied) || strings.Contains(err.Error(), "used-before") || !strings.Contains(err.Error(), "invalid_grant") {
		t.Errorf("%v", err)
	}
	// What stays broken is told, without the token that the server named.
	c := clientOf(t, Options{Base: s.URL, OAuth: own})
	_ = post(t, c)
	s.expire()
	s.fail = slices.Repeat([]int{500}, 100)
	if err := post(t, c); err == nil || strings.Contains(err.Error(), "access-") {
		t.Errorf("%v", err)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := c.JSON(stopped, Call{Path: "/x"}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

func TestOAuthSettings(t *testing.T) {
	for want, o := range map[string]OAuth{
		"token_url":     {ClientID: "a", RefreshToken: "b", TokenURL: "nowhere"},
		"client_id":     {RefreshToken: "b", TokenURL: "https://x.example"},
		"refresh_token": {ClientID: "a", TokenURL: "https://x.example"},
	} {
		if err := o.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
		if !o.Given() {
			t.Errorf("%s: not given", want)
		}
	}
	if (OAuth{}).Given() {
		t.Error("nothing is given")
	}
}

// A token that cannot be kept is not used: the one in the file may not be good again,
// and the next run would stand there without any.
func TestTokenThatCannotBeKept(t *testing.T) {
	s := newIssuer(t)
	folder := filepath.Join(t.TempDir(), "later")
	c := clientOf(t, Options{Base: s.URL, Settings: Settings{Retries: new(2)}, OAuth: s.settings(filepath.Join(folder, "tokens"))})
	if err := post(t, c); err == nil || !strings.Contains(err.Error(), "oauth.file") || s.made != 0 {
		t.Errorf("%v, %d made", err, s.made)
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := post(t, c); err != nil || s.made != 1 || s.issued != 1 {
		t.Errorf("once it can: %v, %d made, %d tokens", err, s.made, s.issued)
	}
}
