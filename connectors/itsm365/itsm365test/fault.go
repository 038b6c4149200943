package itsm365test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
)

// Fault is what goes wrong with one request; zero nothing.
type Fault struct {
	// Status is answered, with Header and Body, and nothing else is done.
	Status int
	Header http.Header
	Body   string
	// Code is answered in place of the real one, when all was done.
	Code int
	// Lie changes the answer's body.
	Lie func([]byte) []byte
}

func (f Fault) answer(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // a server that refuses has read it, or not
	for name, values := range f.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(f.Status)
	_, _ = io.WriteString(w, f.Body)
}

// pass gives on what was answered, as far as the fault lets it.
func (f Fault) pass(w http.ResponseWriter, rec *httptest.ResponseRecorder) {
	body := rec.Body.Bytes()
	if f.Lie != nil {
		body = f.Lie(body)
	}
	for name, values := range rec.Header() {
		w.Header()[name] = values
	}
	if len(body) > 0 {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	}
	if f.Code != 0 {
		rec.Code = f.Code
	}
	w.WriteHeader(rec.Code)
	_, _ = w.Write(body) // who does not listen any more misses nothing
}
