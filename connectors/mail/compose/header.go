package compose

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/connectors/mail/stamp"
	"github.com/deskhaul/deskhaul/desk"
)

// foldAt is the length at which lines of a header are broken (RFC 5322 section 2.1.1).
const foldAt = 76

// nowhere stands where an address is needed and none is known. RFC 2606 reserves
// the domain: nothing sent there arrives anywhere.
const nowhere = "nobody@deskhaul.invalid"

// writeField writes one field, broken into lines at its spaces, CRLF after each.
func writeField(b *bytes.Buffer, f rfc5322.HeaderField) {
	b.WriteString(f.Name)
	b.WriteByte(':')
	line := len(f.Name) + 1
	for i, word := range strings.Split(f.Value, " ") {
		if i > 0 && word != "" && line+1+len(word) > foldAt {
			b.WriteString("\r\n")
			line = 0
		}
		b.WriteByte(' ')
		b.WriteString(word)
		line += 1 + len(word)
	}
	b.WriteString("\r\n")
}

// spaced puts spaces into a packed value, so that it folds: the first piece
// stands behind the field's name, the others have lines of their own.
func spaced(packed string) string {
	var b strings.Builder
	for n := 50; len(packed) > n; n = 70 {
		b.WriteString(packed[:n])
		b.WriteByte(' ')
		packed = packed[n:]
	}
	b.WriteString(packed)
	return b.String()
}

// encodeText makes unstructured text safe in a header: as it is where it is plain
// ASCII, else as encoded words (RFC 2047).
func encodeText(s string) string {
	if plainText(s) {
		return s
	}
	s = strings.ToValidUTF8(s, "\ufffd")
	var words []string
	for s != "" {
		n := min(len(s), 42) // 56 bytes of base64: the word stays below 75
		for n < len(s) && !utf8.RuneStart(s[n]) {
			n--
		}
		words = append(words, "=?utf-8?b?"+base64.StdEncoding.EncodeToString([]byte(s[:n]))+"?=")
		s = s[n:]
	}
	return strings.Join(words, " ")
}

func plainText(s string) bool {
	if strings.Contains(s, "=?") || strings.Contains(s, "  ") || strings.TrimSpace(s) != s {
		return false
	}
	word := 0
	for i := range len(s) {
		if s[i] == ' ' {
			word = 0
		} else if word++; s[i] < ' ' || s[i] > '~' || word > 70 {
			return false
		}
	}
	return true
}

// addresses writes a list of mailboxes; those that say nothing are left out.
func addresses(list []desk.Address) string {
	var all []string
	for _, a := range list {
		if a != (desk.Address{}) {
			all = append(all, address(a))
		}
	}
	return strings.Join(all, ", ")
}

// address writes one mailbox. What cannot stand as an address is shown in the
// name instead.
func address(a desk.Address) string {
	name, email := strings.TrimSpace(a.Name), a.Email
	if !plainAddress(email) {
		if email != "" {
			name = strings.TrimSpace(name + " (" + email + ")")
		}
		email = nowhere
	}
	switch {
	case name == "":
		return "<" + email + ">"
	case !plainText(name):
		return encodeText(name) + " <" + email + ">"
	case strings.ContainsAny(name, `()<>[]:;@\,."`):
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `" <` + email + ">"
	}
	return name + " <" + email + ">"
}

// plainAddress tells whether s can stand between angle brackets. Letters of any
// script may (RFC 6532).
func plainAddress(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	return ok && local != "" && domain != "" && len(s) <= 320 && utf8.ValidString(s) &&
		!strings.ContainsFunc(s, func(r rune) bool {
			return r <= ' ' || r == 0x7f || r >= 0x80 && r <= 0xa0 || strings.ContainsRune(`()<>[]:;\,"`, r)
		}) && !strings.Contains(domain, "@") && !strings.HasPrefix(s, "=?")
}

// date writes t as RFC 5322 section 3.3 has it; a time that a mail cannot state
// becomes the nearest that it can.
func date(t time.Time) string {
	return mailTime(t).Format(time.RFC1123Z)
}

func mailTime(t time.Time) time.Time {
	t = t.UTC()
	switch {
	case t.Year() < 1970:
		return time.Unix(0, 0).UTC()
	case t.Year() > 9999:
		return time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	}
	return t
}

// disposition writes a Content-Disposition with the file's name, in pieces where
// it is long (RFC 2231 section 3).
func disposition(kind, name string) string {
	name = stamp.PartName(name)
	if name == "" {
		return kind
	}
	if v := mime.FormatMediaType(kind, map[string]string{"filename": name}); v != "" && len(v) < 70 {
		return v
	}
	var b strings.Builder
	b.WriteString(kind)
	pieces := percentPieces(name, 45)
	if len(pieces) == 1 {
		fmt.Fprintf(&b, "; filename*=utf-8''%s", pieces[0])
		return b.String()
	}
	for i, piece := range pieces {
		lead := ""
		if i == 0 {
			lead = "utf-8''"
		}
		fmt.Fprintf(&b, "; filename*%d*=%s%s", i, lead, piece)
	}
	return b.String()
}

// percentPieces encodes s as RFC 2231 wants it and cuts it between letters into
// pieces of at most size bytes.
func percentPieces(s string, size int) []string {
	var pieces []string
	var b strings.Builder
	for _, r := range s {
		c := string(r)
		if plain := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-._", r); !plain {
			c = strings.ReplaceAll(fmt.Sprintf("% X", c), " ", "%")
			c = "%" + c
		}
		if b.Len()+len(c) > size {
			pieces = append(pieces, b.String())
			b.Reset()
		}
		b.WriteString(c)
	}
	return append(pieces, b.String())
}
