package suggest

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// words brings a name into the form in which names are compared: its words in lower
// case, without accents and punctuation, also those of camelCase and snake_case.
func words(s string) []string {
	var b strings.Builder
	lower := false
	for _, r := range norm.NFD.String(norm.NFKC.String(s)) {
		switch {
		case unicode.Is(unicode.Mn, r) && !kana(r): // й loses its breve on both sides alike
			continue
		case unicode.IsLetter(r), unicode.IsDigit(r), kana(r):
			if lower && unicode.IsUpper(r) {
				b.WriteByte(' ')
			}
			b.WriteRune(unicode.ToLower(r))
			lower = unicode.IsLower(r)
		default:
			b.WriteByte(' ')
			lower = false
		}
	}
	return strings.Fields(b.String())
}

// kana are the marks that tell Japanese sounds apart.
func kana(r rune) bool { return r == '\u3099' || r == '\u309a' || r == '\u30fc' }

// plain is a name in the form in which names are compared, its words with one space
// between them.
func plain(s string) string { return strings.Join(words(s), " ") }

// cyrillic is how Russian and its neighbours are written in Latin letters, after words
// has folded й into и and ё into е.
var cyrillic = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'ґ': "g", 'д': "d", 'е': "e", 'є': "ye", 'ж': "zh", 'з': "z", 'и': "i", 'і': "i", 'к': "k",
	'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f", 'х': "kh", 'ц': "ts", 'ч': "ch",
	'ш': "sh", 'щ': "shch", 'ъ': "", 'ы': "y", 'ь': "", 'э': "e", 'ю': "yu", 'я': "ya",
}

// latin writes a word in Latin letters. What is neither Latin nor Cyrillic stays.
func latin(word string) string {
	var b strings.Builder
	for _, r := range word {
		if to, ok := cyrillic[r]; ok {
			b.WriteString(to)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// spellings are the many ways in which one Russian sound is written in Latin letters;
// longer ones first.
var spellings = strings.NewReplacer(
	"shch", "s", "sch", "s", "sh", "s", "ch", "c", "zh", "z", "kh", "h", "ts", "c", "tz", "c",
	"yu", "u", "iu", "u", "ju", "u", "ya", "a", "ia", "a", "ja", "a", "yo", "e", "jo", "e", "ye", "e", "je", "e",
	"x", "ks", "ph", "f", "w", "v", "y", "i", "j", "i", "ё", "e", "ck", "k", "q", "k",
)

// skeleton is what is left of a word however it was transliterated.
func skeleton(word string) string {
	var b strings.Builder
	var last rune
	for _, r := range spellings.Replace(latin(word)) {
		if r != last { // Filipp, Philip
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}

// script says in which letters a word is written: Latin 'l', Cyrillic 'c', figures 'd',
// others, and mixed ones, 'o'.
func script(word string) rune {
	found := rune(0)
	for _, r := range word {
		is := 'o'
		switch {
		case unicode.IsDigit(r):
			is = 'd'
		case unicode.Is(unicode.Latin, r):
			is = 'l'
		case unicode.Is(unicode.Cyrillic, r):
			is = 'c'
		}
		if found != 0 && found != is && found != 'd' && is != 'd' {
			return 'o'
		}
		if found == 0 || is != 'd' {
			found = is
		}
	}
	return found
}
