package archive

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// longestWord bounds an indexed word, in bytes. Longer runs (base64, keys) are cut,
// in the index and in queries alike.
const longestWord = 64

// folder turns text into the words of the index: lower case, without diacritics,
// one space between two. Words are runs of letters and digits; in scripts written
// without spaces each letter is a word, so that any part of a run is found as a
// phrase. Index and queries go through the same folder.
//
// It remembers folded runes, so it is for one goroutine.
type folder struct {
	runes map[rune]folded
}

type folded struct {
	text  string // "" is a separator, unless joins
	alone bool   // a word of its own
	joins bool   // says nothing and parts nothing: a combining mark
}

func newFolder() *folder { return &folder{runes: map[rune]folded{}} }

// words appends the words of s to dst, each with a space after it.
func (f *folder) words(dst []byte, s string) []byte {
	dst = slices.Grow(dst, len(s)+1)
	start := len(dst) // of the word being built
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			dst, start = f.wide(dst, start, r)
			i += size
			continue
		}
		i++
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			dst = append(dst, c)
		case c >= 'A' && c <= 'Z':
			dst = append(dst, c+'a'-'A')
		default:
			dst = end(dst, start)
			start = len(dst)
		}
	}
	return end(dst, start)
}

// all appends the words of several texts.
func (f *folder) all(dst []byte, texts ...string) []byte {
	for _, s := range texts {
		dst = f.words(dst, s)
	}
	return dst
}

// wide appends a rune beyond ASCII and returns where the word at hand begins.
func (f *folder) wide(dst []byte, start int, r rune) ([]byte, int) {
	g, ok := f.runes[r]
	if !ok {
		g = foldRune(r)
		f.runes[r] = g
	}
	switch {
	case g.joins:
		return dst, start
	case g.text == "":
		dst = end(dst, start)
		return dst, len(dst)
	case g.alone:
		dst = end(dst, start)
		dst = append(append(dst, g.text...), ' ')
		return dst, len(dst)
	}
	return append(dst, g.text...), start
}

// end closes the word that begins at start: cuts it, and puts a space after it.
func end(dst []byte, start int) []byte {
	if len(dst) == start {
		return dst
	}
	if len(dst)-start > longestWord {
		cut := start + longestWord
		for cut > start && !utf8.RuneStart(dst[cut]) {
			cut--
		}
		dst = dst[:cut]
	}
	return append(dst, ' ')
}

// foldRune decomposes r for compatibility (full width, ligatures), drops the marks
// and lowers what is left. Hangul stays whole: its parts would be no letters.
func foldRune(r rune) folded {
	if r == utf8.RuneError {
		return folded{}
	}
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return folded{joins: true}
	}
	whole := string(r)
	if !unicode.Is(unicode.Hangul, r) {
		whole = norm.NFKD.String(whole)
	}
	var b strings.Builder
	for _, p := range whole {
		if unicode.IsLetter(p) || unicode.IsDigit(p) || unicode.IsNumber(p) {
			b.WriteRune(unicode.ToLower(p))
		}
	}
	return folded{text: b.String(), alone: unspaced(r)}
}

// unspaced tells whether r is of a script that puts no spaces between words, or,
// as Korean, glues endings to them.
func unspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul,
		unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan) ||
		r >= 0xFF66 && r <= 0xFF9F || r == 'ー'
}
