package rfc5322

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors/mail/charset"
)

func TestReadHeader(t *testing.T) {
	for _, c := range []struct {
		name, mail string
		fields     []HeaderField
		body       string
	}{
		{"plain", "A: 1\r\nB: 2\r\n\r\nbody", []HeaderField{{"A", "1"}, {"B", "2"}}, "body"},
		{"folded", "A: 1\n  2\n\t3\n\nbody", []HeaderField{{"A", "1  2\t3"}}, "body"},
		{"lone CR", "A: 1\rB: 2\r\rbody", []HeaderField{{"A", "1"}, {"B", "2"}}, "body"},
		{"CR CR LF", "A: 1\r\r\nB: 2\r\r\n\r\r\nbody", []HeaderField{{"A", "1"}, {"B", "2"}}, "body"},
		{"mbox line before", "From a@example.com Tue Nov  3\nA: 1\n\nbody", []HeaderField{{"A", "1"}}, "body"},
		{"quoted mbox line before", ">From a@example.com Tue Nov  3\nA: 1\n\nbody", []HeaderField{{"A", "1"}}, "body"},
		{"blank lines before", "\r\n\nA: 1\n\nbody", []HeaderField{{"A", "1"}}, "body"},
		{"byte order mark", "\xef\xbb\xbfA: 1\n\nbody", []HeaderField{{"A", "1"}}, "body"},
		{"value on the next line", "A:\n value\n\nbody", []HeaderField{{"A", "value"}}, "body"},
		{"blank before the colon", "A : 1\n\nbody", []HeaderField{{"A", "1"}}, "body"},
		{"broken without indent", "Subject: long\n and long\nand longer\nTo: x\n\nbody", []HeaderField{{"Subject", "long and long and longer"}, {"To", "x"}}, "body"},
		{"no blank line before the body", "A: 1\nHello there\nworld", []HeaderField{{"A", "1"}}, "Hello there\nworld"},
		{"no blank line before a boundary", "A: 1\n--b\nB: 2\n\n", []HeaderField{{"A", "1"}}, "--b\nB: 2\n\n"},
		{"line of blanks ends it", "A: 1\n \t \nbody: no", []HeaderField{{"A", "1"}, {"body", "no"}}, ""},
		{"line of blanks before text", "A: 1\n  \nbody", []HeaderField{{"A", "1"}}, "body"},
		{"nothing", "", nil, ""},
		{"only a body", "hello world\nmore", nil, "hello world\nmore"},
		{"bytes above ASCII", "Subject: \xcf\xf0\n\n", []HeaderField{{"Subject", "\xcf\xf0"}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, body, err := ReadHeader(Bytes([]byte(c.mail)))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.fields, h.Fields); d != "" {
				t.Error(d)
			}
			if c.mail[body:] != c.body {
				t.Errorf("body %q, want %q", c.mail[body:], c.body)
			}
		})
	}
}

func TestReadHeaderOfAMegabyte(t *testing.T) {
	mail := "To: " + strings.Repeat("somebody@example.com,\r\n ", 50_000) + "last@example.com\r\nSubject: long\r\n\r\nbody"
	h, body, err := ReadHeader(Bytes([]byte(mail)))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(h.Addresses("To")); n != 50_001 || h.Get("subject") != "long" || mail[body:] != "body" {
		t.Errorf("%d addresses, subject %q, body at %d", n, h.Get("Subject"), body)
	}
}

func TestAddresses(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []string
	}{
		{`a@example.com`, []string{` <a@example.com>`}},
		{`Ann <a@example.com>, "Bo, Jr." <b@example.com>`, []string{`Ann <a@example.com>`, `Bo, Jr. <b@example.com>`}},
		{`a@example.com (Ann (the first))`, []string{`Ann (the first) <a@example.com>`}},
		{`Team: a@example.com, Bo <b@example.com>; c@example.com`, []string{` <a@example.com>`, `Bo <b@example.com>`, ` <c@example.com>`}},
		{`undisclosed-recipients:;`, nil},
		{`Doe, John <j@example.com>`, []string{`Doe, John <j@example.com>`}},
		{`=?utf-8?Q?Doe,_J=C3=B6rg?= <j@example.com>`, []string{`Doe, Jörg <j@example.com>`}},
		{`"=?koi8-r?B?6dfBzg==?=" <i@example.test>`, []string{`Иван <i@example.test>`}},
		{`=?utf-8?B?SXZhbiA8aUBleGFtcGxlLnRlc3Q+?=`, []string{`Ivan <i@example.test>`}},
		{"\xc8\xe2\xe0\xed \xcf\xe5\xf2\xf0\xee\xe2 <i@example.test>", []string{`Иван Петров <i@example.test>`}},
		{`a@example.com; b@example.com`, []string{` <a@example.com>`, ` <b@example.com>`}},
		{`<<a@example.com>>`, []string{` <a@example.com>`}},
		{`Ann a@example.com`, []string{`Ann <a@example.com>`}},
		{`Ann <a@example.com`, []string{`Ann <a@example.com>`}},
		{`"Ann <a@example.com>`, []string{`Ann <a@example.com>`}},
		{`<@relay.example:a@example.com>`, []string{` <a@example.com>`}},
		{`<mailto:a@example.com>`, []string{` <a@example.com>`}},
		{`MAILER-DAEMON`, []string{` <MAILER-DAEMON>`}},
		{`ann at example.com (Ann)`, []string{`ann at example.com <>`}},
		{`"a b"@example.com`, []string{` <"a b"@example.com>`}},
		{`<>`, nil},
		{``, nil},
		{`'a@example.com'`, []string{` <a@example.com>`}},
	} {
		h := Header{Fields: []HeaderField{{"To", c.in}}}
		var got []string
		for _, a := range h.Addresses("to") {
			got = append(got, a.Name+" <"+a.Email+">")
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%q: %s", c.in, d)
		}
	}
}

func TestIDs(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []string
	}{
		{"<a@example.com> <b@example.com>", []string{"a@example.com", "b@example.com"}},
		{"<a@example.com><b@example.com>,<c>", []string{"a@example.com", "b@example.com", "c"}},
		{`Your message of "Tue, 3 Nov" <a@example.com>`, []string{"a@example.com"}},
		{"Ann <ann@example.com>'s message of Tue <id1@example.com>", []string{"id1@example.com"}},
		{"Message from ann@example.com of Tuesday", nil},
		{"a@example.com", []string{"a@example.com"}},
		{"<long\t id@example.com>", []string{"longid@example.com"}},
		{"<cut@example.com", []string{"cut@example.com"}},
		{"<>", nil},
		{"", nil},
	} {
		h := Header{Fields: []HeaderField{{"References", c.in}}}
		if d := cmp.Diff(c.want, h.IDs("references")); d != "" {
			t.Errorf("%q: %s", c.in, d)
		}
	}
}

var dateCases = []struct{ in, want string }{
	{"Tue, 3 Nov 2026 10:12:13 +0100", "2026-11-03T09:12:13Z"},
	{"3 Nov 2026 10:12 GMT", "2026-11-03T10:12:00Z"},
	{"Fri, 3 Nov 2026 10:12:13 -0500 (EST)", "2026-11-03T15:12:13Z"},
	{"Tue, 3 Nov 102 10:12:13 +0000", "2002-11-03T10:12:13Z"},
	{"Tue, 3 Nov 02 10:12:13 PST", "2002-11-03T18:12:13Z"},
	{"Mon, 3 Nov 97 10:12:13 +0000", "1997-11-03T10:12:13Z"},
	{"3 Nov 1979 10:12:13 +0000", "1979-11-03T10:12:13Z"},
	{"Tue Nov  3 10:12:13 2026", "2026-11-03T10:12:13Z"},
	{"Tue Nov  3 10:12:13 CET 2026", "2026-11-03T09:12:13Z"},
	{"2026-11-03T10:12:13+02:00", "2026-11-03T08:12:13Z"},
	{"2026-11-03 10:12:13", "2026-11-03T10:12:13Z"},
	{"Tue, 3 Nov 2026 10:12:13", "2026-11-03T10:12:13Z"},
	{"Tue, 3 Nov 2026 10:12:13 GMT+0200", "2026-11-03T08:12:13Z"},
	{"Tue, 3-Nov-2026 10:12:13 UT", "2026-11-03T10:12:13Z"},
	{"Вт, 3 ноя 2026 10:12:13 +0300", "2026-11-03T07:12:13Z"},
	{"11/23/2026 10:12:13 PM", "2026-11-23T22:12:13Z"},
	{"November 3, 2026 10:12", "2026-11-03T10:12:00Z"},
	{"Tue, 3 Nov 2026 25:12:13 +0000", ""},
	{"yesterday", ""},
	{"", ""},
}

func TestDate(t *testing.T) {
	for _, c := range dateCases {
		got := ""
		if at, ok := parseDate(c.in); ok {
			got = at.Format(time.RFC3339)
		}
		if got != c.want {
			t.Errorf("%q: got %q, want %q", c.in, got, c.want)
		}
	}
}

func TestDateFallsBackToReceived(t *testing.T) {
	h := Header{Fields: []HeaderField{
		{"Received", "from a by b; Tue, 3 Nov 2026 10:00:05 +0000"},
		{"Received", "from c by a; Tue, 3 Nov 2026 10:00:00 +0000"},
		{"Received", "from d by c; Thu, 1 Jan 1970 00:00:00 +0000"},
		{"Date", "soon"},
	}}
	at, ok := h.Date()
	if want := "2026-11-03T10:00:05Z"; !ok || at.Format(time.RFC3339) != want {
		t.Errorf("got %v %v, want %s", at, ok, want)
	}
}

func TestParams(t *testing.T) {
	for _, c := range []struct{ in, value, name, want string }{
		{`text/plain; charset=utf-8`, "text/plain", "charset", "utf-8"},
		{`text/plain; charset="utf-8" (a comment)`, "text/plain", "charset", "utf-8"},
		{`TEXT/Plain; NAME="a b.txt"`, "text/plain", "name", "a b.txt"},
		{`attachment; filename=annual report (1).pdf; size=3`, "attachment", "filename", "annual report (1).pdf"},
		{`attachment; filename="a;b.txt"`, "attachment", "filename", "a;b.txt"},
		{`attachment; filename*=utf-8''%D0%BE%D1%82%D1%87%D0%B5%D1%82.pdf`, "attachment", "filename", "отчет.pdf"},
		{`attachment; filename*0*=koi8-r''%CF%D4; filename*1*=%DE%C5%D4; filename*2=".pdf"`, "attachment", "filename", "отчет.pdf"},
		{`attachment; filename*1="b.pdf"; filename*0="a"`, "attachment", "filename", "ab.pdf"},
		{`attachment; filename="=?utf-8?B?0L7RgtGH0LXRgi5wZGY=?="`, "attachment", "filename", "отчет.pdf"},
		{"attachment; filename=\"\xee\xf2\xf7\xe5\xf2.pdf\"", "attachment", "filename", "отчет.pdf"},
		{`attachment; filename="отчет.pdf"`, "attachment", "filename", "отчет.pdf"},
		{`attachment; filename="say "hello" now.txt"`, "attachment", "filename", `say "hello" now.txt`},
		{`attachment; filename="never closed`, "attachment", "filename", "never closed"},
		{`attachment; filename="C:\files\a.txt"`, "attachment", "filename", `C:\files\a.txt`},
		{`multipart/mixed; boundary="a b"`, "multipart/mixed", "boundary", "a b"},
		{`text/html charset=utf-8`, "text/html", "charset", "utf-8"},
	} {
		value, ps := splitParams(c.in)
		if value != c.value || ps.get(c.name, new(charset.Detective)) != c.want {
			t.Errorf("%s: got %q %q, want %q %q", c.in, value, ps.get(c.name, new(charset.Detective)), c.value, c.want)
		}
	}
}
