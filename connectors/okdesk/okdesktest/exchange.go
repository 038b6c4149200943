package okdesktest

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"time"
)

// Exchange is a request and its answer, for tests that compare them with samples. The token
// is left out of the address.
type Exchange struct {
	Method, URL string
	Body        []byte // of the request; of a form, its values as JSON
	Status      int
	Answer      []byte
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
	if !s.keep {
		return
	}
	if x.form {
		x.raw, _ = json.Marshal(x.in) // what was decoded can be encoded
	}
	u := *x.r.URL
	q := u.Query()
	q.Del("api_token")
	u.RawQuery = q.Encode()
	s.log = append(s.log, Exchange{x.r.Method, u.String(), x.raw, x.w.Code, append([]byte(nil), x.w.Body.Bytes()...)})
}

// exchange is one request being answered.
type exchange struct {
	s    *Server
	w    *httptest.ResponseRecorder
	r    *http.Request
	raw  []byte
	in   map[string]any // what a write says
	form bool           // it came as a form: every value is a text
}

// row is an object of an answer.
type row = map[string]any

// upload is a file in a form.
type upload struct {
	name  string
	bytes []byte
}

// read takes the body before anything is locked; if it broke off, nothing happens.
func (x *exchange) read() {
	kind, params, _ := mime.ParseMediaType(x.r.Header.Get("Content-Type"))
	var err error
	if kind == "multipart/form-data" {
		err = x.readForm(params["boundary"])
	} else if x.raw, err = io.ReadAll(x.r.Body); err == nil && len(x.raw) > 0 {
		if json.Unmarshal(x.raw, &x.in) != nil {
			x.in = nil
		}
	}
	if err != nil {
		panic(http.ErrAbortHandler)
	}
}

// readForm takes a form: "issue[a][0][b]" is nested, "issue[a][]" an element of a list.
func (x *exchange) readForm(boundary string) error {
	x.in, x.form = row{}, true
	for parts := multipart.NewReader(x.r.Body, boundary); ; {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		b, err := io.ReadAll(p)
		if err != nil {
			return err
		}
		var v any = string(b)
		if _, params, err := mime.ParseMediaType(p.Header.Get("Content-Disposition")); err == nil && params["filename"] != "" {
			v = upload{params["filename"], b}
		}
		put(x.in, strings.Split(strings.ReplaceAll(p.FormName(), "]", ""), "["), v)
	}
}

func put(in row, path []string, v any) {
	name := path[0]
	switch {
	case len(path) == 1:
		in[name] = v
	case len(path) == 2 && path[1] == "":
		list, _ := in[name].([]any)
		in[name] = append(list, v)
	default:
		under, ok := in[name].(row)
		if !ok {
			under = row{}
			in[name] = under
		}
		put(under, path[1:], v)
	}
}

// authorized lets in who has the key, which stands in the address. What is said to others no
// source tells.
func (x *exchange) authorized() bool {
	if x.r.URL.Query().Get("api_token") == x.s.Key {
		return true
	}
	x.json(http.StatusUnauthorized, row{"errors": []string{"Ключ авторизации не найден"}})
	return false
}

// within tells whether the request is within what a minute allows. No source says how much
// that is, or how it is told.
func (x *exchange) within() bool {
	s := x.s
	if s.PerMinute == 0 {
		return true
	}
	now := s.now()
	if now.Sub(s.began) >= time.Minute {
		s.began, s.used = now, 0
	}
	if s.used++; s.used <= s.PerMinute {
		return true
	}
	if !s.NoRetryAfter {
		x.w.Header().Set("Retry-After", strconv.Itoa(int(s.began.Add(time.Minute).Sub(now)/time.Second)+1))
	}
	x.json(http.StatusTooManyRequests, row{"errors": []string{"Превышено число запросов"}})
	return false
}

func (x *exchange) json(status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	x.w.WriteHeader(status)
	_, _ = x.w.Write(b)
}

func (x *exchange) ok(v any) { x.json(http.StatusOK, v) }

func (x *exchange) gone() {
	x.json(http.StatusNotFound, row{"errors": []string{"Запись не найдена"}})
}

// invalid is an answer to what does not pass validation.
func (x *exchange) invalid(errors row) { x.json(http.StatusUnprocessableEntity, row{"errors": errors}) }

// sayings are what a write says of a thing: under its name, or, as clients do it for
// contacts, by itself.
func (x *exchange) sayings(name string) row {
	if in, ok := x.in[name].(row); ok {
		return in
	}
	return x.in
}

func text(in row, name string) string {
	s, _ := in[name].(string)
	return s
}

// id is a number, which may be spelt as a text.
func id(v any) int64 {
	switch v := v.(type) {
	case float64:
		return int64(v)
	case string:
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil {
			return -1
		}
		return n
	}
	return 0
}

func truth(v any, usual bool) bool {
	switch v := v.(type) {
	case bool:
		return v
	case string:
		return v == "true"
	}
	return usual
}

// set puts what a write says into a place, if it says it.
func set(in row, name string, at *string) {
	if v, ok := in[name]; ok {
		*at, _ = v.(string)
	}
}
