package mapping

import (
	"strings"
	"unicode/utf8"
)

// span is a stretch of a text: bytes start to end.
type span struct{ start, end int }

// A digit group is a run of digits; groups that only a single separator parts
// form a chain.
type group struct {
	span
	digits string // as ASCII
}

// cards finds the numbers of payment cards: 13 to 19 digits that begin as card
// numbers do (ISO/IEC 7812: a major industry of 2 to 6) and pass the check of
// Luhn, written together or in groups with a space, hyphen or dot between, in
// ASCII, full-width or Arabic digits. A longer run of digits is no card number.
func cards(s string) []span {
	var found []span
	var chain []group
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf && (c < '0' || c > '9') && len(chain) == 0 {
			i++
			continue
		}
		g := digitsAt(s, i)
		if g.end > g.start {
			chain = append(chain, g)
			if n := separatorAt(s, g.end); n > 0 {
				i = g.end + n
				continue
			}
			i = g.end
		} else if len(chain) == 0 {
			_, n := utf8.DecodeRuneInString(s[i:])
			i += n
			continue
		}
		found = append(found, inChain(chain)...)
		chain = chain[:0]
	}
	return append(found, inChain(chain)...)
}

// digitsAt reads the run of digits at i, which may be empty.
func digitsAt(s string, i int) group {
	g := group{span: span{i, i}}
	var digits strings.Builder
	for g.end < len(s) {
		r, n := utf8.DecodeRuneInString(s[g.end:])
		d := digit(r)
		if d == 0 {
			break
		}
		digits.WriteByte(d)
		g.end += n
	}
	g.digits = digits.String()
	return g
}

// digit returns the ASCII digit that r means, or 0.
func digit(r rune) byte {
	for _, zero := range [...]rune{'0', '０', '٠', '۰'} {
		if r >= zero && r <= zero+9 {
			return byte('0' + r - zero)
		}
	}
	return 0
}

// separatorAt returns the length of the separator between groups at i, or 0.
func separatorAt(s string, i int) int {
	for _, sep := range [...]string{" ", "-", ".", "\u00a0", "\u2011", "\u2013", "&nbsp;", "&#160;", "\u3000"} {
		if strings.HasPrefix(s[i:], sep) {
			return len(sep)
		}
	}
	return 0
}

// inChain finds the card numbers made of whole groups that follow each other.
func inChain(chain []group) []span {
	var found []span
	for i := 0; i < len(chain); i++ {
		number, last := "", -1
		for j := i; j < len(chain) && len(number)+len(chain[j].digits) <= 19; j++ {
			number += chain[j].digits
			if isCard(number) {
				last = j
			}
		}
		if last >= 0 {
			found = append(found, span{chain[i].start, chain[last].end})
			i = last
		}
	}
	return found
}

// isCard tells whether digits are a card number by length, beginning and check
// digit (ISO/IEC 7812-1, annex B).
func isCard(digits string) bool {
	if len(digits) < 13 || len(digits) > 19 || digits[0] < '2' || digits[0] > '6' {
		return false
	}
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
