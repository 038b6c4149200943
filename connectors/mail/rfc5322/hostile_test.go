package rfc5322

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// hostile are mails of about a megabyte that are made to cost time: each repeats
// something that a parser may look at again and again.
func hostile() map[string]string {
	many := func(s string) string { return strings.Repeat(s, 1<<20/len(s)) }
	type numbered = func(i int) string
	count := func(n int, f numbered) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(f(i))
		}
		return b.String()
	}
	text := "Content-Type: text/plain; charset=utf-8\n\n"
	page := "Content-Type: text/html; charset=utf-8\n\n"
	boundary := "Content-Type: multipart/mixed; boundary=b\n\n"
	return map[string]string{
		"lying words":             "Subject: " + many("=?utf-8?q?caf=E9_na=EFve?= =?koi8-r?q?=FF=FE=E9_a?=\n ") + "\n\nx",
		"lying names":             "To: " + many("caf\xe9 na\xefve \xfc <a@b>,\n ") + "\n\nx",
		"lying subjects":          many("Subject: caf\xe9 na\xefve \xfcber\n") + "\nx",
		"words without an end":    "Subject: " + many("=?utf-8?q?") + "\n\nx",
		"words that nearly end":   "Subject: =?utf-8?q?" + many("?=41") + "\n\nx",
		"open brackets":           "To: " + many("<") + "\n\nx",
		"open brackets and at":    "To: " + many("<a@") + "\n\nx",
		"open comments":           "To: " + many("(a") + "\n\nx",
		"open quotes":             "To: " + many("\"a\\\"") + "\n\nx",
		"groups":                  "To: " + many("a:") + "\n\nx",
		"commas in names":         "To: " + many("a b,") + "<x@y>\n\nx",
		"words in names":          "To: " + many("=?utf-8?q?a=2C?= ") + "\n\nx",
		"ids":                     "References: " + many("<a ") + "\n\nx",
		"bare ids":                "References: " + many("a@b ") + "\n\nx",
		"parameters":              "Content-Type: text/plain; " + many("a=b;") + "\n\nx",
		"numbered parameters":     "Content-Type: a/b; " + count(60000, func(i int) string { return fmt.Sprintf("name*%d*=%%41;", i) }) + "\n\nx",
		"open parameters":         "Content-Type: text/plain; " + many("a=\"b") + "\n\nx",
		"quotes in a parameter":   "Content-Type: text/plain; name=\"" + many("\" ") + "\n\nx",
		"blank lines of a header": "A: b\n" + many(" \n") + "\nx",
		"fields":                  many("a:\n") + "\nx",
		"wide fields":             "Date: " + many(" (") + "\n\nx",
		"dashes":                  boundary + "--b\n\n" + many("--\n"),
		"boundaries":              boundary + many("--b\n"),
		"lying part names":        boundary + many("--b\nContent-Type: a/b; name=\"caf\xe9 na\xefve \xfc\"\n\nx\n"),
		"lying texts":             boundary + many("--b\n\ncaf\xe9 na\xefve \xfcber\n"),
		"nested multiparts":       count(20000, func(i int) string { return fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i) }),
		"one boundary nested":     count(20000, func(int) string { return "Content-Type: multipart/mixed; boundary=b\n\n--b\n" }),
		"nested and then dashes":  count(100, func(i int) string { return fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i) }) + "\n" + many("--b1x\n"),
		"ends of multiparts":      boundary + "--b\n\nx\n" + many("--b--\nx\n"),
		"uuencoded begins":        text + many("begin 644 a\n"),
		"uuencoded empty files":   text + many("begin 644 a\nend\n"),
		"quotes":                  text + many(">"),
		"quoted lines":            text + many("> a\n"),
		"deep quoted lines":       text + count(1400, func(i int) string { return strings.Repeat(">", i) + " a\n" }),
		"dividers":                text + many("-- \n"),
		"headers in a text":       text + many("From: a\nSent: b\n"),
		"wrote":                   text + many("On a, b\n"),
		"wrote in one line":       text + many("On a wrote "),
		"flowed":                  "Content-Type: text/plain; format=flowed\n\n" + many("a \n"),
		"tags":                    page + many("<div>"),
		"quotes of pages":         page + many("<blockquote>a"),
		"links":                   page + many("<a href=b>"),
		"links with text":         page + many("<a href=http://b.test>c"),
		"lists":                   page + many("<ul><li>"),
		"list ends":               page + many("<ol><li>a</ol>"),
		"hidden":                  page + many("<style><p hidden>"),
		"attributes":              page + "<p " + many("a=b ") + ">",
		"pre":                     page + "<pre>" + many("\n"),
		"angle brackets":          page + many("<"),
		"cids":                    "Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n" + strings.Repeat("cid:a ", 60000) + "\n" + count(9000, func(i int) string { return fmt.Sprintf("--b\nContent-Type: image/png\nContent-ID: <x%d>\n\n\n", i) }),
		"enriched":                "Content-Type: text/enriched\n\n" + many("<a>"),
		"utf-7":                   "Content-Type: text/plain; charset=utf-7\n\n" + many("+"),
		"escapes":                 text + many("\x1b$B"),
		"base64 lines":            "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + many("=\n"),
		"soft breaks":             "Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n" + many("="),
		"carriage returns":        text + many("\r"),
	}
}

// TestHostile reads mails that are made to cost time. What is looked up in all
// of a field or text is bounded, so the test ends at once; what it can assert
// without a clock is how often the detector is asked and how much comes out.
func TestHostile(t *testing.T) {
	for name, mail := range hostile() {
		t.Run(name, func(t *testing.T) {
			m, err := Parse(Bytes([]byte(mail)), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if !utf8.ValidString(m.Text) || !utf8.ValidString(m.HTML) {
				t.Error("text is not UTF-8")
			}
			if n := len(m.Text) + len(m.HTML); n > 12*len(mail) {
				t.Errorf("%d bytes of text from %d", n, len(mail))
			}
			if len(m.Parts) > 11_000 || len(m.Problems) > maxProblems {
				t.Errorf("%d parts, %d problems", len(m.Parts), len(m.Problems))
			}
			for _, field := range []string{"Subject", "To", "References"} {
				m.Header.Text(field)
				m.IDs(field)
				m.Addresses(field)
			}
			m.Date()
		})
	}
}
