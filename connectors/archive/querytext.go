package archive

import (
	"strings"
	"unicode/utf8"
)

// mostTerms bounds a search; what is beyond is left out.
const mostTerms = 16

// term is one part of a search: words that stand side by side.
type term struct {
	words  []string // folded, at least one
	not    bool
	prefix bool // the last word may go on
}

// parseSearch reads what a person typed: words that all must be there, "phrases",
// -without, begin*. There are no mistakes in it: what has no meaning is skipped.
func parseSearch(text string) []term {
	f := newFolder()
	var terms []term
	for rest := strings.TrimSpace(text); rest != "" && len(terms) < mostTerms; rest = strings.TrimSpace(rest) {
		var t term
		if len(rest) > 1 && rest[0] == '-' {
			t.not, rest = true, rest[1:]
		}
		var raw string
		raw, rest = nextRaw(rest)
		t.prefix = strings.HasSuffix(raw, "*") || strings.HasPrefix(rest, "*")
		t.words = strings.Fields(string(f.words(nil, raw)))
		if len(t.words) > 0 {
			terms = append(terms, t)
		}
	}
	return terms
}

// nextRaw cuts a phrase or a word off s. A phrase that is not closed goes on to
// the end; typographic quotes are quotes.
func nextRaw(s string) (raw, rest string) {
	for _, q := range [...][2]string{{`"`, `"`}, {"“", "”"}, {"„", "“"}, {"«", "»"}} {
		if !strings.HasPrefix(s, q[0]) {
			continue
		}
		raw, rest, _ = strings.Cut(s[len(q[0]):], q[1])
		return raw, rest
	}
	if i := strings.IndexFunc(s, isBreak); i >= 0 {
		_, size := utf8.DecodeRuneInString(s[i:])
		if s[i] == '"' {
			size = 0
		}
		return s[:i], s[i+size:]
	}
	return s, ""
}

func isBreak(r rune) bool {
	return r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '　' || r == '"'
}
