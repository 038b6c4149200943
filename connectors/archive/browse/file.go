package browse

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

var contentHash = regexp.MustCompile(`^[0-9a-f]{64}$`)

// file hands out the bytes of an attachment. Pictures that every browser shows
// safely may be shown, everything else is only ever saved; which it is the bytes
// say, not the mail that brought them.
func (s *Site) file(w http.ResponseWriter, r *http.Request) {
	hash := r.PathValue("sha256")
	if !contentHash.MatchString(hash) {
		http.Error(w, "There is no such file.", http.StatusNotFound)
		return
	}
	content, _, err := s.library.File(r.Context(), hash)
	if errors.Is(err, connectors.ErrNotFound) {
		http.Error(w, "There is no such file in the archive.", http.StatusNotFound)
		return
	}
	if err != nil {
		http.Error(w, "The file cannot be read: "+err.Error(), http.StatusInternalServerError)
		return
	}
	defer func() { _ = content.Close() }() // it was only read
	head, err := headOf(content)
	if err != nil {
		http.Error(w, "The file cannot be read: "+err.Error(), http.StatusInternalServerError)
		return
	}
	kind, save := safePicture(head), r.URL.Query().Has("save")
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
	h.Set("Cache-Control", "private, max-age=3600")
	h.Set("ETag", `"`+hash+`"`)
	if kind == "" || save {
		h.Set("Content-Type", "application/octet-stream")
		h.Set("Content-Disposition", disposition(r.URL.Query().Get("name"), hash))
	} else {
		h.Set("Content-Type", kind)
		h.Set("Content-Disposition", "inline")
		// A mail's frame has no origin, so this cannot say same-origin.
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	}
	http.ServeContent(w, r, "", time.Time{}, content) // in part, if asked so
}

// headOf is the beginning of a file, all of a short one. The file is at its
// beginning again afterwards.
func headOf(content io.ReadSeeker) ([]byte, error) {
	head := make([]byte, 512)
	n, err := io.ReadFull(content, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	_, err = content.Seek(0, io.SeekStart)
	return head[:n], err
}

// safePicture is the type of a picture that holds nothing but a picture, "" of
// anything else. SVG is not among them: it can hold scripts.
func safePicture(head []byte) string {
	switch kind := http.DetectContentType(head); kind {
	case "image/png", "image/jpeg", "image/gif", "image/webp":
		return kind
	}
	return ""
}

// showable tells whether a file is said to be such a picture.
func showable(f *desk.File) bool {
	switch f.Type {
	case "image/png", "image/jpeg", "image/jpg", "image/pjpeg", "image/gif", "image/webp":
		return f.SHA256 != ""
	}
	return false
}

// disposition has the file saved under its name, without what would lead to
// another folder, hide the ending or break the header.
func disposition(name, hash string) string {
	name = strings.Map(func(r rune) rune {
		if r == '/' || r == '\\' || r == ':' || r == unicode.ReplacementChar || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	name = strings.TrimLeft(strings.TrimSpace(name), ".")
	if name == "" {
		name = hash[:12]
	}
	if d := mime.FormatMediaType("attachment", map[string]string{"filename": name}); d != "" {
		return d
	}
	return "attachment"
}

// fileAddress is where a file is shown if it is a picture, else saved.
func fileAddress(f *desk.File) string {
	if !contentHash.MatchString(f.SHA256) {
		return ""
	}
	return "/file/" + f.SHA256 + "?" + url.Values{"name": {f.Name}}.Encode()
}

// saveAddress is where it is saved in any case.
func saveAddress(f *desk.File) string {
	if a := fileAddress(f); a != "" {
		return a + "&save=1"
	}
	return ""
}
