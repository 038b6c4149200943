package crosslinks

import "strings"

// nextAddress is where the next address of the web begins; -1 if there is none.
func nextAddress(s string) int {
	for from := 0; ; {
		i := strings.Index(s[from:], "://")
		if i < 0 {
			return -1
		}
		at := from + i
		for _, scheme := range [...]string{"https", "http"} {
			if begin := at - len(scheme); begin >= 0 && strings.EqualFold(s[begin:at], scheme) {
				return begin
			}
		}
		from = at + len("://")
	}
}

// addressLen is how far the address at the beginning of s goes: what ends a sentence, closes
// a bracket or begins an element is no part of it, nor is a letter that addresses have only
// in other writing (a text in Japanese has no blank after it).
func addressLen(s string, page bool) int {
	n := strings.IndexFunc(s, ends)
	if n < 0 {
		n = len(s)
	}
	if page {
		n = entityIn(s[:n])
	}
	return len(strings.TrimRight(s[:n], ".,:;!?*_"))
}

// entityIn is where, in the text of a page, a sign begins that is written as an entity; that
// of an ampersand belongs to the address.
func entityIn(s string) int {
	const ampersand = "&amp;"
	for at := 0; ; {
		i := strings.IndexByte(s[at:], '&')
		if i < 0 {
			return len(s)
		}
		at += i
		if !strings.HasPrefix(s[at:], ampersand) {
			end := strings.IndexFunc(s[at+1:], notInEntity)
			if end > 0 && s[at+1+end] == ';' {
				return at
			}
			at++
			continue
		}
		at += len(ampersand)
	}
}

func notInEntity(r rune) bool {
	return r != '#' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
}

func ends(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune("<>\"'`()[]{}|\\^", r)
}
