package intercomtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"time"
)

// Exchange is a request and its answer, for tests that compare both with the description of
// the API.
type Exchange struct {
	Method, URL string
	Header      http.Header
	Body        []byte
	Status      int
	Answer      http.Header
	AnswerBody  []byte
}

// Keep makes the server remember every exchange from now on.
func (s *Server) Keep() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keep = true
}

// Exchanges are those remembered.
func (s *Server) Exchanges() []Exchange {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Exchange(nil), s.log...)
}

func (s *Server) record(x *exchange) {
	if s.keep {
		s.log = append(s.log, Exchange{x.r.Method, x.r.URL.String(), x.r.Header.Clone(), x.raw, x.w.Code, x.w.Header().Clone(), append([]byte(nil), x.w.Body.Bytes()...)})
	}
}

// row is an object of an answer.
type row = map[string]any

// exchange is one request being answered.
type exchange struct {
	s   *Server
	w   *httptest.ResponseRecorder
	r   *http.Request
	raw []byte
	in  row // what a write says; nil if it is no object
}

// read takes the body before anything is locked. If it breaks off nothing happens.
func (x *exchange) read() {
	raw, err := io.ReadAll(x.r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if x.raw = raw; len(raw) > 0 && json.Unmarshal(raw, &x.in) != nil {
		x.in = nil
	}
}

// authorized lets in who has the token.
func (x *exchange) authorized() bool {
	if x.r.Header.Get("Authorization") == "Bearer "+x.s.Token {
		return true
	}
	x.fail(http.StatusUnauthorized, "unauthorized", "Access Token Invalid")
	return false
}

// versioned insists on the version that this is one of: without it a real workspace answers
// as the app's settings say.
func (x *exchange) versioned() bool {
	if x.r.Header.Get("Intercom-Version") == "2.16" {
		return true
	}
	x.fail(http.StatusBadRequest, "intercom_version_invalid", "The requested version could not be found")
	return false
}

const window = 10 * time.Second

// within tells whether the request is within what the window allows, and says so in the
// headers.
func (x *exchange) within() bool {
	w, now, most := &x.s.window, x.s.now(), x.s.Limit
	if most == 0 {
		most = 1_000_000
	}
	if began := now.Truncate(window); !began.Equal(w.began) {
		w.began, w.used = began, 0
	}
	h := x.w.Header()
	h.Set("X-Ratelimit-Limit", strconv.Itoa(most))
	h.Set("X-Ratelimit-Reset", strconv.FormatInt(w.began.Add(window).Unix(), 10))
	if w.used >= most {
		h.Set("X-Ratelimit-Remaining", "0")
		x.fail(http.StatusTooManyRequests, "rate_limit_exceeded", fmt.Sprintf("Exceeded rate limit of %d in 10_seconds", most))
		return false
	}
	w.used++
	h.Set("X-Ratelimit-Remaining", strconv.Itoa(most-w.used))
	return true
}

func (x *exchange) json(v any) { x.answer(http.StatusOK, v) }

func (x *exchange) answer(status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	x.w.WriteHeader(status)
	_, _ = x.w.Write(b)
}

func (x *exchange) fail(status int, code, message string) {
	x.answer(status, row{"type": "error.list", "request_id": "b2b5f1d0-6f0c-4d0a-8c0e-000000000001", "errors": []row{{"code": code, "message": message}}})
}

// invalid is an answer to what does not pass validation.
func (x *exchange) invalid(format string, args ...any) {
	x.fail(http.StatusBadRequest, "parameter_invalid", fmt.Sprintf(format, args...))
}

func (x *exchange) gone() { x.fail(http.StatusNotFound, "not_found", "Resource Not Found") }

func (x *exchange) text(name string) string {
	s, _ := x.in[name].(string)
	return s
}

// id is a value that may be written as a text or as a number.
func (x *exchange) id(name string) string {
	switch v := x.in[name].(type) {
	case string:
		return v
	case float64:
		return strconv.FormatInt(int64(v), 10)
	}
	return ""
}

// time is a time in seconds; now if none is given. A time to come is refused (a guess).
func (x *exchange) time(name string) (at time.Time, ok bool) {
	v, said := x.in[name]
	if !said || v == nil {
		return x.s.now(), true
	}
	n, is := v.(float64)
	at = time.Unix(int64(n), 0)
	if !is || at.After(x.s.now().Add(time.Hour)) {
		x.invalid("%s is invalid", name)
		return at, false
	}
	return at, true
}

func (x *exchange) number(name string, usual int) int {
	n, err := strconv.Atoi(x.r.URL.Query().Get(name))
	if err != nil || n <= 0 {
		return usual
	}
	return n
}
