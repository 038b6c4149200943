// Package charset turns the bytes of mail into text: it understands the labels that
// the field writes, guesses where they lie or say nothing, and reads the encoded
// words of header fields (RFC 2047).
package charset

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// charset is what a label stands for.
type charset struct {
	name string // canonical; "" if the label says nothing
	enc  encoding.Encoding
	// shifted charsets give ASCII bytes another meaning (UTF-16, UTF-7, ISO 2022).
	shifted bool
	// multi charsets write some characters with several bytes.
	multi bool
}

// charsetAliases are labels that the field uses and no index knows. What maps to
// "" says nothing about the bytes.
var charsetAliases = map[string]string{
	"": "", "unknown": "", "unknown-8bit": "", "x-unknown": "", "default_charset": "", "default": "",
	"8bit": "", "7bit": "", "x-user-defined": "", "none": "", "binary": "", "ansi": "", "_autodetect": "",
	"x-mac-roman": "macintosh", "mac": "macintosh", "utf8": "utf-8", "utf-8mb4": "utf-8", "utf8mb4": "utf-8",
	"unicode-1-1-utf-7": "utf-7", "x-unicode-2-0-utf-7": "utf-7", "utf7": "utf-7", "utf-16le": "utf-16le",
	"us-ascii": "us-ascii", "ascii": "us-ascii", "ansi_x3.4-1968": "us-ascii", "646": "us-ascii", "usascii": "us-ascii",
	"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030", "gb_2312-80": "gb18030",
	"euc-cn": "gb18030", "chinesebig5": "big5", "cn-gb": "gb18030", "cn-big5": "big5", "big-5": "big5", "cp950": "big5", "windows-950": "big5",
	"big5-hkscs": "big5", "ms950": "big5", "windows-936": "gb18030", "ms936": "gb18030",
	"ks_c_5601": "euc-kr", "ksc5601": "euc-kr", "ks_c_5601-1987": "euc-kr", "cp949": "euc-kr", "uhc": "euc-kr", "ms949": "euc-kr", "euckr": "euc-kr",
	"cp932": "shift_jis", "ms932": "shift_jis", "sjis": "shift_jis", "s-jis": "shift_jis", "shift-jis": "shift_jis", "windows-932": "shift_jis",
	"iso-2022-jp-1": "iso-2022-jp", "iso-2022-jp-2": "iso-2022-jp", "iso-2022-jp-ms": "iso-2022-jp", "cp50220": "iso-2022-jp", "iso2022jp": "iso-2022-jp", "jis": "iso-2022-jp",
	"eucjp": "euc-jp", "ujis": "euc-jp", "koi8": "koi8-r", "koi": "koi8-r", "koi8r": "koi8-r", "koi8u": "koi8-u", "koi8-ru": "koi8-u",
	"iso-8859-8-i": "iso-8859-8", "iso-8859-8-e": "iso-8859-8", "cp-850": "cp850", "ibm-850": "cp850",
	"win-1251": "windows-1251", "latin-1": "iso-8859-1", "iso-latin-1": "iso-8859-1", "latin-9": "iso-8859-15", "iso8859-1": "iso-8859-1",
}

// findCharset understands a label; ok is false if nobody knows it.
func findCharset(label string) (c charset, ok bool) {
	label = strings.ToLower(strings.Trim(label, " \t\r\n\"'=;<>"))
	if name, found := charsetAliases[label]; found {
		label = name
	}
	switch label {
	case "", "us-ascii", "utf-8":
		return charset{name: label}, true
	case "utf-7":
		return charset{name: label, enc: utf7{}, shifted: true, multi: true}, true
	case "iso-2022-kr":
		return charset{name: label, enc: iso2022kr{}, shifted: true, multi: true}, true
	case "iso-2022-cn", "iso-2022-cn-ext", "iso2022cn", "csiso2022cn":
		return charset{name: "iso-2022-cn", enc: iso2022cn{}, shifted: true, multi: true}, true
	case "hz-gb-2312", "hz":
		return charset{name: label, enc: simplifiedchinese.HZGB2312, shifted: true, multi: true}, true
	case "utf-16", "utf-16be", "ucs-2", "utf-16le", "unicode":
		order := unicode.BigEndian
		if label == "utf-16le" || label == "unicode" {
			order = unicode.LittleEndian
		}
		return charset{name: label, enc: unicode.UTF16(order, unicode.UseBOM), shifted: true, multi: true}, true
	}
	return indexedCharset(label)
}

func indexedCharset(label string) (charset, bool) {
	for _, l := range [...]string{label, windowsLabel(label)} {
		enc, err := htmlindex.Get(l)
		if err != nil {
			enc, err = ianaindex.IANA.Encoding(l)
		}
		if err != nil || enc == nil || enc == encoding.Replacement {
			continue
		}
		c := charset{name: label, enc: enc}
		if n, err := htmlindex.Name(enc); err == nil {
			c.name = n
		}
		c.shifted = c.name == "iso-2022-jp"
		switch c.name {
		case "gb18030", "gbk", "big5", "euc-jp", "euc-kr", "shift_jis", "iso-2022-jp":
			c.multi = true
		}
		return c, true
	}
	return charset{}, false
}

// windowsLabel rewrites cp1251, win1251, windows1251 and iso8859_2 as the indexes
// know them.
func windowsLabel(label string) string {
	for _, p := range [...]string{"windows-", "windows_", "windows", "win-", "win_", "win", "cp-", "cp_", "cp", "x-cp", "ibm-", "x-"} {
		if n, ok := strings.CutPrefix(label, p); ok && len(n) > 2 {
			if strings.HasPrefix(n, "125") {
				return "windows-" + n
			}
			return "ibm" + n
		}
	}
	if n, ok := strings.CutPrefix(strings.ReplaceAll(label, "_", "-"), "iso8859-"); ok {
		return "iso-8859-" + n
	}
	return strings.ReplaceAll(label, "_", "-")
}

// Text turns b into valid UTF-8. It believes the label as far as the bytes bear it
// out; the second result says what was wrong with it, "" if nothing.
func (d *Detective) Text(b []byte, label string) (string, string) {
	c, known := findCharset(label)
	if !c.shifted && isASCII(b) {
		if bytes.IndexByte(b, 0x1b) < 0 {
			return string(b), ""
		}
		return escaped(b)
	}
	if !known {
		return d.guessText(b, "charset "+Quoted(label)+" is unknown")
	}
	switch c.name {
	case "":
		return d.guessText(b, "")
	case "us-ascii":
		return d.guessText(b, "8-bit text is labelled us-ascii")
	case "utf-8":
		return d.utf8(b)
	}
	return d.labelled(b, c)
}

func (d *Detective) utf8(b []byte) (string, string) {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if utf8.Valid(b) {
		return string(b), ""
	}
	good, bad := countUTF8(b)
	if good >= 2*bad {
		return strings.ToValidUTF8(string(b), "\uFFFD"), "text labelled utf-8 holds other bytes"
	}
	return d.guessText(b, "text labelled utf-8 is not")
}

// countUTF8 counts characters of several bytes, and bytes that belong to none.
func countUTF8(b []byte) (good, bad int) {
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			bad++
		} else {
			good++
		}
		i += n
	}
	return good, bad
}

func (d *Detective) labelled(b []byte, c charset) (string, string) {
	if !c.multi && utf8.Valid(b) {
		return string(b), "text labelled " + c.name + " is utf-8"
	}
	if c.name == "windows-1252" || c.name == "iso-8859-1" {
		if enc := guessForeign(b); enc.name != "" {
			s, _ := transcode(b, enc)
			return s, "text labelled " + c.name + " looks like " + enc.name
		}
	}
	s, bad := transcode(b, c)
	if bad == 0 {
		return s, ""
	}
	if utf8.Valid(b) {
		if c.shifted {
			if isASCII(b) {
				return s, "text holds bytes that are not " + c.name
			}
		}
		return string(b), "text labelled " + c.name + " is utf-8"
	}
	if c.multi && bad*5 > utf8.RuneCountInString(s) {
		return d.guessText(b, "text labelled "+c.name+" is not")
	}
	return s, "text holds bytes that are not " + c.name
}

// transcode decodes b and counts the characters that could not be.
func transcode(b []byte, c charset) (string, int) {
	if c.enc == nil {
		return strings.ToValidUTF8(string(b), "\uFFFD"), 0
	}
	out, err := c.enc.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD"), len(b)
	}
	return string(out), bytes.Count(out, []byte("\uFFFD"))
}

func isASCII(b []byte) bool {
	for len(b) >= 8 {
		if (uint64(b[0])|uint64(b[1])|uint64(b[2])|uint64(b[3])|uint64(b[4])|uint64(b[5])|uint64(b[6])|uint64(b[7]))&0x80 != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Quoted shortens what a mail says for use in a problem.
func Quoted(s string) string {
	if len(s) > 40 {
		s = s[:40]
	}
	return `"` + strings.ToValidUTF8(s, "?") + `"`
}

// OfPage is the charset that an HTML page names in its own head.
func OfPage(page []byte) string {
	head := bytes.ToLower(page[:min(len(page), 2048)])
	meta := bytes.Index(head, []byte("<meta"))
	if meta < 0 {
		return ""
	}
	i := bytes.Index(head[meta:], []byte("charset="))
	if i < 0 {
		return ""
	}
	name := bytes.TrimLeft(head[meta+i+len("charset="):], `"' `)
	if end := bytes.IndexAny(name, "\"'; />\r\n"); end >= 0 {
		name = name[:end]
	}
	if c, ok := findCharset(string(name)); !ok || c.shifted && c.name != "iso-2022-jp" {
		return "" // a page that can be read as far as here is not in UTF-16
	}
	return string(name)
}

// StableText makes valid UTF-8 of an id. Nobody reads it; it only must stay the
// same and differ from others, so its charset is not guessed.
func StableText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	latin, _ := findCharset("windows-1252")
	t, _ := transcode([]byte(s), latin)
	return t
}
