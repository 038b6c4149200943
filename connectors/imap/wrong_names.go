package imap

import (
	"bytes"
	"encoding/base64"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// wrongNames are folders whose names are not in the modified UTF-7 that they should be
// in (RFC 3501, section 5.1.3): old servers and careless programs have made such. The
// library breaks the connection at one. So each is given another name on its way in,
// and its own on the way out.
type wrongNames struct {
	mu  sync.Mutex
	own map[string]string // by the name that the library writes, the one of the server
}

// wrongMark ends the names that were given, so that none is that of another folder. It
// is not shown.
const wrongMark = "\u200b"

var (
	listLine = regexp.MustCompile(`(?is)^(\* LIST \([^)]*\) (?:NIL|"(?:\\?.)") )(.*)$`)
	selects  = regexp.MustCompile(`^\S+ (?:SELECT|EXAMINE|STATUS|APPEND|CREATE|UID (?:COPY|MOVE) \S+) `)
)

// listed is a line of the server's list of folders with a name that can be read. Of a
// name that comes as a literal it is told with the line.
func (w *wrongNames) listed(line []byte) []byte {
	m := listLine.FindSubmatch(line)
	if m == nil {
		return line
	}
	name, rest, ok := firstString(m[2])
	if !ok || wellNamed(name) {
		return line
	}
	shown := name
	if !utf8.ValidString(name) {
		shown, _ = charmap.Windows1252.NewDecoder().String(name) // it takes any bytes
	}
	given := shown + wrongMark
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.own == nil {
		w.own = map[string]string{}
	}
	w.own[quoted(modifiedUTF7(given))] = quoted(name)
	w.own[quoted(strings.ReplaceAll(given, "&", "&-"))] = quoted(name) // as the library writes to a server of UTF-8
	return append(append(append([]byte{}, m[1]...), quoted(modifiedUTF7(given))...), rest...)
}

// asked is a command with the server's own names.
func (w *wrongNames) asked(command []byte) []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.own) == 0 || !selects.Match(command) {
		return command
	}
	for given, own := range w.own {
		command = bytes.Replace(command, []byte(given), []byte(own), 1)
	}
	return command
}

// firstString cuts off a string in quotes, a literal or a bare word.
func firstString(b []byte) (s string, rest []byte, ok bool) {
	switch {
	case len(b) == 0:
		return "", nil, false
	case b[0] == '"':
		var out []byte
		for i := 1; i < len(b); i++ {
			switch {
			case b[i] == '"':
				return string(out), b[i+1:], true
			case b[i] == '\\' && i+1 < len(b):
				i++
			}
			out = append(out, b[i])
		}
		return "", nil, false
	case b[0] == '{':
		end := bytes.Index(b, []byte("}\r\n"))
		n, err := strconv.Atoi(string(b[1:max(1, end)]))
		if err != nil || end+3+n > len(b) {
			return "", nil, false
		}
		return string(b[end+3 : end+3+n]), b[end+3+n:], true
	}
	end := bytes.IndexAny(b, " \r\n")
	if end < 0 {
		end = len(b)
	}
	return string(b[:end]), b[end:], true
}

func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

var utf7Base64 = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,").WithPadding(base64.NoPadding)

// wellNamed tells whether a name is modified UTF-7 as strictly as the library reads it,
// or plain UTF-8, which it takes.
func wellNamed(name string) bool {
	if !utf8.ValidString(name) {
		return false
	}
	for i, after := 0, -1; i < len(name); i++ {
		switch c := name[i]; {
		case c < ' ' || c == 0x7f:
			return false
		case c != '&':
			continue
		}
		word, _, closed := strings.Cut(name[i+1:], "-")
		if !closed || word != "" && (after == i || !wellCoded(word)) {
			return false
		}
		i += 1 + len(word)
		if word != "" {
			after = i + 1 // no other may follow at once
		}
	}
	return true
}

// wellCoded tells whether a word is UTF-16 of letters that need it.
func wellCoded(word string) bool {
	b, err := utf7Base64.DecodeString(word)
	if err != nil || len(b) == 0 || len(b)%2 != 0 {
		return false
	}
	for i := 0; i < len(b); i += 2 {
		r := rune(b[i])<<8 | rune(b[i+1])
		switch {
		case utf16.IsSurrogate(r):
			if i += 2; i >= len(b) || utf16.DecodeRune(r, rune(b[i])<<8|rune(b[i+1])) == utf8.RuneError {
				return false
			}
		case ' ' <= r && r <= '~':
			return false
		}
	}
	return true
}

// modifiedUTF7 is a name as servers want it.
func modifiedUTF7(name string) string {
	var out strings.Builder
	for rest := name; rest != ""; {
		i := strings.IndexFunc(rest, func(r rune) bool { return r >= ' ' && r <= '~' })
		if i < 0 {
			i = len(rest)
		}
		if i > 0 {
			var b []byte
			for _, u := range utf16.Encode([]rune(rest[:i])) {
				b = append(b, byte(u>>8), byte(u))
			}
			out.WriteString("&" + utf7Base64.EncodeToString(b) + "-")
			rest = rest[i:]
			continue
		}
		out.WriteByte(rest[0])
		if rest[0] == '&' {
			out.WriteByte('-')
		}
		rest = rest[1:]
	}
	return out.String()
}
