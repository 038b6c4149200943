package freshdesktest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
)

// Exchange is a request and its answer, for tests that compare both with a
// description of the API.
type Exchange struct {
	Method, URL string
	Header      http.Header
	Body        []byte // of the request; of a form, its values as JSON
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
	if !s.keep {
		return
	}
	if x.form {
		x.raw, _ = json.Marshal(x.in) // what was decoded can be encoded
	}
	s.log = append(s.log, Exchange{
		x.r.Method, x.r.URL.String(), x.r.Header.Clone(), x.raw, x.w.Code, x.w.Header().Clone(), append([]byte(nil), x.w.Body.Bytes()...),
	})
}

// exchange is one request being answered.
type exchange struct {
	s     *Server
	w     *httptest.ResponseRecorder
	r     *http.Request
	class string
	raw   []byte
	in    map[string]any // what a write says
	files []file
	form  bool // it came as a form: every value is a text
}

// read takes the body before anything is locked; false if it broke off, and then
// nothing happens.
func (x *exchange) read() bool {
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
	return true
}

// readForm takes a form: "tags[]" is an element of a list, "custom_fields[cf_x]" one
// of a map.
func (x *exchange) readForm(boundary string) error {
	x.in, x.form = map[string]any{}, true
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
		if _, params, err := mime.ParseMediaType(p.Header.Get("Content-Disposition")); err == nil && params["filename"] != "" {
			x.files = append(x.files, file{name: params["filename"], kind: p.Header.Get("Content-Type"), bytes: b})
			if p.FormName() != "attachments[]" {
				x.in[p.FormName()] = "a file"
			}
			continue
		}
		x.put(p.FormName(), string(b))
	}
}

func (x *exchange) put(name, value string) {
	base, rest, nested := strings.Cut(name, "[")
	rest = strings.TrimSuffix(rest, "]")
	switch {
	case !nested:
		x.in[name] = value
	case rest == "":
		list, _ := x.in[base].([]any)
		x.in[base] = append(list, value)
	default:
		m, ok := x.in[base].(map[string]any)
		if !ok {
			m = map[string]any{}
			x.in[base] = m
		}
		m[rest] = value
	}
}

// authorized lets in who has the key: as the name of basic authentication, with any
// password.
func (x *exchange) authorized() bool {
	user, _, ok := x.r.BasicAuth()
	if ok && user == x.s.Key {
		return true
	}
	x.json(http.StatusUnauthorized, map[string]any{"code": "invalid_credentials", "message": "You have to be logged in to perform this action."})
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

// gone is an answer about what is not there: its body is empty.
func (x *exchange) gone() { x.w.WriteHeader(http.StatusNotFound) }

// done is an answer without content.
func (x *exchange) done() { x.w.WriteHeader(http.StatusNoContent) }

func (x *exchange) notAllowed() {
	x.json(http.StatusMethodNotAllowed, map[string]any{"message": x.r.Method + " method is not allowed. It should be one of these method(s): GET"})
}

// mistake is one entry of a validation error.
type mistake struct {
	Field   string `json:"field"`
	Message string `json:"message"`
	Code    string `json:"code"`
	info    any
}

// invalid is an answer to what does not pass validation.
func (x *exchange) invalid(status int, ms ...mistake) {
	errs := make([]map[string]any, len(ms))
	for i, m := range ms {
		errs[i] = map[string]any{"field": m.Field, "message": m.Message, "code": m.Code}
		if m.info != nil {
			errs[i]["additional_info"] = m.info
		}
	}
	x.json(status, map[string]any{"description": "Validation failed", "errors": errs})
}

// list answers with the page of rows that is asked for.
func (x *exchange) list(rows []map[string]any, lastPage int) {
	page, per, ok := x.page(lastPage)
	if !ok {
		return
	}
	from := min((page-1)*per, len(rows))
	to := min(from+per, len(rows))
	if to < len(rows) && (lastPage == 0 || page < lastPage) && !x.s.NoLink {
		u := *x.r.URL
		q := u.Query()
		q.Set("page", strconv.Itoa(page+1))
		u.RawQuery = q.Encode()
		x.w.Header().Set("Link", fmt.Sprintf("<%s%s>; rel=\"next\"", x.s.urls[0], u.RequestURI()))
	}
	out := rows[from:to]
	if out == nil {
		out = []map[string]any{}
	}
	x.json(http.StatusOK, out)
}

func (x *exchange) page(last int) (page, per int, ok bool) {
	q := x.r.URL.Query()
	page, okPage := number(q, "page", 1)
	per, okPer := number(q, "per_page", 30)
	if !okPage || last > 0 && page > last {
		x.invalid(http.StatusBadRequest, mistake{Field: "page", Message: "It should be a Positive Integer", Code: "invalid_value"})
		return 0, 0, false
	}
	if !okPer || per > 100 {
		x.invalid(http.StatusBadRequest, mistake{Field: "per_page", Message: "It should be a Positive Integer less than or equal to 100", Code: "invalid_value"})
		return 0, 0, false
	}
	return page, per, true
}

func number(q url.Values, name string, usual int) (int, bool) {
	if !q.Has(name) {
		return usual, true
	}
	n, err := strconv.Atoi(q.Get(name))
	return n, err == nil && n > 0
}
