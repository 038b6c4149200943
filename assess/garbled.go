package assess

import "strings"

// marksOfLies are what the letters of one encoding look like in another.
var marksOfLies = []string{
	"\uFFFD", "Ã¤", "Ã¶", "Ã¼", "ÃŸ", "Ã©", "Ã¨", "Ã±", "â€™", "â€œ", "â€“", "Â ", // UTF-8 as windows-1252
	"Ð¾Ð", "Ñ\u0081Ñ", "Ð½Ð", // UTF-8 of Cyrillic as Latin-1
	"РѕР", "СЃС", "РЅР", "вЂ", // as windows-1251
	"ÿýÿý", "Èíô", "Ïðè", "ïðî", "ñòà", // windows-1251 as windows-1252
}

// garbled tells whether an encoding lied about the letters. A text is looked at as far as a
// person would look.
func garbled(s string) bool {
	const far = 4 << 10
	if len(s) > far {
		s = s[:far]
		for len(s) > 0 && s[len(s)-1]&0xC0 == 0x80 { // the rest of a letter
			s = s[:len(s)-1]
		}
		if len(s) > 0 && s[len(s)-1] >= 0xC0 {
			s = s[:len(s)-1]
		}
	}
	for _, mark := range marksOfLies {
		if strings.Contains(s, mark) {
			return true
		}
	}
	return accented(s) >= manyAccents
}

// manyAccents is how many accented letters of Latin-1 no language has in a row: they are
// Cyrillic ones, read as windows-1252.
const manyAccents = 4

// accented is the longest row of them.
func accented(s string) (most int) {
	n := 0
	for _, r := range s {
		if r < 0xC0 || r > 0xFF || r == '×' || r == '÷' {
			n = 0
			continue
		}
		n++
		most = max(most, n)
	}
	return most
}

// garbledFields tells whether the names or values of custom fields are.
func garbledFields(of map[string]any) bool {
	for name, v := range of {
		if text, is := v.(string); garbled(name) || is && garbled(text) {
			return true
		}
	}
	return false
}
