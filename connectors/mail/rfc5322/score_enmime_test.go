package rfc5322

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jhillyerd/enmime/v2"

	"github.com/deskhaul/deskhaul/connectors/mail/score"
)

// enmimeDiffers are the mails that we read otherwise than enmime, and why.
var enmimeDiffers = map[string]string{
	"part-content-only-qp.golden":                  "UTF-8 without a label: they take it for Latin",
	"non-mime-missing-charset.raw":                 "the same, under a page's wrong label",
	"chardet-detection.raw":                        "the same",
	"chardet-fail.raw":                             "the bytes of a picture labelled text: each guesses another charset",
	"empty-header.raw":                             "a part without a header beside another form: they show one of the two, we show both",
	"missing-content-type2.raw":                    "the same",
	"missing-ctype.raw":                            "the same",
	"mime-alternative.raw":                         "two plain forms that differ: they show the first, we show both",
	"mime-mixed-related.raw":                       "two pages one after the other: they show the first, we show both",
	"inlinemultipart.raw":                          "a text with a file name, shown inline: they make it text and file, we a file",
	"malformed-multiple-address-header-values.raw": "the same",
	"mime-bad-content-transfer-encoding.raw":       "words labelled base64: they pass over them, we show them",
	"mime-bad-content-type.raw":                    "they lose the type of a PDF file",
	"mime-blank-media-name.raw":                    "the same",
	"barren-content-type.raw":                      "the same, of a text file",
	"empty-ctype-bad-content.raw":                  "a type that is none: they show nothing, we show the words",
	"extra-base64-character.raw":                   "a digit too many in base64: they show nothing, we show the words",
	"qp-utf8-header-no-break.raw":                  "a header without a blank line behind it: they show nothing, we show the words",
}

// TestScoreEnmime reads the mails of enmime's own tests, and those that it wrote
// (.golden), beside enmime: what people read, in both forms, and the files.
func TestScoreEnmime(t *testing.T) {
	root := score.Data(t, "enmime")
	var s enmimeScore
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if ext := filepath.Ext(path); err != nil || d.IsDir() || ext != ".raw" && ext != ".golden" {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		s.compare(t, filepath.Base(path), b)
		if raw, ok := sourceOf(path); ok {
			s.rewritten(t, filepath.Base(path), b, raw)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s.texts.Check(t, "enmime texts", 0.85, 0.99)
	s.pages.Check(t, "enmime pages", 0.95, 0.99)
	s.names.Check(t, "enmime files", 0.95, 0.99)
	s.golden.Check(t, "enmime goldens that say what their source says", 0.99, 0.99)
}

type enmimeScore struct{ texts, pages, names, golden score.Tally }

func (s *enmimeScore) compare(t *testing.T, name string, b []byte) {
	t.Helper()
	e, err := enmime.ReadEnvelope(bytes.NewReader(b))
	if err != nil {
		return // a mail that enmime refuses says nothing
	}
	m, err := Parse(Bytes(b), Limits{})
	if err != nil {
		t.Fatal(name, err)
	}
	excuse := enmimeDiffers[name]
	if e.HTML == "" || e.Root.DepthMatchFirst(isPlainPart) != nil { // else the text is made of the page, which each does its way
		ours, theirs := unruled(textInside(t, Bytes(b))), unruled(e.Text)
		s.texts.Count(t, excuse, ours == theirs, "%s: text %.300q, want %.300q", name, ours, theirs)
	}
	// Words beside a page are words to them; we put them into the page too.
	s.pages.Count(t, excuse, (m.HTML == "") == (e.HTML == "") && strings.Contains(squeeze(m.HTML), squeeze(e.HTML)), "%s: HTML %.300q, want %.300q", name, m.HTML, e.HTML)
	ours, theirs := ourFiles(m), enmimeFiles(e)
	s.names.Count(t, excuse, slices.Equal(ours, theirs), "%s: files %q, want %q", name, ours, theirs)
}

func isPlainPart(p *enmime.Part) bool { return p.ContentType == "text/plain" }

// unruled drops the lines of dashes that enmime puts between texts.
func unruled(s string) string {
	return strings.Join(slices.DeleteFunc(strings.Fields(strings.ReplaceAll(s, "\x00", "")), func(w string) bool { return w == "--" }), " ")
}

// ourFiles lists type and name of our parts, sorted.
func ourFiles(m *Message) (files []string) {
	for _, p := range m.Parts {
		switch {
		case p.Name == "signed-part.eml":
		case p.Type == "message/rfc822": // named after its subject
			files = append(files, p.Type)
		default:
			files = append(files, p.Type+" "+p.Name)
		}
	}
	slices.Sort(files)
	return files
}

// enmimeFiles is ourFiles for enmime. Parts without a type are files to them; the
// standard says that they are text (RFC 2045 section 5.2).
func enmimeFiles(e *enmime.Envelope) (files []string) {
	for _, p := range slices.Concat(e.Inlines, e.Attachments, e.OtherParts) {
		switch p.ContentType {
		case "":
		case "message/rfc822":
			files = append(files, p.ContentType)
		default:
			files = append(files, strings.ToLower(p.ContentType)+" "+p.FileName)
		}
	}
	slices.Sort(files)
	return files
}

// sourceOf finds the mail beside a golden file that the golden was made of.
func sourceOf(path string) ([]byte, bool) {
	name, ok := strings.CutSuffix(path, ".raw.golden")
	if !ok {
		return nil, false
	}
	b, err := os.ReadFile(name[:strings.LastIndexByte(name, '-')] + ".raw")
	return b, err == nil
}

// rewritten holds that a mail and what enmime made of it say the same.
func (s *enmimeScore) rewritten(t *testing.T, name string, golden, source []byte) {
	t.Helper()
	var said []string
	for _, b := range [][]byte{golden, source} {
		f := weSay(t, b)
		m, err := Parse(Bytes(b), Limits{})
		if err != nil {
			t.Fatal(name, err)
		}
		said = append(said, strings.Join([]string{f.subject, f.from, f.to, squeeze(m.Text), squeeze(m.HTML)}, "\n"))
	}
	s.golden.Count(t, "", said[0] == said[1], "%s: %q, its source %q", name, said[0], said[1])
}
