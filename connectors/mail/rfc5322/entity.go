package rfc5322

import (
	"strings"

	"github.com/deskhaul/deskhaul/connectors/mail/charset"
)

// entity is one node of the MIME tree (RFC 2045 section 2.4): a header and a body.
type entity struct {
	header   Header
	kind     string // media type, lower case
	params   params
	encoding string // transfer encoding as Part.Encoding has it
	place    string // disposition, lower case; "" if there is none
	name     string
	start    int64 // where the header begins
	body     int64 // where the body begins
	end      int64 // where the body ends
	children []*entity
	boundary string // of a multipart whose parts can be found
	closed   bool   // its last boundary was found
	// What stands before the first part of a multipart ends at before; what
	// stands behind its last boundary lies from behind to tail. 0 is none.
	before, behind, tail int64
	strange              string // a transfer encoding that nobody knows
}

// newEntity reads the fields that say what a body is. fallback is the type of a
// body that does not say (RFC 2046 section 5.1.5).
func newEntity(h Header, start, body int64, fallback string, d *charset.Detective) *entity {
	e := &entity{header: h, kind: fallback, start: start, body: body, end: -1}
	var place params
	for i := range h.Fields {
		f := &h.Fields[i]
		if len(f.Name) < 12 || !strings.EqualFold(f.Name[:8], "content-") {
			continue
		}
		switch {
		case equalName(f.Name, "Content-Type"):
			if e.params == nil {
				e.kind, e.params = splitParams(f.Value)
			}
		case equalName(f.Name, "Content-Disposition"):
			e.place, place = splitParams(f.Value)
		case equalName(f.Name, "Content-Transfer-Encoding"):
			var known bool
			if e.encoding, known = transferEncoding(f.Value); !known {
				e.strange = f.Value
			}
		}
	}
	e.kind = repairKind(e.kind, fallback)
	if len(place) > 0 || len(e.params) > 0 {
		e.name = fileNameOf(place, e.params, d)
	}
	return e
}

// fileNameOf reads the name of a file from where the standards put it, and then
// from where programs put it.
func fileNameOf(place, kind params, d *charset.Detective) string {
	name := place.get("filename", d)
	if name == "" {
		name = kind.get("name", d)
	}
	if name == "" {
		name = place.get("name", d)
	}
	for _, p := range [...]string{"filename", "file"} {
		if name == "" {
			name = kind.get(p, d)
		}
	}
	return name
}

// repairKind makes a media type of what stands there.
func repairKind(kind, fallback string) string {
	major, minor, ok := strings.Cut(kind, "/")
	switch {
	case kind == "text":
		return "text/plain"
	case kind == "html":
		return "text/html"
	case kind == "multipart":
		return "multipart/mixed"
	case !ok || major == "" || minor == "":
		return fallback
	case strings.Contains(minor, "/"):
		return "application/octet-stream"
	}
	return strings.ToValidUTF8(kind, "?")
}

// transferEncoding names the encoding as Part.Encoding does. One that it does not
// know is taken as none.
func transferEncoding(s string) (encoding string, known bool) {
	s, _, _ = strings.Cut(s, ";")
	s, _, _ = strings.Cut(s, "(")
	switch s = strings.ToLower(strings.Trim(s, " \t\r\n\"'.,")); s {
	case "base64", "base-64", "b", "x-base64":
		return "base64", true
	case "quoted-printable", "quotedprintable", "q", "quoted-printeable", "quoted_printable":
		return "quoted-printable", true
	case "uuencode", "x-uuencode", "uue", "x-uue", "uu":
		return "uuencode", true
	case "", "7bit", "8bit", "binary", "7-bit", "8-bit", "7 bit", "8 bit", "none", "plain", "us-ascii", "utf-8":
		return "", true
	}
	return "", false
}

func (e *entity) isMultipart() bool { return strings.HasPrefix(e.kind, "multipart/") }

// length is the number of bytes of the body.
func (e *entity) length() int64 { return max(0, e.end-e.body) }
