package rfc5322

import (
	"encoding/xml"
	"io"
	"mime"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/mail/charset"
	"github.com/deskhaul/deskhaul/connectors/mail/score"
)

// mime4jNode is an entity as the authors of mime4j expect it: an event tree in
// which bodies are the names of files with the decoded bytes.
type mime4jNode struct {
	Fields    []string     `xml:"header>field"`
	Text      *mime4jBody  `xml:"text-body"`
	Binary    *mime4jBody  `xml:"binary-body"`
	Multipart *mime4jParts `xml:"multipart"`
	Message   *mime4jNode  `xml:"message"`
}

type mime4jBody struct {
	Name string `xml:"name,attr"`
}

type mime4jParts struct {
	Preamble string       `xml:"preamble"`
	Epilogue string       `xml:"epilogue"`
	Parts    []mime4jNode `xml:"body-part"`
}

// field returns the value of the first field of the name, unfolded.
func (n *mime4jNode) field(name string) string {
	for _, f := range n.Fields {
		key, value, _ := strings.Cut(strings.TrimLeft(f, "\r\n"), ":")
		if strings.EqualFold(strings.TrimSpace(key), name) {
			return strings.NewReplacer("\r", "", "\n", "").Replace(strings.TrimSpace(value))
		}
	}
	return ""
}

// parameter reads a parameter with the standard library, "" where it gives up.
func (n *mime4jNode) parameter(field, name string) string {
	// The standard library knows no languages in encoded words (RFC 2231 section 5).
	_, ps, err := mime.ParseMediaType(mime4jLanguage.ReplaceAllString(n.field(field), "$1?"))
	if err != nil {
		return ""
	}
	s, err := new(mime.WordDecoder).DecodeHeader(ps[name])
	if err != nil {
		return ps[name]
	}
	return s
}

func (n *mime4jNode) name() string {
	if s := n.parameter("Content-Disposition", "filename"); s != "" {
		return s
	}
	return n.parameter("Content-Type", "name")
}

// leaves lists what is no multipart, in order. An enclosed message is one leaf.
func (n *mime4jNode) leaves() []*mime4jNode {
	if n.Multipart == nil {
		return []*mime4jNode{n}
	}
	var all []*mime4jNode
	for i := range n.Multipart.Parts {
		all = append(all, n.Multipart.Parts[i].leaves()...)
	}
	return all
}

// In a text we put names in the place of uuencoded files and drop the marks of
// enriched text.
var (
	mime4jLanguage = regexp.MustCompile(`(=\?[\w-]+)\*\w+\?`)
	mime4jMarkup   = regexp.MustCompile(`<[a-z/]+>`)
)

// sameBytes compares a part with what they decoded. Where base64 is cut short they
// drop the last one or two bytes, which are there to be read.
func sameBytes(ours, theirs []byte, encoding string) bool {
	if encoding == "base64" && len(ours) > len(theirs) && len(ours)%3 == len(ours)-len(theirs) {
		ours = ours[:len(theirs)]
	}
	return squeeze(string(ours)) == squeeze(string(theirs))
}

// mime4jScore compares message by message.
type mime4jScore struct {
	t                                        *testing.T
	dir                                      string
	excuse                                   string // of the mail at hand
	subjects, senders, leaves, names, extras score.Tally
}

// mime4jDiffers are the mails that we read otherwise on purpose, and why.
var mime4jDiffers = map[string]string{
	"malformedHeader-nocrlfcrlf.msg":           "a header line that is no field: they drop it, we keep it with the field before it",
	"malformedHeaderStartsBody-nocrlfcrlf.msg": "the same bytes, so that one of the two must differ; here they begin the body with it and lose the field behind",
	"multi-frag.msg":                           "the end of a multipart inside a line: they decode it, and the words behind it, as base64",
	"very-long-boundary.msg":                   "a boundary that ends in a blank, against RFC 2046: gateways strip blanks at line ends, so we pass over them",
	"weird-boundary.msg":                       "the same",
}

func TestScoreMime4j(t *testing.T) {
	root := filepath.Join(score.Data(t, "mime4j"), "core", "src", "test", "resources")
	files, err := filepath.Glob(filepath.Join(root, "*", "*.msg"))
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	score := mime4jScore{t: t}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		expected, err := os.Open(strings.TrimSuffix(file, ".msg") + "_decoded.xml")
		if err != nil {
			continue
		}
		var want mime4jNode
		d := xml.NewDecoder(expected)
		d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
		if err := d.Decode(&want); err != nil {
			t.Error(file, err)
		}
		_ = expected.Close()
		score.dir, score.excuse = filepath.Dir(file), mime4jDiffers[filepath.Base(file)]
		score.message(filepath.Base(file), b, &want)
	}
	score.subjects.Check(t, "mime4j subjects", 0.95, 1)
	score.senders.Check(t, "mime4j senders", 0.95, 1)
	score.leaves.Check(t, "mime4j parts with the same bytes", 0.95, 0.99)
	score.names.Check(t, "mime4j names of parts", 0.95, 0.99)
	score.extras.Check(t, "mime4j mails without parts of our own invention", 0.95, 0.99)
}

func (s *mime4jScore) message(name string, b []byte, want *mime4jNode) {
	m, err := Parse(Bytes(b), Limits{})
	if err != nil {
		s.t.Fatal(name, err)
	}
	s.subjects.Count(s.t, s.excuse, squeeze(m.Get("Subject")) == squeeze(want.field("Subject")), "%s: subject %q, want %q", name, m.Get("Subject"), want.field("Subject"))
	s.senders.Count(s.t, s.excuse, m.Get("From") == want.field("From"), "%s: from %q, want %q", name, m.Get("From"), want.field("From"))
	left := slices.Clone(m.Parts)
	for _, leaf := range want.leaves() {
		left = s.leaf(name, Bytes(b), m, left, leaf)
	}
	left = slices.DeleteFunc(left, func(p Part) bool { return p.Name == "signed-part.eml" || p.Encoding == "uuencode" })
	s.extras.Count(s.t, s.excuse, len(left) == 0, "%s: parts that nobody expects: %q %v", name, partNames(left), m.Problems)
}

func partNames(parts []Part) (names []string) {
	for _, p := range parts {
		names = append(names, p.Type+" "+p.Name)
	}
	return names
}

// leaf looks for one leaf among the parts that are left and in the text.
func (s *mime4jScore) leaf(name string, raw Raw, m *Message, left []Part, want *mime4jNode) []Part {
	if want.Message != nil {
		return s.enclosed(name, raw, left, want)
	}
	body := want.Text
	if body == nil {
		body = want.Binary
	}
	if body == nil {
		return left
	}
	bytes, err := os.ReadFile(filepath.Join(s.dir, body.Name))
	if err != nil {
		s.t.Fatal(err)
	}
	for i, p := range left {
		if sameBytes(openAll(s.t, p, raw), bytes, p.Encoding) {
			s.leaves.Count(s.t, s.excuse, true, "")
			s.names.Count(s.t, s.excuse, p.Name == want.name() || want.name() == "", "%s: name %q, want %q", name, p.Name, want.name())
			return slices.Delete(left, i, i+1)
		}
	}
	text, _ := new(charset.Detective).Text(bytes, want.parameter("Content-Type", "charset"))
	text = uuBlocks.ReplaceAllString(text, "[$1]\n")
	if strings.HasPrefix(want.field("Content-Type"), "text/rich") {
		text = mime4jMarkup.ReplaceAllString(text, "")
	}
	found := strings.Contains(squeeze(m.Text), squeeze(text)) || strings.Contains(squeeze(m.HTML), squeeze(text))
	s.leaves.Count(s.t, s.excuse, found, "%s: %s (%s) is not there: %.200q; left %q", name, body.Name, want.field("Content-Type"), text, partNames(left))
	return left
}

// enclosed compares a message inside the message, parsed on its own.
func (s *mime4jScore) enclosed(name string, raw Raw, left []Part, want *mime4jNode) []Part {
	i := slices.IndexFunc(left, func(p Part) bool { return strings.HasPrefix(p.Type, "message/") })
	s.leaves.Count(s.t, s.excuse, i >= 0, "%s: an enclosed message is not there", name)
	if i < 0 {
		return left
	}
	s.message(name+" > "+left[i].Name, openAll(s.t, left[i], raw), want.Message)
	return slices.Delete(left, i, i+1)
}

func openAll(t *testing.T, p Part, raw Raw) []byte {
	t.Helper()
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
	return b
}
