package stamp

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/desk"
)

const (
	packPlain   = "j:" // JSON
	packDeflate = "z:" // JSON, deflated (RFC 1951)
	// packLarge is from how many bytes on JSON is deflated.
	packLarge = 1024
	// packMost bounds what a field may unpack to, so that a forged one cannot
	// fill the memory.
	packMost = 32 << 20
	// packField is the longest packed value: with the rest of the header it stays
	// below maxHeader.
	packField = 1 << 20
)

var errTooLong = errors.New("too long for a header field")

// deflaters are idle compressors: making one costs more than packing a message. A
// pool has no state that anybody could see.
var deflaters = sync.Pool{New: func() any {
	w, err := flate.NewWriter(io.Discard, flate.BestSpeed)
	if err != nil { // the level is a constant
		return err
	}
	return w
}}

// deflate compresses b.
func deflate(b []byte) ([]byte, error) {
	got := deflaters.Get()
	w, ok := got.(*flate.Writer)
	if !ok {
		return nil, got.(error)
	}
	defer deflaters.Put(w)
	var z bytes.Buffer
	w.Reset(&z)
	_, err := w.Write(b)
	err = errors.Join(err, w.Close())
	return z.Bytes(), err
}

// Pack makes a field's value of JSON: base64url without padding, deflated where
// it is long. The value has no spaces; the writer folds it anywhere.
func Pack(b []byte) (string, error) {
	scheme := packPlain
	if len(b) > packLarge {
		z, err := deflate(b)
		if err != nil {
			return "", err
		}
		scheme, b = packDeflate, z
	}
	if base64.RawURLEncoding.EncodedLen(len(b)) > packField {
		return "", errTooLong
	}
	return scheme + base64.RawURLEncoding.EncodeToString(b), nil
}

// unpack returns the JSON that pack was given.
func unpack(value string) ([]byte, error) {
	value = strings.Join(strings.Fields(value), "")
	plain, isPlain := strings.CutPrefix(value, packPlain)
	deflated, isDeflated := strings.CutPrefix(value, packDeflate)
	switch {
	case isPlain:
		return base64.RawURLEncoding.DecodeString(plain)
	case !isDeflated:
		return nil, fmt.Errorf("begins with neither %q nor %q: damaged, or written by a newer deskhaul", packPlain, packDeflate)
	}
	z, err := base64.RawURLEncoding.DecodeString(deflated)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(z)), packMost+1))
	if err == nil && len(b) > packMost {
		err = fmt.Errorf("unpacks to more than %d bytes", packMost)
	}
	return b, err
}

func unpackInto(value string, to any) error {
	b, err := unpack(value)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, to)
}

// packedMessage is what HeaderMessage holds: the message without its texts, the
// texts' digests, and the texts themselves where a mail cannot carry them exactly.
type packedMessage struct {
	Ticket desk.ID `json:"ticket"`
	desk.Message
	TextSum string `json:"text_sum,omitempty"`
	HTMLSum string `json:"html_sum,omitempty"`
	RawText []byte `json:"text_raw,omitempty"`
	RawHTML []byte `json:"html_raw,omitempty"`
	// Order tells for each file which attachment of the mail it is; absent if
	// they stand in the same order.
	Order []int `json:"order,omitempty"`
}

// PackMessage packs m. lossy says that the exact text did not fit.
func PackMessage(ticket desk.ID, m *desk.Message, order []int) (value string, lossy bool, err error) {
	p := packedMessage{Ticket: ticket, Message: *m, Order: order, TextSum: sumOf(m.Text), HTMLSum: sumOf(m.HTML)}
	p.Text, p.HTML = "", ""
	if !tame(m.Text) {
		p.RawText = []byte(m.Text)
	}
	if !tame(m.HTML) {
		p.RawHTML = []byte(m.HTML)
	}
	value, err = packJSON(p)
	if errors.Is(err, errTooLong) && (p.RawText != nil || p.RawHTML != nil) {
		p.RawText, p.RawHTML = nil, nil
		value, err = packJSON(p)
		lossy = true
	}
	return value, lossy, err
}

func packJSON(v any) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "", err
	}
	return Pack(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

// tame tells whether a text comes back from a mail as it was, line ends aside:
// those are found again by the digest.
func tame(s string) bool {
	if !utf8.ValidString(s) || strings.Contains(s, "begin ") || strings.TrimSpace(s) == "" && s != "" {
		return false // "begin " opens a uuencoded file
	}
	if end := s[len(strings.TrimRight(s, "\r\n")):]; strings.Count(end, "\n") > mostLineEnds {
		return false
	}
	crlf := strings.Count(s, "\r\n")
	if crlf != strings.Count(s, "\r") || crlf != 0 && crlf != strings.Count(s, "\n") {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' && r != '\n' && r != '\t' && r != '\r' || r >= 0x7f && r < 0xa0 || r == 0xfeff || r >= 0xfff0 && r <= 0xffff
	})
}

func sumOf(s string) string {
	if s == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:8])
}

// restore completes w from the mail as it was parsed.
func (p *packedMessage) restore(w *Written, m *rfc5322.Message) {
	text, same := exact(p.TextSum, p.RawText, m.Text)
	html, sameHTML := exact(p.HTMLSum, p.RawHTML, m.HTML)
	w.Message.Text, w.Message.HTML = text, html
	w.Edited = !same || !sameHTML
	if !same {
		w.Message.Folds = m.Folds
	}
	w.Parts = p.places(m.Parts)
}

// exact finds the text with the digest among what the mail has and the ways in
// which line ends may have changed.
func exact(sum string, raw []byte, parsed string) (string, bool) {
	if sum == "" {
		return "", true // there was none; what is there was made of the other form
	}
	if sumOf(string(raw)) == sum {
		return string(raw), true
	}
	trimmed := strings.TrimRight(strings.ReplaceAll(parsed, "\r\n", "\n"), "\n")
	for n := range mostLineEnds + 1 {
		s := trimmed + strings.Repeat("\n", n)
		for _, s := range []string{s, strings.ReplaceAll(s, "\n", "\r\n")} {
			if sumOf(s) == sum {
				return s, true
			}
		}
	}
	return parsed, sumOf(parsed) == sum
}

// mostLineEnds is how many line ends a tame text has at its end: mail programs
// add and take away some.
const mostLineEnds = 4

// places tells for each file which part it is. Every file was written in base64,
// and nothing else was; where the mail has more or fewer such parts than files,
// the next one of the file's name is taken.
func (p *packedMessage) places(parts []rfc5322.Part) []int {
	var ours []int
	for k := range parts {
		if parts[k].Encoding == "base64" && parts[k].Inner == nil {
			ours = append(ours, k)
		}
	}
	at := make([]int, len(p.Files))
	for i, f := range p.Files {
		n := i
		if i < len(p.Order) {
			n = p.Order[i]
		}
		if len(ours) == len(p.Files) && n >= 0 && n < len(ours) {
			at[i] = ours[n]
			continue
		}
		k := slices.IndexFunc(ours, func(k int) bool { return parts[k].Name == PartName(f.Name) && !slices.Contains(at[:i], k) })
		if at[i] = -1; k >= 0 {
			at[i] = ours[k]
		}
	}
	return at
}

// PartName is a file's name as a mail can have it: no control characters, at
// most 200 letters.
func PartName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	if runes := []rune(name); len(runes) > 200 {
		name = string(runes[:200])
	}
	return name
}
