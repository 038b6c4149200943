package freshdesktest

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// serveFile answers for the host of the files, as S3 does: who has a link gets the
// file until the link expires, and nobody may bring other credentials.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	f, code := s.linked(r)
	if r.Header.Get("Authorization") != "" {
		s.stray = append(s.stray, r.Method+" "+r.URL.Path)
		code = http.StatusBadRequest // "Only one auth mechanism allowed"
	}
	s.mu.Unlock()
	if code != http.StatusOK {
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(code)
		_, _ = w.Write([]byte(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>`))
		return
	}
	w.Header().Set("Content-Type", f.kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(f.bytes)))
	_, _ = w.Write(f.bytes)
}

// linked is the file that a link leads to.
func (s *Server) linked(r *http.Request) (*file, int) {
	parts := strings.Split(r.URL.EscapedPath(), "/")
	q := r.URL.Query()
	if len(parts) < 7 || q.Get("X-Amz-Signature") != "5tand1n" {
		return nil, http.StatusForbidden
	}
	id, _ := strconv.ParseInt(parts[5], 10, 64)
	at, _ := strconv.ParseInt(q.Get("X-Amz-Date"), 10, 64)
	life, _ := strconv.Atoi(q.Get("X-Amz-Expires"))
	f := s.account.files[id]
	if f == nil {
		return nil, http.StatusNotFound
	}
	if s.now().After(time.Unix(0, at).Add(time.Duration(life) * time.Second)) {
		return nil, http.StatusForbidden
	}
	return f, http.StatusOK
}

// serveInline leads from the address of an image inside a text to the image.
func (s *Server) serveInline(w *httptest.ResponseRecorder, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var claims struct {
		ID int64 `json:"id"`
	}
	if parts := strings.Split(r.URL.Query().Get("token"), "."); len(parts) == 3 {
		b, _ := base64.RawURLEncoding.DecodeString(parts[1])
		_ = json.Unmarshal(b, &claims)
	}
	f := s.account.files[claims.ID]
	if f == nil || !f.inline {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	if u, err := url.Parse(s.link(f)); err == nil {
		w.Header().Set("Location", u.String())
		w.WriteHeader(http.StatusFound)
	}
}
