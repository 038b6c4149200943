// Package table is what connectors of tables (CSV, Excel) share: finding the
// header, guessing what each column is, reading dates and words of several
// languages, and turning rows into the records of a desk and back.
//
// It knows no file format: rows come in and go out as cells of text.
package table

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// plain brings the name of a column into the form in which names are compared:
// lower case, without accents, words (also those of camelCase and snake_case)
// separated by one space, punctuation dropped.
func plain(s string) string {
	var b strings.Builder
	gap, lower := false, false
	for _, r := range norm.NFD.String(norm.NFKC.String(s)) {
		switch {
		case unicode.Is(unicode.Mn, r) && !isKana(r): // й is и with a breve: folding both sides alike is harmless
			continue
		case unicode.IsLetter(r) || unicode.IsDigit(r) || isKana(r):
			if (gap || lower && unicode.IsUpper(r)) && b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteRune(unfold(unicode.ToLower(r)))
			gap, lower = false, unicode.IsLower(r)
		default:
			gap = true
		}
	}
	return b.String()
}

// isKana keeps the marks that tell Japanese sounds apart.
func isKana(r rune) bool { return r == '\u3099' || r == '\u309a' || r == '\u30fc' }

func unfold(r rune) rune {
	switch r {
	case 'ı':
		return 'i'
	case 'ł':
		return 'l'
	case 'ø':
		return 'o'
	}
	return r
}
