package rfc5322

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// awkward are mails as the field writes them, each with what must come out: the
// text, the HTML, and the files as "name|type|bytes".
var awkward = []struct {
	name, mail, text, html string
	files                  []string
}{
	{name: "empty"},
	{name: "no header", mail: "\nhello\n", text: "hello\n"},
	{name: "plain without MIME, windows-1251", mail: "Subject: x\n\n\xc4\xee\xe1\xf0\xfb\xe9 \xe4\xe5\xed\xfc\r\n", text: "Добрый день\n"},
	{name: "plain without MIME, koi8-r", mail: "Subject: x\n\n\xe4\xcf\xc2\xd2\xd9\xca \xc4\xc5\xce\xd8\n", text: "Добрый день\n"},
	{name: "utf-8 labelled latin-1", mail: "Content-Type: text/plain; charset=iso-8859-1\n\nGrüße\n", text: "Grüße\n"},
	{name: "windows-1251 labelled latin-1", mail: "Content-Type: text/plain; charset=iso-8859-1\n\n\xc4\xee\xe1\xf0\xfb\xe9 \xe4\xe5\xed\xfc\n", text: "Добрый день\n"},
	{name: "latin-1 labelled us-ascii", mail: "Content-Type: text/plain; charset=us-ascii\n\nViele Gr\xfc\xdfe aus M\xfcnchen und bis bald\n", text: "Viele Grüße aus München und bis bald\n"},
	{name: "latin-1 labelled utf-8", mail: "Content-Type: text/plain; charset=utf-8\n\nViele Gr\xfc\xdfe aus M\xfcnchen und bis bald\n", text: "Viele Grüße aus München und bis bald\n"},
	{name: "default_charset", mail: "Content-Type: text/plain; charset=default_charset\n\nViele Gr\xfc\xdfe aus M\xfcnchen und bis bald\n", text: "Viele Grüße aus München und bis bald\n"},
	{name: "iso-2022-jp without a label", mail: "Subject: x\n\n\x1b$B$3$s$K$A$O\x1b(B!\n", text: "こんにちは!\n"},
	{name: "gb18030 labelled gb2312", mail: "Content-Type: text/plain; charset=gb2312\n\n\xc4\xe3\xba\xc3\x81\x30\x81\x30\n", text: "你好\u0080\n"},
	{name: "utf-16", mail: "Content-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64\n\n//5oAGkADQAKAA==\n", text: "hi\n"},
	{name: "NUL bytes", mail: "Subject: x\n\na\x00b\n", text: "ab\n"},
	{name: "quoted-printable", mail: "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: Quoted-Printable\n\nGr=C3=BC=\n=C3=9Fe  \n=zz =\n", text: "Grüße\n=zz "},
	{name: "base64 with junk", mail: "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\naGVs\n!!bG8= ignored\nIHdvcmxk\n", text: "hello world"},
	{name: "a list's footer behind base64", mail: "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n0J/RgNC40LLQtdGC\n____\nleave the list here\n", text: "Привет\n____\nleave the list here\n"},
	{name: "labelled base64 and is not", mail: "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nHello, there\n", text: "Hello, there\n"},
	{name: "the notice of a mail program", mail: "Content-Type: multipart/mixed; boundary=b\n\nDies ist eine mehrteilige Nachricht im MIME-Format.\n--b\n\none\n--b--\n\n", text: "one"},
	{name: "lone CR", mail: "A: 1\rContent-Type: multipart/mixed; boundary=b\r\r--b\r\rone\r--b\rContent-Type: text/csv\r\r1,2\r--b--\r", text: "one", files: []string{"|text/csv|1,2"}},
	{name: "flowed", mail: "Content-Type: text/plain; format=flowed\n\nOne \ntwo\n> a \n> b\n-- \nme\n", text: "One two\n> a b\n-- \nme\n"},
	{name: "flowed delsp", mail: "Content-Type: text/plain; format=flowed; delsp=yes\n\nこん \nにちは\n", text: "こんにちは\n"},
	{name: "enriched", mail: "Content-Type: text/enriched\n\n<bold>Hi</bold> a\nb\n\n<color><param>red</param>c</color> <<d>", text: "Hi a b\nc <d>"},
	{
		name: "alternative with an inline image and a file",
		mail: "Content-Type: multipart/mixed; boundary=\"a\"\n\npreamble\n--a\nContent-Type: multipart/alternative; boundary=\"a b\"\n\n" +
			"--a b\n\nplain\n--a b\nContent-Type: multipart/related; boundary=r\n\n--r\nContent-Type: text/html\n\n<p>rich<img src=\"cid:i@x\"></p>\n" +
			"--r\nContent-Type: image/png; name=i.png\nContent-ID: <i@x>\nContent-Transfer-Encoding: base64\n\nAAEC\n--r--\n--a b--\n" +
			"--a\nContent-Type: application/pdf\nContent-Disposition: attachment; filename*=utf-8''%D0%B0.pdf\n\npdf\n--a--\nepilogue",
		text: "preamble\nplain\nepilogue", html: "<p>rich<img src=\"cid:i@x\"></p>",
		files: []string{"i.png|image/png|\x00\x01\x02|inline", "а.pdf|application/pdf|pdf"},
	},
	{
		name: "ends are missing and nesting is wrong",
		mail: "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=ab\n\n--ab\n\none\n--a\n\ntwo\n--a\nContent-Type: text/csv\n\n1",
		text: "one\ntwo", files: []string{"|text/csv|1"},
	},
	{name: "boundary is never used", mail: "Content-Type: multipart/mixed; boundary=x\n\nhello\n", text: "hello\n"},
	{name: "boundary is not named", mail: "Content-Type: multipart/mixed\n\n--x\n\nhello\n--x--\n", text: "hello"},
	{name: "parts after the end", mail: "Content-Type: multipart/mixed; boundary=x\n\n--x\n\none\n--x--\n--x\n\ntwo\n--x--\n", text: "one\ntwo"},
	{name: "end of a multipart inside a line", mail: "Content-Type: multipart/mixed; boundary=x\n\n--x\n\nhello--x--\n", text: "hello"},
	{name: "end of a multipart without its last dash", mail: "Content-Type: multipart/mixed; boundary=x\n\n--x\n\nhello\n--x-", text: "hello\n"},
	{name: "words that look like the end", mail: "Content-Type: multipart/mixed; boundary=x\n\n--x\n\nfirst --x--\nlast\n--x--\n", text: "first --x--\nlast"},
	{
		name: "end of a multipart behind base64",
		mail: "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=inner\n\n--inner\nContent-Type: image/gif\nContent-Transfer-Encoding: base64\n\nAAEC--inner--\n\nbye\n--a--\n",
		text: "\nbye", files: []string{"|image/gif|\x00\x01\x02"},
	},
	{name: "a file name in the wrong place", mail: "Content-Type: application/pdf; filename=a.pdf\n\npdf", files: []string{"a.pdf|application/pdf|pdf"}},
	{name: "header of a part without a blank line", mail: "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n--x\nhello\n--x--", text: "hello"},
	{
		name:  "enclosed message",
		mail:  "Content-Type: multipart/mixed; boundary=x\n\n--x\n\nsee\n--x\nContent-Type: message/rfc822\n\nSubject: =?utf-8?Q?in/ner?=\nContent-Type: multipart/mixed; boundary=y\n\n--y\n\nhi\n--y--\n--x--\n",
		text:  "see",
		files: []string{"in_ner.eml|message/rfc822|Subject: =?utf-8?Q?in/ner?=\nContent-Type: multipart/mixed; boundary=y\n\n--y\n\nhi\n--y--"},
	},
	{
		name:  "signed",
		mail:  "Content-Type: multipart/signed; boundary=x; protocol=\"application/pgp-signature\"\n\n--x\nContent-Type: text/plain\n\nsigned \n--x\nContent-Type: application/pgp-signature; name=signature.asc\n\nsig\n--x--\n",
		text:  "signed ",
		files: []string{"signed-part.eml|application/octet-stream|Content-Type: text/plain\n\nsigned ", "signature.asc|application/pgp-signature|sig"},
	},
	{name: "encrypted", mail: "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\nContent-Transfer-Encoding: base64\n\nAAEC", files: []string{"smime.p7m|application/pkcs7-mime|\x00\x01\x02"}},
	{
		name: "report",
		mail: "Content-Type: multipart/report; boundary=x; report-type=delivery-status\n\n--x\n\nbounced\n--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n--x\nContent-Type: text/rfc822-headers\n\nSubject: a\n--x--",
		text: "bounced", files: []string{"|message/delivery-status|Reporting-MTA: dns; x", "|text/rfc822-headers|Subject: a"},
	},
	{
		name: "uuencode in a text",
		mail: "Subject: x\n\nbefore\nbegin 644 cat.txt\n#0V%T\n`\nend\nafter\nbegin 644 is only a sentence\nno\n",
		text: "before\n[cat.txt]\nafter\nbegin 644 is only a sentence\nno\n", files: []string{"cat.txt|text/plain|Cat"},
	},
	{
		name: "uuencode in quoted-printable",
		mail: "Content-Transfer-Encoding: quoted-printable\n\nbegin 644 cat.txt\n#0V%T\n`\nend\n",
		text: "[cat.txt]\n", files: []string{"cat.txt|text/plain|Cat"},
	},
	{name: "calendar", mail: "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR", files: []string{"|text/calendar|BEGIN:VCALENDAR"}},
	{name: "named text is a file", mail: "Content-Type: multipart/mixed; boundary=x\n\n--x\n\none\n--x\nContent-Type: text/plain; name=a.txt\n\ntwo\n--x--", text: "one", files: []string{"a.txt|text/plain|two"}},
	{name: "html only", mail: "Content-Type: text/html; charset=utf-8\n\n<p>Hi<br>you</p>", text: "Hi\nyou\n", html: "<p>Hi<br>you</p>"},
	{name: "html names its charset itself", mail: "Content-Type: text/html\n\n<meta charset=\"koi8-r\"><p>\xf0\xd2\xc9\xd7\xc5\xd4</p>", text: "Привет\n", html: "<meta charset=\"koi8-r\"><p>Привет</p>"},
	{name: "text and html side by side", mail: "Content-Type: multipart/mixed; boundary=x\n\n--x\n\na<b\n--x\nContent-Type: text/html\n\n<p>c</p>\n--x--", text: "a<b\nc\n", html: "<div style=\"white-space:pre-wrap\">a&lt;b</div><p>c</p>"},
	{name: "damaged winmail.dat", mail: "Content-Type: application/ms-tnef; name=winmail.dat\n\nnothing", files: []string{"winmail.dat|application/ms-tnef|nothing"}},
}

func TestParse(t *testing.T) {
	for _, c := range awkward {
		t.Run(c.name, func(t *testing.T) {
			raw := []byte(c.mail)
			m, err := Parse(Bytes(raw), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			checkMessage(t, raw, m, true)
			if d := cmp.Diff(c.text, m.Text); d != "" {
				t.Error("text", d)
			}
			if d := cmp.Diff(c.html, m.HTML); d != "" {
				t.Error("html", d)
			}
			if d := cmp.Diff(c.files, fileList(t, m, Bytes(raw))); d != "" {
				t.Error("files", d)
			}
			again, err := Parse(onDisk{strings.NewReader(c.mail)}, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(m, again); d != "" {
				t.Error("read through a window", d)
			}
		})
	}
}

func fileList(t *testing.T, m *Message, raw Raw) []string {
	t.Helper()
	var files []string
	for _, p := range m.Parts {
		r, err := p.Open(raw)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		f := p.Name + "|" + p.Type + "|" + string(b)
		if p.Inline {
			f += "|inline"
		}
		files = append(files, f)
	}
	return files
}

// onDisk is a Raw that the parser cannot look into.
type onDisk struct{ *strings.Reader }

// bigMail is a message of any size that lies nowhere: a text, and a file of "A"
// in base64.
type bigMail struct {
	head, tail string
	size       int64
}

func (b bigMail) Size() int64 { return b.size }

func (b bigMail) ReadAt(p []byte, off int64) (int, error) {
	n := 0
	for n < len(p) && off < b.size {
		tail := b.size - int64(len(b.tail))
		switch {
		case off < int64(len(b.head)):
			p[n] = b.head[off]
		case off >= tail:
			p[n] = b.tail[off-tail]
		case off%77 == 76:
			p[n] = '\n'
		default:
			p[n] = 'Q'
		}
		n, off = n+1, off+1
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func TestBigAttachmentStreams(t *testing.T) {
	raw := bigMail{
		head: "Subject: big\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\ntext\n--x\nContent-Type: video/mp4; name=v.mp4\nContent-Transfer-Encoding: base64\n\n",
		tail: "\n--x\n\nmore\n--x--\n", size: 64 << 20,
	}
	m, err := Parse(raw, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if m.Text != "text\nmore" || len(m.Parts) != 1 {
		t.Fatalf("text %q, %d parts", m.Text, len(m.Parts))
	}
	r, err := m.Parts[0].Open(raw)
	if err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, r)
	if err != nil {
		t.Fatal(err)
	}
	if least := raw.size / 77 * 76 / 4 * 3 * 99 / 100; n < least {
		t.Errorf("%d bytes, want %d at least", n, least)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

func TestBounds(t *testing.T) {
	t.Run("depth", func(t *testing.T) {
		var b strings.Builder
		for i := range 1000 {
			fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
		}
		b.WriteString("\nhello\n")
		m, err := Parse(Bytes([]byte(b.String())), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Parts) != 1 || len(m.Problems) == 0 {
			t.Errorf("%d parts, problems %q", len(m.Parts), m.Problems)
		}
	})
	t.Run("parts", func(t *testing.T) {
		mail := "Content-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\nContent-Type: image/gif\n\nx\n", 20_000) + "--b--"
		m, err := Parse(Bytes([]byte(mail)), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Parts) != 10_000 {
			t.Errorf("%d parts", len(m.Parts))
		}
	})
	t.Run("text", func(t *testing.T) {
		mail := "Subject: x\n\n" + strings.Repeat("long text\n", 1000)
		m, err := Parse(Bytes([]byte(mail)), Limits{MaxText: 1000})
		if err != nil {
			t.Fatal(err)
		}
		if m.Text != "" || len(m.Parts) != 1 || m.Parts[0].Length != 10_000 {
			t.Errorf("text of %d bytes, parts %v", len(m.Text), m.Parts)
		}
	})
}

// TestWindowEdges puts a boundary at every place around the edge of a window.
func TestWindowEdges(t *testing.T) {
	const head = "Content-Type: multipart/mixed; boundary=edge\n\n--edge\nContent-Type: image/gif\n\n"
	for shift := -20; shift < 20; shift++ {
		fill := wholeSize + shift
		mail := head + strings.Repeat("x", fill-len(head)) + "\r\n--edge\r\n\r\ntext\r\n--edge--"
		m, err := Parse(onDisk{strings.NewReader(mail)}, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if m.Text != "text" || len(m.Parts) != 1 || m.Parts[0].Length != int64(fill-len(head)) {
			t.Errorf("shift %d: text %q, parts %v", shift, m.Text, m.Parts)
		}
	}
}
