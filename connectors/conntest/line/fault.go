package line

import (
	"cmp"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
)

// Fault is what goes wrong with one request to a stand-in; zero nothing.
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

// Befall lets serve answer a request, as far as the fault lets it.
func (f Fault) Befall(w http.ResponseWriter, r *http.Request, serve func(*httptest.ResponseRecorder, *http.Request)) {
	if f.Status != 0 {
		_, _ = io.Copy(io.Discard, r.Body) // a server that refuses has read it, or not
		maps.Copy(w.Header(), f.Header)
		w.WriteHeader(f.Status)
		_, _ = io.WriteString(w, f.Body)
		return
	}
	rec := httptest.NewRecorder()
	serve(rec, r)
	body := rec.Body.Bytes()
	if f.Lie != nil {
		body = f.Lie(body)
	}
	maps.Copy(w.Header(), rec.Header())
	if len(body) > 0 {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(cmp.Or(f.Code, rec.Code))
	_, _ = w.Write(body) // who does not listen any more misses nothing
}
