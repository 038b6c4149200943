package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime/quotedprintable"
	"strings"
)

// entity is one MIME entity: header lines without their ends, and an encoded body.
type entity struct {
	header []string
	body   []byte
}

func (e entity) bytes() []byte {
	return append([]byte(strings.Join(e.header, "\n")+"\n\n"), e.body...)
}

// text makes an entity of text in the writer's charset. The transfer encoding is
// how, or what suits.
func textEntity(text, kind, charset, how string) (entity, error) {
	lie, params := "", ""
	if real, label, ok := strings.Cut(charset, " as "); ok {
		charset, lie = real, label
	}
	if kind == "flowed" {
		kind, params, text = "plain", "; format=flowed", flow(text)
	}
	b, used, err := encodeOrUTF8(text, charset)
	if err != nil {
		return entity{}, err
	}
	if lie != "" {
		used = lie
	}
	if how == "" {
		how = suits(b, used)
	}
	return entity{
		header: []string{
			fmt.Sprintf("Content-Type: text/%s; charset=%s%s", kind, used, params),
			"Content-Transfer-Encoding: " + how,
		},
		body: transfer(b, how),
	}, nil
}

func suits(b []byte, charset string) string {
	switch {
	case isASCII(string(b)) && longest(b) < 900:
		return "7bit"
	case charset == "koi8-r" || charset == "shift_jis":
		return "8bit"
	case 3*high(b) > len(b):
		return "base64"
	}
	return "quoted-printable"
}

func longest(b []byte) int {
	most := 0
	for line := range bytes.Lines(b) {
		most = max(most, len(line))
	}
	return most
}

func high(b []byte) int {
	n := 0
	for _, c := range b {
		if c >= 0x80 {
			n++
		}
	}
	return n
}

func transfer(b []byte, how string) []byte {
	var out bytes.Buffer
	switch how {
	case "base64":
		s := base64.StdEncoding.EncodeToString(b)
		for len(s) > 76 {
			out.WriteString(s[:76] + "\n")
			s = s[76:]
		}
		out.WriteString(s + "\n")
	case "quoted-printable":
		w := quotedprintable.NewWriter(&out)
		_, _ = w.Write(b) // a buffer takes everything
		_ = w.Close()
		return bytes.ReplaceAll(out.Bytes(), []byte("\r\n"), []byte("\n"))
	default:
		return b
	}
	return out.Bytes()
}

// flow breaks long lines with a space before the break (RFC 3676).
func flow(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		for len(line) > 74 && !strings.HasPrefix(line, ">") {
			at := strings.LastIndexByte(line[:72], ' ')
			if at <= 0 {
				break
			}
			out.WriteString(line[:at+1] + "\n")
			line = line[at+1:]
		}
		if strings.HasPrefix(line, "From ") || strings.HasPrefix(line, " ") {
			line = " " + line
		}
		out.WriteString(line)
	}
	return out.String()
}

// multipart joins entities. seed makes the boundary.
func multipart(kind, seed string, parts ...entity) entity {
	sort, params, _ := strings.Cut(kind, ";")
	boundary := fmt.Sprintf("=_%s_%x", sort[:3], hashOf(seed, kind))
	if params != "" {
		params = ";" + params
	}
	var b bytes.Buffer
	for _, p := range parts {
		fmt.Fprintf(&b, "--%s\n%s\n", boundary, bytes.TrimSuffix(p.bytes(), []byte("\n")))
	}
	fmt.Fprintf(&b, "--%s--\n", boundary)
	return entity{header: []string{fmt.Sprintf("Content-Type: multipart/%s%s;\n boundary=%q", sort, params, boundary)}, body: b.Bytes()}
}

// markup writes text as HTML in the way of common mail programs; a line
// "![name.png]" becomes an inline image.
func markup(text, lang, seed string) string {
	var b strings.Builder
	dir := ""
	if lang == "ar" || lang == "he" {
		dir = ` dir="rtl"`
	}
	fmt.Fprintf(&b, "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html\"></head>\n<body%s>\n", dir)
	for block := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n\n") {
		lines := strings.Split(escape(block), "\n")
		for i, line := range lines {
			if name, ok := inlineName(line); ok {
				lines[i] = fmt.Sprintf(`<img src="cid:%s" alt="%s" width="32">`, cid(name, seed), name)
			}
		}
		b.WriteString("<p>" + strings.Join(lines, "<br>\n") + "</p>\n")
	}
	b.WriteString("</body></html>\n")
	return b.String()
}

func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

func inlineName(line string) (string, bool) {
	line = strings.TrimSpace(line)
	if strings.HasPrefix(line, "![") && strings.HasSuffix(line, "]") {
		return line[2 : len(line)-1], true
	}
	return "", false
}

func cid(name, seed string) string { return fmt.Sprintf("%s@%x", name, hashOf(seed, name)>>20) }
