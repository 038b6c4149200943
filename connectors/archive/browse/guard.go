package browse

import (
	"net"
	"net/http"
	"os"
	"strings"
)

// pagePolicy is the Content-Security-Policy of every page: own styles, own
// pictures, own frames, nothing else.
const pagePolicy = "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; " +
	"base-uri 'none'; frame-ancestors 'none'"

// guard answers only who may ask, and sets what every answer carries.
func (s *Site) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", pagePolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()")
		h.Set("Cache-Control", "no-store")
		switch {
		case !s.knows(r):
			http.Error(w, "This address is not served here: open the one that deskhaul browse printed.", http.StatusMisdirectedRequest)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "The archive is read only.", http.StatusMethodNotAllowed)
		case foreign(r):
			http.Error(w, "Other sites cannot load parts of the archive.", http.StatusForbidden)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// knows tells whether the request names this server. A site on the internet can
// make its own name resolve to 127.0.0.1 and have the browser ask us under that
// name (DNS rebinding): so only the names of loopback are answered, with the port
// that is listened on. In public no name of another's DNS is answered either:
// addresses in figures, localhost, and what the machine calls itself.
func (s *Site) knows(r *http.Request) bool {
	name, port, err := net.SplitHostPort(r.Host)
	if err != nil {
		name, port = strings.Trim(r.Host, "[]"), "80"
	}
	if at, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok {
		if _, own, err := net.SplitHostPort(at.String()); err == nil && own != port {
			return false
		}
	}
	if strings.EqualFold(name, "localhost") || name == "127.0.0.1" || name == "::1" {
		return true
	}
	if !s.options.Public {
		return false
	}
	own, err := os.Hostname()
	return net.ParseIP(name) != nil || err == nil && strings.EqualFold(name, own)
}

// foreign tells whether another site tries to load a part of ours. Going to a page
// of ours is allowed, and so are pictures: a mail's frame has no origin and counts
// as another site.
func foreign(r *http.Request) bool {
	if r.Header.Get("Sec-Fetch-Site") != "cross-site" {
		return false
	}
	switch r.Header.Get("Sec-Fetch-Dest") {
	case "document":
		return false
	case "image":
		return !strings.HasPrefix(r.URL.Path, "/file/")
	}
	return true
}
