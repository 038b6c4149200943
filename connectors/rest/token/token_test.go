package token_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest/token"
	"github.com/deskhaul/deskhaul/connectors/rest/token/tokentest"
)

// near is the way to a handler without a network, so that time can be the test's.
type near struct{ http.Handler }

func (n near) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	n.ServeHTTP(w, r)
	return w.Result(), nil
}

func clientOf(s *tokentest.Issuer) token.Client {
	return token.Client{ID: s.ID, Secret: connectors.Secret(s.Secret), TokenURL: "https://issuer.test/token", DeviceURL: "https://issuer.test/device", AuthURL: "https://issuer.test/authorize", Scopes: []string{"mail", "offline_access"}}
}

// person notes what is asked of it, and writes lines.
type person struct {
	visits []connectors.Visit
	on     func(connectors.Visit)
	lines  chan string
}

func (p *person) Visit(v connectors.Visit) error {
	p.visits = append(p.visits, v)
	if p.on != nil {
		p.on(v)
	}
	return nil
}

func (p *person) Browser() bool { return false }

func (p *person) Line(ctx context.Context) (string, error) {
	select {
	case l, ok := <-p.lines:
		if !ok {
			return "", io.EOF
		}
		return l, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// A device asks as often as it may and no more, also when it is told to slow down; what
// ends the login is one sentence.
func TestDevice(t *testing.T) {
	for name, c := range map[string]struct {
		decide func(int) string
		fail   []int
		took   time.Duration // 0: not looked at
		err    string
	}{
		"yes at once": {took: 5 * time.Second},
		"yes at the third question": {
			decide: func(n int) string { return []string{"authorization_pending", "authorization_pending", ""}[n-1] }, took: 15 * time.Second,
		},
		"told to slow down": {
			decide: func(n int) string { return []string{"slow_down", "authorization_pending", ""}[n-1] }, took: 25 * time.Second,
		},
		"the server stumbles": {fail: []int{503}, took: 15 * time.Second},
		"declined":            {decide: func(int) string { return "access_denied" }, err: "the login was declined in the browser: nothing more will be accepted – run it again and accept what the page asks for"},
		"nobody comes":        {decide: func(int) string { return "authorization_pending" }, took: 15 * time.Minute, err: "nobody entered the code in time: nothing more will be accepted – run it again and enter the new code"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := tokentest.New("id")
				s.Decide, s.Fail = c.decide, c.fail
				p := &person{}
				begin := time.Now()
				got, err := clientOf(s).Device(t.Context(), &http.Client{Transport: near{s}}, p)
				if c.err != "" {
					if err == nil || err.Error() != c.err || !errors.Is(err, connectors.ErrDenied) {
						t.Errorf("got %v\nwant %s", err, c.err)
					}
				} else if err != nil || !s.Good(got.AccessToken) || got.RefreshToken == "" {
					t.Errorf("%v, %v", got, err)
				}
				if c.took > 0 && time.Since(begin) != c.took {
					t.Errorf("took %s", time.Since(begin))
				}
				if len(p.visits) != 1 || p.visits[0].Code != "WDJB-MJHT" || p.visits[0].Address != "https://issuer.test/device" || p.visits[0].Until.Sub(begin) != 15*time.Minute {
					t.Errorf("%+v", p.visits)
				}
				if len(s.Broken()) > 0 {
					t.Errorf("rules broken: %v", s.Broken())
				}
			})
		})
	}
}

// What the issuer has against the program itself says where to look.
func TestDeviceThatIsRefused(t *testing.T) {
	s := tokentest.New("id")
	c := clientOf(s)
	c.ID = "other"
	_, err := c.Device(t.Context(), &http.Client{Transport: near{s}}, &person{})
	if err == nil || !strings.Contains(err.Error(), "look at oauth.client_id") {
		t.Error(err)
	}
	c = clientOf(s)
	c.Scopes = []string{"https://mail.google.com/"}
	_, err = c.Device(t.Context(), &http.Client{Transport: near{s}}, &person{})
	if err == nil || !strings.Contains(err.Error(), "look at oauth.scopes") {
		t.Error(err)
	}
}

// A browser comes back by itself, or the person writes where it ended. A page that
// guesses is turned away.
func TestBrowser(t *testing.T) {
	s := tokentest.New("id")
	web := &http.Client{Transport: near{s}}
	real := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	end := func(v connectors.Visit) string {
		resp, err := near{s}.RoundTrip(httptest.NewRequest(http.MethodGet, v.Address, nil))
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		return resp.Header.Get("Location")
	}
	for name, on := range map[string]func(p *person, v connectors.Visit){
		"comes back": func(_ *person, v connectors.Visit) {
			u, _ := url.Parse(end(v))
			guess := *u
			guess.RawQuery = "code=guessed&state=guessed"
			for address, status := range map[string]int{guess.String(): http.StatusNotFound, u.String(): http.StatusOK} {
				resp, err := real.Get(address)
				if err != nil {
					t.Fatal(err)
				}
				_ = resp.Body.Close()
				if resp.StatusCode != status && address == u.String() {
					t.Errorf("%s: %d", address, resp.StatusCode)
				}
			}
		},
		"is pasted": func(p *person, v connectors.Visit) { p.lines <- ""; p.lines <- " " + end(v) + "\n" },
	} {
		t.Run(name, func(t *testing.T) {
			p := &person{lines: make(chan string, 2)}
			p.on = func(v connectors.Visit) { on(p, v) }
			got, err := clientOf(s).Browser(t.Context(), web, p, "127.0.0.1", oauth2.AccessTypeOffline)
			if err != nil || !s.Good(got.AccessToken) {
				t.Errorf("%v, %v", got, err)
			}
		})
	}
	wrong := &person{lines: make(chan string, 1)}
	wrong.lines <- "http://127.0.0.1/?code=x&state=y"
	if _, err := clientOf(s).Browser(t.Context(), web, wrong, "127.0.0.1"); !errors.Is(err, connectors.ErrDenied) {
		t.Error(err)
	}
	declined := &person{lines: make(chan string, 1)}
	declined.on = func(v connectors.Visit) {
		u, _ := url.Parse(v.Address)
		declined.lines <- "http://127.0.0.1/?error=access_denied&state=" + u.Query().Get("state")
	}
	if _, err := clientOf(s).Browser(t.Context(), web, declined, "127.0.0.1"); err == nil || !strings.Contains(err.Error(), "declined in the browser") {
		t.Error(err)
	}
}

// vault is one in memory that may be full.
type vault struct {
	mu   sync.Mutex
	by   map[string]connectors.Secret
	full bool
	puts int
}

func (v *vault) Get(_ context.Context, name string) (connectors.Secret, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.by[name], nil
}

func (v *vault) Put(_ context.Context, name string, s connectors.Secret) (string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.full {
		return "", errors.New("no room")
	}
	v.by[name] = s
	v.puts++
	return "memory", nil
}

func renewer(t *testing.T, s *tokentest.Issuer, k token.Keep, refresh string) *token.Renewer {
	r, err := token.NewRenewer(t.Context(), token.Options{
		Client: clientOf(s), Refresh: connectors.Secret(refresh), Keep: k, HTTP: &http.Client{Transport: near{s}},
		Warn: func(s string) { t.Log(s) }, Again: "log in again", Keeper: "oauth.file",
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Thirty hours of many connections: one token for all, renewed before it expires, each
// refresh token used once and kept before the token is used.
func TestLongRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := tokentest.New("id")
		v := &vault{by: map[string]connectors.Secret{}}
		k := token.InVault{Vault: v, Name: "ann", Of: token.Of("https://issuer.test/token", "id", "")}
		if where, err := k.Put(t.Context(), &oauth2.Token{RefreshToken: s.Issue()}); err != nil || where != "memory" {
			t.Fatal(where, err)
		}
		r := renewer(t, s, k, "")
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				for end := time.Now().Add(30 * time.Hour); time.Now().Before(end); {
					got, err := r.Token(t.Context())
					if err != nil || !s.Good(got.AccessToken) {
						t.Errorf("%v, %v", got, err)
						return
					}
					time.Sleep(7*time.Minute + time.Duration(i)*time.Second)
				}
			})
		}
		all.Wait()
		if n := s.Issued(); n < 25 || n > 32 {
			t.Errorf("%d tokens in 30 hours", n)
		}
		// The next run goes on with what was kept.
		if got, err := renewer(t, s, k, "").Token(t.Context()); err != nil || !s.Good(got.AccessToken) {
			t.Error(got, err)
		}
	})
}

// A token that is refused is renewed once, however many meet it.
func TestRefusedOnce(t *testing.T) {
	s := tokentest.New("id")
	r := renewer(t, s, nil, s.Issue())
	was, err := r.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.Expire()
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if err := r.Refused(t.Context(), was.AccessToken); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if now, err := r.Token(t.Context()); err != nil || !s.Good(now.AccessToken) || s.Issued() != 3 {
		t.Errorf("%v, %v, %d issued", now, err, s.Issued())
	}
}

// What cannot be kept is not used, and is kept as soon as it can be: it is the only
// refresh token that is still good.
func TestKeptBeforeUsed(t *testing.T) {
	s := tokentest.New("id")
	v := &vault{by: map[string]connectors.Secret{}}
	k := token.InVault{Vault: v, Name: "ann", Of: "x"}
	if _, err := k.Put(t.Context(), &oauth2.Token{RefreshToken: s.Issue()}); err != nil {
		t.Fatal(err)
	}
	r := renewer(t, s, k, "")
	v.full = true
	for range 2 {
		if got, err := r.Token(t.Context()); err == nil {
			t.Errorf("%v was used", got)
		}
	}
	v.full = false
	if got, err := r.Token(t.Context()); err != nil || !s.Good(got.AccessToken) || s.Issued() != 2 {
		t.Errorf("%v, %v, %d issued", got, err, s.Issued())
	}
	if _, err := renewer(t, s, k, "").Token(t.Context()); err != nil {
		t.Error(err)
	}
}

// Two processes with one login: the one whose refresh token was used up takes the one
// that the other kept.
func TestTwoProcesses(t *testing.T) {
	s := tokentest.New("id")
	file := token.File{Path: filepath.Join(t.TempDir(), "t"), Of: "x", Setting: "oauth.file"}
	if err := file.Save(t.Context(), &oauth2.Token{RefreshToken: s.Issue()}); err != nil {
		t.Fatal(err)
	}
	a, b := renewer(t, s, file, ""), renewer(t, s, file, "")
	for i, r := range []*token.Renewer{a, b, a, b} {
		was, err := r.Token(t.Context())
		if err != nil {
			t.Fatalf("%d: %v", i, err)
		}
		s.Expire()
		if err := r.Refused(t.Context(), was.AccessToken); err != nil {
			t.Fatalf("%d: %v", i, err)
		}
		if now, err := r.Token(t.Context()); err != nil || !s.Good(now.AccessToken) {
			t.Errorf("%d: %v, %v", i, now, err)
		}
	}
	if st, err := os.Stat(file.Path); err != nil || st.Mode().Perm() != 0o600 {
		t.Error(st, err)
	}
}

// A refresh token that was withdrawn ends the run in one sentence without it.
func TestRevoked(t *testing.T) {
	s := tokentest.New("id")
	r := renewer(t, s, nil, s.Issue())
	s.Revoke()
	_, err := r.Token(t.Context())
	want := "the token could not be renewed at https://issuer.test/token: invalid_grant: AADSTS70000: the refresh token … has expired or was revoked.: nothing more will be accepted – log in again"
	if err == nil || err.Error() != want || !errors.Is(err, connectors.ErrDenied) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	_, err = renewer(t, s, nil, "").Token(t.Context())
	if want := "nobody has logged in yet: nothing more will be accepted – log in again"; err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

// Who issues tokens leads nobody elsewhere: what is sent to him is secret.
func TestSecretsAreNotLedElsewhere(t *testing.T) {
	var asked []string
	web := near{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Host)
		http.Redirect(w, r, "https://elsewhere.test/token", http.StatusTemporaryRedirect)
	})}
	r, err := token.NewRenewer(t.Context(), token.Options{
		Client: clientOf(tokentest.New("us")), Refresh: "r3fresh", HTTP: &http.Client{Transport: web},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.Token(t.Context())
	if err == nil || strings.Contains(err.Error(), "r3fresh") || !strings.Contains(err.Error(), "307") {
		t.Error(err)
	}
	for _, host := range asked {
		if host != "issuer.test" {
			t.Errorf("asked %q", asked)
		}
	}
}
