// Package tokentest is a stand-in for who issues tokens: it keeps the rules of RFC 6749
// (refresh tokens that can be used once, codes for browsers with the proof key of RFC
// 7636) and RFC 8628 (codes for devices, which must not be asked for too often).
package tokentest

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Issuer is the stand-in. Its paths are /token, /device and /authorize.
type Issuer struct {
	mu sync.Mutex

	ID, Secret string        // of the program; "" for a program without a secret
	Life       time.Duration // of a token
	Interval   time.Duration // between two questions of a device
	DeviceLife time.Duration
	// Decide is what the person does at a device's code, asked at each question:
	// authorization_pending, access_denied, or "" for yes. nil is yes.
	Decide func(question int) string
	Fail   []int // the statuses of the next answers about tokens

	serial  int
	good    map[string]time.Time // access tokens and their end
	refresh string               // the one that is good
	devices map[string]*device
	codes   map[string]code // of browsers
	Asked   []string        // the grants that were asked for
	Wrong   []string        // rules that a client broke
}

type device struct {
	asked    int
	last     time.Time
	end      time.Time
	interval time.Duration
}

type code struct{ challenge, back string }

// New makes an issuer for a program without a secret.
func New(id string) *Issuer {
	return &Issuer{ID: id, Life: time.Hour, Interval: 5 * time.Second, DeviceLife: 15 * time.Minute, good: map[string]time.Time{}, devices: map[string]*device{}, codes: map[string]code{}}
}

// Good tells whether a token opens something.
func (s *Issuer) Good(access string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Before(s.good[access])
}

// Expire ends all tokens, whatever was said of their life.
func (s *Issuer) Expire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.good)
}

// Revoke ends the refresh token too.
func (s *Issuer) Revoke() {
	s.Expire()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refresh = ""
}

// Issue gives a refresh token as a login would.
func (s *Issuer) Issue() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial++
	s.refresh = fmt.Sprintf("refresh-%d-hush", s.serial)
	return s.refresh
}

// Issued is how many tokens were given.
func (s *Issuer) Issued() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.serial
}

// Broken lists rules that a client broke.
func (s *Issuer) Broken() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Wrong
}

// ServeHTTP implements http.Handler.
func (s *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = r.ParseForm()
	switch r.URL.Path {
	case "/token":
		s.token(w, r)
	case "/device":
		s.device(w, r)
	case "/authorize":
		s.authorize(w, r)
	default:
		http.NotFound(w, r)
	}
}

func refuse(w http.ResponseWriter, word, text string) {
	answer(w, http.StatusBadRequest, map[string]any{"error": word, "error_description": text})
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the test sees what is missing
}

// known checks who asks.
func (s *Issuer) known(w http.ResponseWriter, r *http.Request) bool {
	id, secret, basic := r.BasicAuth()
	if !basic {
		id, secret = r.Form.Get("client_id"), r.Form.Get("client_secret")
	}
	if r.Method != http.MethodPost {
		s.Wrong = append(s.Wrong, r.Method+" "+r.URL.Path)
	}
	if id != s.ID || secret != s.Secret {
		answer(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
		return false
	}
	return true
}

func (s *Issuer) token(w http.ResponseWriter, r *http.Request) {
	grant := r.Form.Get("grant_type")
	s.Asked = append(s.Asked, grant)
	if len(s.Fail) > 0 {
		w.WriteHeader(s.Fail[0])
		s.Fail = s.Fail[1:]
		return
	}
	if !s.known(w, r) {
		return
	}
	switch grant {
	case "refresh_token":
		if got := r.Form.Get("refresh_token"); got != s.refresh {
			refuse(w, "invalid_grant", "AADSTS70000: the refresh token "+got+" has expired or was revoked.\r\nTrace ID: 0 Correlation ID: 0")
			return
		}
	case "urn:ietf:params:oauth:grant-type:device_code":
		if word := s.poll(r.Form.Get("device_code")); word != "" {
			refuse(w, word, "")
			return
		}
	case "authorization_code":
		c, ok := s.codes[r.Form.Get("code")]
		delete(s.codes, r.Form.Get("code"))
		sum := sha256.Sum256([]byte(r.Form.Get("code_verifier")))
		if !ok || c.challenge != base64.RawURLEncoding.EncodeToString(sum[:]) || c.back != r.Form.Get("redirect_uri") {
			refuse(w, "invalid_grant", "no such code")
			return
		}
	case "client_credentials":
	default:
		refuse(w, "unsupported_grant_type", grant)
		return
	}
	s.give(w)
}

func (s *Issuer) give(w http.ResponseWriter) {
	s.serial++
	access := fmt.Sprintf("access-%d-hush", s.serial)
	s.good[access] = time.Now().Add(s.Life)
	s.refresh = fmt.Sprintf("refresh-%d-hush", s.serial)
	answer(w, http.StatusOK, map[string]any{"access_token": access, "token_type": "Bearer", "expires_in": int(s.Life.Seconds()), "refresh_token": s.refresh})
}

// poll is one question of a device; "" is yes.
func (s *Issuer) poll(name string) string {
	d := s.devices[name]
	if d == nil {
		return "invalid_grant"
	}
	now := time.Now()
	early := now.Sub(d.last) < d.interval-10*time.Millisecond
	d.last = now
	d.asked++
	switch {
	case now.After(d.end):
		return "expired_token"
	case early:
		s.Wrong = append(s.Wrong, "asked too often")
		d.interval += 5 * time.Second
		return "slow_down"
	case s.Decide == nil:
		return ""
	}
	word := s.Decide(d.asked)
	if word == "slow_down" {
		d.interval += 5 * time.Second
	}
	return word
}

func (s *Issuer) device(w http.ResponseWriter, r *http.Request) {
	if !s.known(w, r) {
		return
	}
	if strings.Contains(r.Form.Get("scope"), "mail.google.com") { // as Google answers
		refuse(w, "invalid_scope", "Invalid device flow scope: https://mail.google.com/")
		return
	}
	s.serial++
	name := fmt.Sprintf("device-%d-hush", s.serial)
	now := time.Now()
	s.devices[name] = &device{last: now, end: now.Add(s.DeviceLife), interval: s.Interval}
	answer(w, http.StatusOK, map[string]any{
		"device_code": name, "user_code": "WDJB-MJHT", "verification_uri": "https://issuer.test/device",
		"expires_in": int(s.DeviceLife.Seconds()), "interval": int(s.Interval.Seconds()),
	})
}

// authorize is a browser whose person says yes.
func (s *Issuer) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || q.Get("client_id") != s.ID || q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" {
		http.Error(w, "no login", http.StatusBadRequest)
		return
	}
	s.serial++
	name := fmt.Sprintf("code-%d-hush", s.serial)
	s.codes[name] = code{q.Get("code_challenge"), q.Get("redirect_uri")}
	back.RawQuery = url.Values{"code": {name}, "state": {q.Get("state")}}.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound)
}
