package itsm365test

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

// exchange is one request being answered.
type exchange struct {
	s     *Server
	w     *httptest.ResponseRecorder
	r     *http.Request
	in    values   // what a body says
	files []upload // of a form
}

type upload struct {
	name, sort string
	bytes      []byte
}

// read takes the body before anything is locked; if it broke off, nothing happens.
func (x *exchange) read() {
	kind, params, _ := mime.ParseMediaType(x.r.Header.Get("Content-Type"))
	var err error
	if kind == "multipart/form-data" {
		err = x.readForm(params["boundary"])
	} else {
		var b []byte
		if b, err = io.ReadAll(x.r.Body); err == nil && len(b) > 0 && json.Unmarshal(b, &x.in) != nil {
			x.in = nil
		}
	}
	if err != nil {
		panic(http.ErrAbortHandler)
	}
}

// readForm takes the files of a form, whatever its parts are called.
func (x *exchange) readForm(boundary string) error {
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
		_, names, err := mime.ParseMediaType(p.Header.Get("Content-Disposition"))
		if err != nil {
			return err
		}
		x.files = append(x.files, upload{names["filename"], p.Header.Get("Content-Type"), b})
	}
}

// authorized lets in who has the key, which stands in the address. What is said to others no
// source tells.
func (x *exchange) authorized() bool {
	if x.r.URL.Query().Get("accessKey") == x.s.Key {
		return true
	}
	x.fail(http.StatusUnauthorized, "Ключ доступа не найден")
	return false
}

// within tells whether the request is within what a minute allows; no source says that there
// is such a bound.
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
	x.w.Header().Set("Retry-After", strconv.Itoa(int(s.began.Add(time.Minute).Sub(now)/time.Second)+1))
	x.fail(http.StatusTooManyRequests, "too many requests")
	return false
}

// fail answers with a text: errors are no JSON.
func (x *exchange) fail(status int, said string) {
	x.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	x.w.WriteHeader(status)
	_, _ = io.WriteString(x.w, said)
}

func (x *exchange) json(status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	x.w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	x.w.WriteHeader(status)
	_, _ = x.w.Write(b)
}

// missing is said of an object that is not there. Its status no source tells.
func (x *exchange) missing(id string) {
	x.fail(http.StatusNotFound, "Объект не найден: "+id)
}

// attrs are the attributes that are asked for; none is all.
func (x *exchange) attrs() []string {
	said := x.r.URL.Query().Get("attrs")
	if said == "" {
		return nil
	}
	return strings.Split(said, ",")
}
