package rfc5322

import (
	"strings"

	"github.com/deskhaul/deskhaul/connectors/mail/charset"
)

// appendIDs adds the message ids of a field (RFC 5322 section 3.6.4).
func appendIDs(ids []string, s string) []string {
	if strings.IndexByte(s, '<') < 0 {
		return appendBareIDs(ids, s)
	}
	for {
		open := strings.IndexByte(s, '<')
		if open < 0 {
			return ids
		}
		s = s[open+1:]
		end := strings.IndexAny(s, "<>")
		if end < 0 { // cut short; what is there still names it
			end = len(s)
		}
		id := cleanID(s[:end])
		s = s[end:]
		if id != "" && !strings.HasPrefix(s, ">'s ") { // "NAME <address>'s message of ..."
			ids = append(ids, id)
		}
	}
}

// appendBareIDs takes a field without brackets: ids and nothing else, for in a
// sentence what holds an "@" is rather somebody's address.
func appendBareIDs(ids []string, s string) []string {
	words := strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' || r == ',' || r == ';' })
	for i, w := range words {
		words[i] = strings.Trim(w, `>"()`)
		if len(words) > 1 && !strings.Contains(w, "@") {
			return ids
		}
	}
	for _, w := range words {
		if id := cleanID(w); id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// cleanID drops the white space with which folding splits ids.
func cleanID(s string) string {
	if strings.ContainsAny(s, " \t\r\n\x00") {
		s = strings.Map(func(r rune) rune {
			if r <= ' ' {
				return -1
			}
			return r
		}, s)
	}
	return charset.StableText(s)
}
