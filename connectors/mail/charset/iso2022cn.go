package charset

import (
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// iso2022cn decodes ISO-2022-CN (RFC 1922): GB 2312 and the planes 1 and 2 of CNS
// 11643 in seven bits. Of ISO-2022-CN-EXT it reads what of ISO-IR-165 is GB 2312
// too; characters of the further planes become U+FFFD, which is reported.
type iso2022cn struct{}

// NewDecoder decodes what it can; the rest becomes U+FFFD.
func (iso2022cn) NewDecoder() *encoding.Decoder {
	return &encoding.Decoder{Transformer: wholeText(decodeISO2022CN)}
}

// NewEncoder gives up: mail is never written in ISO-2022-CN.
func (iso2022cn) NewEncoder() *encoding.Encoder { return encoding.Replacement.NewEncoder() }

// cnText collects decoded text, and before it the bytes of a stretch that is in one
// charset. The ASCII in between is the same in both.
type cnText struct {
	out     []byte
	bytes   []byte
	enc     encoding.Encoding
	sets    [3]byte // those shifted to, and those of ESC N and ESC O
	shifted bool
}

func (t *cnText) flush() {
	if t.enc == nil {
		t.out = append(t.out, t.bytes...)
	} else if b, err := t.enc.NewDecoder().Bytes(t.bytes); err == nil {
		t.out = append(t.out, b...)
	}
	t.bytes, t.enc = t.bytes[:0], nil
}

// char takes a character of a set, which the last letter of its escape sequence
// names. It is false if the bytes are none.
func (t *cnText) char(set, a, b byte) bool {
	if a <= ' ' || a > '~' || b <= ' ' || b > '~' {
		return false
	}
	enc := simplifiedchinese.GBK
	a, b = a|0x80, b|0x80
	switch set {
	case 'A', 'E':
	case 'G', 'H':
		enc = traditionalchinese.Big5
		a, b = cnsToBig5(set == 'H', a&0x7f, b&0x7f)
	default:
		a = 0
	}
	if a == 0 { // a set or a character that nobody knows
		t.flush()
		t.out = append(t.out, "\uFFFD"...)
		return true
	}
	if t.enc != nil && t.enc != enc {
		t.flush()
	}
	t.enc = enc
	t.bytes = append(t.bytes, a, b)
	return true
}

func decodeISO2022CN(src []byte) []byte {
	t := cnText{out: make([]byte, 0, len(src)*2)}
	for len(src) > 0 {
		src = src[t.next(src):]
	}
	t.flush()
	return t.out
}

// next takes what stands at the front of b and returns how long it is.
func (t *cnText) next(b []byte) int {
	var at [4]byte
	copy(at[:], b)
	switch c := at[0]; {
	case c == 0x1b && at[1] == '$' && at[2] >= ')' && at[2] <= '+' && at[3] >= 'A' && at[3] <= 'M':
		t.sets[at[2]-')'] = at[3]
		return 4
	case c == 0x1b && at[1] == 'N' && t.char(t.sets[1], at[2], at[3]), c == 0x1b && at[1] == 'O' && t.char(t.sets[2], at[2], at[3]):
		return 4
	case c == 0x0e || c == 0x0f:
		t.shifted = c == 0x0e
	case t.shifted && t.char(t.sets[0], c, at[1]):
		return 2
	default:
		t.shifted = t.shifted && c != '\n' && c != '\r' // a line ends in ASCII, whether it says so or not
		t.bytes = append(t.bytes, c)
	}
	return 1
}

// cnsRun is a stretch of CNS 11643 whose characters stand in Big5 in the same order.
type cnsRun struct{ cns, big5, n int }

// cnsRuns hold planes 1 and 2. Big5 has the characters of both, ordered by strokes;
// the few that were counted wrong there make the many short runs.
var cnsRuns = [2][]cnsRun{{
	{0x2121, 0xa140, 5},
	{0x2127, 0xa146, 15},
	{0x2136, 0xa157, 2},
	{0x2139, 0xa156, 1},
	{0x213e, 0xa15d, 44},
	{0x216a, 0xa1ac, 1},
	{0x216b, 0xa1ab, 1},
	{0x216c, 0xa1ad, 21},
	{0x2225, 0xa1c4, 29},
	{0x2242, 0xa1e2, 1},
	{0x2243, 0xa1e1, 1},
	{0x2245, 0xa1e4, 14},
	{0x2255, 0xa1f4, 2},
	{0x2257, 0xa1f7, 1},
	{0x2258, 0xa1f6, 1},
	{0x2259, 0xa1f8, 4},
	{0x225e, 0xa155, 1},
	{0x225f, 0xa1fe, 63},
	{0x2340, 0xf9fa, 4},
	{0x2344, 0xf9f9, 1},
	{0x2345, 0xf9e9, 3},
	{0x2348, 0xa2a8, 7},
	{0x2421, 0xa2af, 174},
	{0x2621, 0xc6a1, 30},
	{0x4421, 0xa440, 1412},
	{0x5323, 0xad40, 424},
	{0x5753, 0xacfe, 1},
	{0x5754, 0xafd0, 1876},
	{0x6b50, 0xbe52, 1},
	{0x6b51, 0xbbc8, 387},
	{0x6f5c, 0xbe53, 525},
	{0x7535, 0xc2cb, 1},
	{0x7536, 0xc1ab, 189},
	{0x7737, 0xc2cc, 84},
	{0x782d, 0xc456, 1},
	{0x782e, 0xc361, 54},
	{0x7864, 0xc3ba, 1},
	{0x7865, 0xc3b9, 1},
	{0x7866, 0xc3bb, 90},
	{0x7962, 0xc457, 354},
}, {
	{0x2121, 0xc940, 10},
	{0x212b, 0xc94b, 33},
	{0x214c, 0xc9be, 1},
	{0x214d, 0xc96c, 48},
	{0x217d, 0xc9bf, 46},
	{0x224d, 0xcaf7, 1},
	{0x224e, 0xc9ed, 167},
	{0x2439, 0xcaf8, 1840},
	{0x376f, 0xdadf, 1},
	{0x3770, 0xd6cd, 108},
	{0x387e, 0xd77b, 537},
	{0x3e63, 0xd6cc, 1},
	{0x3e64, 0xdae0, 100},
	{0x3f6a, 0xd77a, 1},
	{0x3f6b, 0xdba7, 399},
	{0x4424, 0xddfd, 1637},
	{0x554b, 0xebf1, 1},
	{0x554c, 0xe8a3, 146},
	{0x5722, 0xecde, 1},
	{0x5723, 0xe976, 287},
	{0x5a28, 0xf0cb, 1},
	{0x5a29, 0xeb5b, 116},
	{0x5b3f, 0xebf2, 137},
	{0x5c6a, 0xecdf, 104},
	{0x5d74, 0xf056, 1},
	{0x5d75, 0xedaa, 222},
	{0x6039, 0xeeec, 198},
	{0x6243, 0xf057, 82},
	{0x6337, 0xf0cc, 86},
	{0x642f, 0xeeeb, 1},
	{0x6430, 0xf163, 8},
	{0x6438, 0xf16c, 153},
	{0x6573, 0xf269, 56},
	{0x664d, 0xf4b5, 1},
	{0x664e, 0xf2c3, 113},
	{0x6761, 0xf16b, 1},
	{0x6762, 0xf375, 142},
	{0x6934, 0xf268, 1},
	{0x6935, 0xf466, 45},
	{0x6962, 0xf4b6, 71},
	{0x6a4b, 0xf663, 1},
	{0x6a4c, 0xf4fd, 194},
	{0x6c52, 0xf664, 490},
	{0x7166, 0xf9c4, 1},
	{0x7167, 0xf977, 43},
	{0x7234, 0xf9c5, 1},
	{0x7235, 0xf9c7, 11},
	{0x7240, 0xf9c6, 1},
	{0x7241, 0xf9d2, 4},
}}

// cnsToBig5 finds a character of plane 1 or 2 in Big5; zero is none.
func cnsToBig5(second bool, a, b byte) (lead, trail byte) {
	const rowCNS, rowBig5 = 94, 157
	runs := cnsRuns[0]
	if second {
		runs = cnsRuns[1]
	}
	place := func(code int) int { return (code>>8)*rowCNS + code&0xff }
	for _, r := range runs {
		k := place(int(a)<<8|int(b)) - place(r.cns)
		if k < 0 || k >= r.n {
			continue
		}
		col := r.big5&0xff - 0x40 // trail bytes are 40 to 7E and A1 to FE
		if col > 0x3e {
			col -= 0x22
		}
		row := r.big5>>8 + (col+k)/rowBig5
		if col = (col + k) % rowBig5; col > 0x3e {
			col += 0x22
		}
		return byte(row), byte(col + 0x40)
	}
	return 0, 0
}
