package charset

import (
	"strings"
	"testing"
	"unicode/utf8"
)

var wordCases = []struct{ in, want string }{
	{"plain", "plain"},
	{"=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"},
	{"=?UTF-8?b?0J/RgNC40LLQtdGC?=", "Привет"},
	{"=?utf-8?B?0J/RgNC40LL?= =?utf-8?B?QtdGC?=", "Привет"},
	{"=?utf-8?B?0J/R?= =?utf-8?B?gNC40LLQtdGC?=", "Привет"},
	{"=?utf-8?Q?=D0?= =?utf-8?Q?=9F?=", "П"},
	{"=?utf-8?Q?a b?= c", "a b c"},
	{"=?utf-8?Q?a?= =?utf-8?Q?b?= c", "ab c"},
	{"x =?utf-8?Q?a?= y", "x a y"},
	{"=?utf-8?B?YWI?=", "ab"},
	{"=?us-ascii*en?Q?word?=", "word"},
	{"=?koi8-r?B?8NLJ18XU?=", "Привет"},
	{"=?windows-1251?Q?=CF=F0=E8=E2=E5=F2?=", "Привет"},
	{"=?iso-2022-jp?B?GyRCJDMkcyRLJEEkTxsoQg==?=", "こんにちは"},
	{"=?gb2312?B?xOO6ww==?=", "你好"},
	{"=?ks_c_5601-1987?B?vsiz5w==?=", "안녕"},
	{"=?big5?B?p0GmbqFA?=", "你好\u3000"},
	{"=?us-ascii?Q?=CF=F0=E8=E2=E5=F2?=", "Привет"},
	{"=?nonsense?Q?=C3=A9?=", "é"},
	{"=?utf-7?Q?+BB8EQAQ4BDIENQRC-?=", "Привет"},
	{"=?utf-8?Q?open", "open"},
	{"\xf0\xd2\xc9\xd7\xc5\xd4 \xcd\xc9\xd2", "Привет мир"},
	{"=?broken", "=?broken"},
	{"tab\tin", "tab in"},
}

func TestDecodeWords(t *testing.T) {
	for _, c := range wordCases {
		if got := DecodeWords(c.in); got != c.want {
			t.Errorf("%q: got %q, want %q", c.in, got, c.want)
		}
	}
}

func FuzzDecodeWords(f *testing.F) {
	for _, c := range wordCases {
		f.Add(c.in)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := DecodeWords(s)
		if !utf8.ValidString(got) || strings.ContainsAny(got, "\r\n\x00") {
			t.Errorf("%q", got)
		}
		if len(got) > 8*len(s)+8 {
			t.Errorf("%d bytes from %d", len(got), len(s))
		}
	})
}
