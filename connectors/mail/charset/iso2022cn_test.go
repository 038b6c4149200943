package charset

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestISO2022CN(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"GB 2312", "a \x1b$)A\x0eVPND\x0f b", "a 中文 b"},
		{"CNS 11643, both planes", "\x1b$)G\x1b$*H\x0eG(\x1bN!!\x0f!", "交乂!"},
		{"two sets in one line", "\x1b$)A\x0eVP\x1b$)G\x0fG\x0eG(\x0f", "中G交"},
		{"a line ends in ASCII", "\x1b$)A\x0eVP\nND", "中\nND"},
		{"a character counted wrong in Big5", "\x1b$)G\x0eWS\x0f", "耄"},
		{"first and last of the planes", "\x1b$)G\x1b$*H\x0e!!D!}C\x1bN!!\x1bNrD\x0f", "\u3000一豔乂龘"},
	} {
		got, problem := new(Detective).Text([]byte(c.text), "ISO-2022-CN")
		if got != c.want || problem != "" {
			t.Errorf("%s: %q (%s), want %q", c.name, got, problem, c.want)
		}
		if got, problem = new(Detective).Text([]byte(c.text), ""); got != c.want || problem != "" {
			t.Errorf("%s without a label: %q (%s), want %q", c.name, got, problem, c.want)
		}
	}
}

func TestWhatISO2022CNDoesNotReadIsSaid(t *testing.T) {
	for label, text := range map[string]string{
		"iso-2022-cn-ext":                        "\x1b$+I\x1bO!! and more",
		"a label that nobody knows, like ISO-IR": "\x1b$)E\x1b$+I\x1bO!! and more",
	} {
		got, problem := new(Detective).Text([]byte(text), label)
		if problem == "" || !strings.HasSuffix(got, " and more") {
			t.Errorf("%s: %q (%s)", label, got, problem)
		}
	}
	if got, problem := new(Detective).Text([]byte("\x1b[31mred\x1b[0m"), ""); problem != "" || got != "\x1b[31mred\x1b[0m" {
		t.Errorf("colours of a terminal: %q (%s)", got, problem)
	}
}

func FuzzText(f *testing.F) {
	for label, text := range map[string]string{
		"iso-2022-cn": "\x1b$)G\x1b$*H\x0eG(\x1bN!!\x0f!", "iso-2022-kr": "\x1b$)C\x0e>H\x0f", "iso-2022-jp": "\x1b$B$3\x1b(B",
		"utf-7": "+BB8-", "utf-8": "\xff\xfe", "gb2312": "\xc4\xe3", "big5": "\xa7\x41", "koi8-r": "\xf0\xd2", "utf-16": "\xfe\xff\x00a",
	} {
		f.Add([]byte(text), label)
	}
	f.Fuzz(func(t *testing.T, b []byte, label string) {
		got, _ := new(Detective).Text(b, label)
		if !utf8.ValidString(got) || len(got) > 8*len(b)+8 {
			t.Errorf("%q of %d bytes", got, len(b))
		}
		again, _ := new(Detective).Text(b, label)
		if got != again {
			t.Errorf("%q, then %q", got, again)
		}
	})
}
