package charset

import "unicode/utf8"

// guessAsian tells whether b is in EUC-KR, GB 2312 or EUC-JP, or none. In these
// every character is a pair of bytes above 0xA0, which no other text keeps up for
// long; the detector needs more text than a subject has.
//
// The three differ by what the first bytes of pairs are: Hangul stands at B0 to
// C8, frequent Chinese characters at B0 to D7, kana at A4 and A5.
func guessAsian(b []byte) charset {
	b = sample(b)
	var pairs, hangul, frequent, kana int
	for i := 0; i < len(b); i++ {
		if b[i] < utf8.RuneSelf {
			continue
		}
		if i+1 == len(b) && pairs > 100 {
			break // the sample ends inside a pair
		}
		if i+1 == len(b) || b[i] <= 0xa0 || b[i+1] <= 0xa0 || b[i] == 0xff || b[i+1] == 0xff {
			return charset{}
		}
		switch lead := b[i]; {
		case lead == 0xa4 || lead == 0xa5:
			kana++
			pairs++
		case lead >= 0xb0:
			pairs++
			if lead <= 0xd7 {
				frequent++
			}
			if lead <= 0xc8 {
				hangul++
			}
		}
		i++
	}
	name := "gb18030"
	switch {
	case pairs < 3 || frequent+kana < pairs*3/4:
		return charset{}
	case kana*5 > pairs:
		name = "euc-jp"
	case hangul*10 >= pairs*9:
		name = "euc-kr"
	}
	c, _ := findCharset(name)
	return c
}

// guessForeign tells which script a text is in that is labelled as Latin and
// looks like none.
func guessForeign(b []byte) charset {
	if longestHigh(b) < 4 {
		return charset{}
	}
	if c := guessCyrillic(b); c.name != "" {
		return c
	}
	if !dense(sample(b)) {
		return charset{}
	}
	return guessAsian(b)
}
