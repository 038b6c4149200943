package rfc5322

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/mail/charset"
	"github.com/deskhaul/deskhaul/connectors/mail/plaintext"
)

// The expected results of stalwart's mail-parser, told in our words, so that like
// is compared with like. What they count otherwise than we do:
//
//   - The words of a part that never ends, enriched text and a multipart without
//     parts are attachments to them. To us words are text unless the part has a name
//     or calls itself an attachment; enriched text is a file beside a plainer form.
//   - A uuencoded file is text to them, a file to us.
//   - What stands outside the parts of a multipart is nothing to them; we show it.
//   - A backslash in a file name is an escape to them (as in RFC 2045), part of a
//     Windows path to us.
//   - An address without "@" is a name to them, a mailbox of the machine to us.
//   - NUL is a character to them; no database holds it, so we drop it and say so.

// stalwartMail is the part of an expected result that we compare with.
type stalwartMail struct {
	TextBody    []int          `json:"text_body"`
	Attachments []int          `json:"attachments"`
	Parts       []stalwartPart `json:"parts"`
}

type stalwartPart struct {
	Headers []struct {
		Name  any             `json:"name"`
		Value json.RawMessage `json:"value"`
	} `json:"headers"`
	Body json.RawMessage `json:"body"`
}

// stalwartField is a field such as Content-Type.
type stalwartField struct {
	Type       string `json:"c_type"`
	Subtype    string `json:"c_subtype"`
	Attributes []struct{ Name, Value string }
}

// header returns the last field of the name.
func (p stalwartPart) header(name string) (last json.RawMessage) {
	for _, h := range p.Headers {
		if h.Name == name {
			last = h.Value
		}
	}
	return last
}

func (p stalwartPart) field(name string) stalwartField {
	var v struct{ ContentType stalwartField }
	_ = json.Unmarshal(p.header(name), &v)
	return v.ContentType
}

func (p stalwartPart) kind() string {
	f := p.field("content_type")
	return strings.ToLower(strings.Trim(f.Type+"/"+f.Subtype, "/"))
}

func (p stalwartPart) name() string {
	for _, field := range [...][2]string{{"content_disposition", "filename"}, {"content_type", "name"}} {
		for _, a := range p.field(field[0]).Attributes {
			if a.Name == field[1] {
				return a.Value
			}
		}
	}
	return ""
}

// words returns what people read of the part as text, false if it is a file.
func (p stalwartPart) words() (string, bool) {
	var v struct{ Text, HTML *string }
	if json.Unmarshal(p.Body, &v) != nil {
		return "", false
	}
	kind := p.kind()
	switch {
	case v.HTML != nil:
		return plaintext.HTML(*v.HTML), true
	case v.Text == nil:
		return "", false
	case kind == "text/html": // of a part that never ends
		return plaintext.HTML(*v.Text), true
	case kind == "text/enriched" || kind == "text/richtext":
		return plaintext.Enriched(*v.Text), true
	case kind == "" || kind == "text/plain" || strings.HasPrefix(kind, "multipart/"):
		return *v.Text, true
	}
	return "", false
}

// isFile tells whether an attachment is one in our sense.
func (s stalwartMail) isFile(part int) bool {
	p := s.Parts[part]
	_, words := p.words()
	return !words || p.name() != "" || strings.EqualFold(p.field("content_disposition").Type, "attachment") ||
		s.parent(part) == "multipart/alternative" && p.kind() == "text/enriched"
}

// parent is the type of the multipart around a part.
func (s stalwartMail) parent(part int) string {
	for _, p := range s.Parts {
		var v struct{ Multipart []int }
		if json.Unmarshal(p.Body, &v) == nil && slices.Contains(v.Multipart, part) {
			return p.kind()
		}
	}
	return ""
}

func (s stalwartMail) subject() string {
	var v struct{ Text string }
	_ = json.Unmarshal(s.Parts[0].header("subject"), &v)
	return v.Text
}

// senders lists every From.
func (s stalwartMail) senders() []string {
	type address struct{ Name, Address string }
	var v struct {
		Address struct {
			List  []address
			Group []struct{ Addresses []address }
		}
	}
	_ = json.Unmarshal(s.Parts[0].header("from"), &v)
	all := v.Address.List
	for _, g := range v.Address.Group {
		all = append(all, g.Addresses...)
	}
	var out []string
	for _, a := range all {
		out = append(out, mailbox(a.Name, a.Address))
	}
	return out
}

// mailbox is "name <address>"; an address without "@" and no name beside it may be
// either.
func mailbox(name, address string) string {
	if name == "" && !strings.Contains(address, "@") {
		name, address = address, ""
	}
	return name + " <" + address + ">"
}

// names lists the file names of the attachments, sorted.
func (s stalwartMail) names() []string {
	var names []string
	for _, i := range s.Attachments {
		if s.isFile(i) {
			names = append(names, s.Parts[i].name())
		}
	}
	slices.Sort(names)
	return names
}

// ours lists the names of our parts, sorted, as far as they count them.
func (s stalwartMail) ours(m *Message) []string {
	theirs, inText := s.names(), uuBlocks.FindAllStringSubmatch(s.raw(), -1)
	var names []string
	for _, p := range m.Parts {
		switch {
		case p.Name == "signed-part.eml" || slices.ContainsFunc(inText, func(block []string) bool { return block[1] == p.Name }):
			continue
		case p.Type == "message/rfc822" && !slices.Contains(theirs, p.Name):
			names = append(names, "") // named after its subject
		default:
			names = append(names, p.Name)
		}
	}
	slices.Sort(names)
	return names
}

// sameName compares file names; they take backslashes for escapes.
func sameName(ours, theirs string) bool {
	return alike(ours, theirs) || strings.Contains(ours, `\`) && alike(strings.ReplaceAll(ours, `\`, ""), theirs)
}

// text is what people read.
func (s stalwartMail) text() string { return uuBlocks.ReplaceAllString(s.raw(), "[$1]\n") }

// raw is text before files are taken out of it.
func (s stalwartMail) raw() string {
	read := slices.Clone(s.TextBody)
	for _, i := range s.Attachments {
		if !s.isFile(i) {
			read = append(read, i)
		}
	}
	slices.Sort(read)
	var out strings.Builder
	for _, i := range slices.Compact(read) {
		words, _ := s.Parts[i].words()
		out.WriteString(strings.ReplaceAll(words, "\x00", "") + "\n")
	}
	return out.String()
}

// uuBlocks are uuencoded files in a text.
var uuBlocks = regexp.MustCompile(`(?ms)^begin \d+ (\S+)\r?\n.*?^end\r?$`)

// undecoded is U+FFFD, perhaps several with blanks between.
var undecoded = regexp.MustCompile(`\s*\x{FFFD}[\s\x{FFFD}]*`)

// alike compares with an expected text in which U+FFFD stands for characters
// that its author could not decode.
func alike(got, want string) bool {
	pieces := undecoded.Split(want, -1)
	last := len(pieces) - 1
	if last == 0 {
		return got == want
	}
	for i, p := range pieces {
		at := strings.Index(got, p)
		if at < 0 || i == 0 && at > 0 || i == last && !strings.HasSuffix(got, p) {
			return false
		}
		got = got[at+len(p):]
	}
	return true
}

// textInside is the text that [Parse] reads, without what stands outside the parts
// of multiparts.
func textInside(t *testing.T, raw Raw) string {
	t.Helper()
	m, guess := new(Message), new(charset.Detective)
	w := walker{win: window{raw: raw}, lim: Limits{}.orDefault(), mail: m, guess: guess}
	root, err := w.walk()
	if err != nil {
		t.Fatal(err)
	}
	forgetOutside(root)
	b := builder{raw: raw, lim: w.lim, mail: m, inner: w.lim.MaxInner, guess: guess}
	pieces, err := b.visit(root, place{first: true, top: true})
	if err != nil {
		t.Fatal(err)
	}
	b.texts(pieces)
	return m.Text
}

func forgetOutside(e *entity) {
	e.before, e.behind, e.tail = 0, 0, 0
	for _, c := range e.children {
		forgetOutside(c)
	}
}
