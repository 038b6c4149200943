package main

import (
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
)

func encodingOf(charset string) (encoding.Encoding, error) {
	switch charset {
	case "utf-8", "us-ascii":
		return encoding.Nop, nil
	case "windows-1251":
		return charmap.Windows1251, nil
	case "windows-1252":
		return charmap.Windows1252, nil
	case "windows-1256":
		return charmap.Windows1256, nil
	case "koi8-r":
		return charmap.KOI8R, nil
	case "iso-8859-1":
		return charmap.ISO8859_1, nil
	case "iso-2022-jp":
		return japanese.ISO2022JP, nil
	case "shift_jis":
		return japanese.ShiftJIS, nil
	case "gb2312":
		return simplifiedchinese.GBK, nil // a superset that mail programs send under this name
	}
	return nil, fmt.Errorf("charset %q is not known here", charset)
}

// encode writes text in a charset; ok is false if the charset lacks a letter of it.
func encode(text, charset string) (b []byte, ok bool, err error) {
	enc, err := encodingOf(charset)
	if err != nil {
		return nil, false, err
	}
	b, bad := enc.NewEncoder().Bytes([]byte(text))
	return b, bad == nil, nil
}

// encodeOrUTF8 does as mail programs do: what does not fit is sent in UTF-8.
func encodeOrUTF8(text, charset string) (b []byte, used string, err error) {
	if isASCII(text) {
		if charset == "utf-8" {
			return []byte(text), "utf-8", nil
		}
		return []byte(text), "us-ascii", nil
	}
	b, ok, err := encode(text, charset)
	if err != nil {
		return nil, "", err
	}
	if !ok || charset == "us-ascii" {
		return []byte(text), "utf-8", nil
	}
	return b, charset, nil
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// words writes a header text as encoded words (RFC 2047 section 2), cut between
// letters, in a charset of its own if it fits. No line grows beyond 76 characters.
func words(text, charset string) (string, error) {
	if isASCII(text) {
		return text, nil
	}
	_, charset, err := encodeOrUTF8(text, charset)
	if err != nil {
		return "", err
	}
	var out []string
	for rest := []rune(text); len(rest) > 0; {
		n := len(rest)
		w, err := word(string(rest), charset)
		for err == nil && len(w) > 64 && n > 1 {
			n--
			w, err = word(string(rest[:n]), charset)
		}
		if err != nil {
			return "", err
		}
		out, rest = append(out, w), rest[n:]
	}
	return strings.Join(out, "\n "), nil
}

// word makes one encoded word: Q where most letters are ASCII, else B.
func word(text, charset string) (string, error) {
	b, _, err := encode(text, charset)
	if err != nil {
		return "", err
	}
	if latin := charset == "iso-8859-1" || charset == "windows-1252"; !latin && (charset != "utf-8" || len(b) > 2*len([]rune(text))-len([]rune(text))/2) {
		return "=?" + charset + "?B?" + base64.StdEncoding.EncodeToString(b) + "?=", nil
	}
	var q strings.Builder
	for _, c := range b {
		switch {
		case c == ' ':
			q.WriteByte('_')
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9':
			q.WriteByte(c)
		default:
			fmt.Fprintf(&q, "=%02X", c)
		}
	}
	return "=?" + charset + "?Q?" + q.String() + "?=", nil
}
