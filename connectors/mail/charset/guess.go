package charset

import (
	"bytes"
	"cmp"
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/gogs/chardet"
)

// guessWindow is how many bytes a guess looks at.
const guessWindow = 4 << 10

// guessText decodes text whose label says nothing or lies. why is the problem to
// report; "" reports only that the charset was guessed.
func (d *Detective) guessText(b []byte, why string) (string, string) {
	if bytes.HasPrefix(b, []byte("\xff\xfe")) || bytes.HasPrefix(b, []byte("\xfe\xff")) {
		if c, ok := findCharset("utf-16"); ok {
			s, _ := transcode(b, c)
			return s, why
		}
	}
	if utf8.Valid(b) {
		if bytes.Contains(b, []byte("\x1b$")) {
			s, problem := escaped(b)
			return s, cmp.Or(problem, why)
		}
		return string(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))), why
	}
	if good, bad := countUTF8(b); good > 8*bad {
		return string(bytes.ToValidUTF8(b, []byte("\uFFFD"))), why
	}
	c := d.charset(b)
	s, _ := transcode(b, c)
	if why == "" {
		return s, "charset guessed: " + c.name
	}
	return s, why + "; guessed " + c.name
}

// Detective guesses charsets. The detector takes a tenth of a millisecond for a
// word and one for a sample, so of the texts of one mail or field only the first
// get one; those after them are taken to be like the last.
type Detective struct {
	asked int
	last  charset
}

// maxGuesses is how often a Detective asks the detector.
const maxGuesses = 100

// charset tells the charset of text that is not UTF-8.
func (d *Detective) charset(b []byte) charset {
	b = sample(b)
	if c := guessCyrillic(b); c.name != "" {
		return c
	}
	if c := guessAsian(b); c.name != "" && dense(b) {
		return c
	}
	latin, _ := findCharset("windows-1252")
	if sparse(b) {
		return latin // CJK and Greek are never that thin; the detector guesses wildly here
	}
	if d.asked == maxGuesses {
		return d.last
	}
	d.asked++
	d.last = detect(b, latin)
	return d.last
}

// detect asks the detector; what it cannot tell is in fallback.
func detect(b []byte, fallback charset) charset {
	results, err := chardet.NewTextDetector().DetectAll(b)
	if err != nil {
		return fallback
	}
	// It works on all charsets at once; those of equal rank come in any order.
	slices.SortFunc(results, func(a, b chardet.Result) int {
		return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(a.Charset, b.Charset))
	})
	for _, r := range results {
		if r.Confidence < 10 {
			break
		}
		c, ok := findCharset(r.Charset)
		if !ok || c.enc == nil || c.shifted {
			continue
		}
		if _, bad := transcode(b, c); bad <= 1 { // the sample may be cut in a character
			return c
		}
	}
	return fallback
}

// sparse tells whether bytes above ASCII stand alone among letters, as accents do.
func sparse(b []byte) bool {
	high, runs := 0, 0
	for i, c := range b {
		if c < utf8.RuneSelf {
			continue
		}
		high++
		if i == 0 || b[i-1] < utf8.RuneSelf {
			runs++
		}
	}
	return high < 3 || high*10 < len(b) && high*10 < runs*14
}

// longestHigh is the longest run of bytes above ASCII. Accented letters do not
// stand four in a row; where they seem to, they are another script's.
func longestHigh(b []byte) int {
	longest, n := 0, 0
	for _, c := range b {
		if c < utf8.RuneSelf {
			n = 0
			continue
		}
		n++
		longest = max(longest, n)
	}
	return longest
}

// sample returns a stretch of b that holds its first bytes above ASCII.
func sample(b []byte) []byte {
	if len(b) <= guessWindow {
		return b
	}
	at := bytes.IndexFunc(b, func(r rune) bool { return r >= utf8.RuneSelf })
	at = max(0, min(at-guessWindow/8, len(b)-guessWindow))
	if i := bytes.IndexByte(b[at:at+guessWindow/8], '\n'); i >= 0 && at > 0 {
		at += i + 1
	}
	return b[at:min(len(b), at+guessWindow)]
}

// cyrillicCharsets are tried in this order; a tie goes to the first.
var cyrillicCharsets = [...]string{"windows-1251", "koi8-u", "ibm866", "iso-8859-5", "x-mac-cyrillic"}

// guessCyrillic tells which of the Cyrillic charsets b is in, or none.
//
// The charsets put the same letters elsewhere, koi8 with the cases swapped, so
// read in the wrong one a text has rare letters and capitals inside words.
func guessCyrillic(b []byte) charset {
	b = sample(b)
	if !dense(b) {
		return charset{}
	}
	var best charset
	top := 0
	for _, name := range cyrillicCharsets {
		c, ok := findCharset(name)
		if !ok {
			continue
		}
		s, _ := transcode(b, c)
		if score := cyrillicScore(s); score > top {
			best, top = c, score
		}
	}
	return best
}

// dense tells whether most letters of the words that hold bytes above ASCII are
// such bytes: so in Cyrillic, not so in Latin.
func dense(b []byte) bool {
	high, ascii := 0, 0
	for i := 0; i < len(b); {
		h, a := 0, 0
		for ; i < len(b) && (b[i] >= utf8.RuneSelf || isLetter(b[i])); i++ {
			if b[i] >= utf8.RuneSelf {
				h++
			} else {
				a++
			}
		}
		if h > 0 {
			high, ascii = high+h, ascii+a
		} else {
			i++
		}
	}
	return high >= 3 && high > 3*ascii && longestHigh(b) > 1
}

func isLetter(c byte) bool { c |= 0x20; return 'a' <= c && c <= 'z' }

// cyrillicScore is above zero if s reads like a Slavic language; the higher the
// better. The letters are those most frequent in Russian, Ukrainian and Bulgarian.
func cyrillicScore(s string) int {
	score, n := 0, 0
	var prev rune
	for _, r := range s {
		if r < utf8.RuneSelf {
			prev = r
			continue
		}
		n++
		score += cyrillicLetter(r)
		switch {
		case unicode.IsUpper(r) && unicode.IsLower(prev):
			score -= 5
		case unicode.IsLower(r) && unicode.IsUpper(prev):
			score++
		}
		prev = r
	}
	if score <= n {
		return 0
	}
	return score * 100 / n
}

func cyrillicLetter(r rune) int {
	switch {
	case r >= 'а' && r <= 'я':
		switch r {
		case 'о', 'е', 'а', 'и', 'н', 'т', 'с', 'р', 'в', 'л':
			return 3
		case 'щ', 'ъ', 'э', 'ф', 'ц':
			return 0
		}
		return 2
	case r >= 'А' && r <= 'Я':
		return 1
	case r == 'ё' || r == 'і' || r == 'ї' || r == 'є':
		return 1
	case r == '«' || r == '»' || r == '—' || r == '–' || r == '№' || r == '\u00a0' || r == '“' || r == '”' || r == '…':
		return 1
	}
	return -4
}
