package rfc5322

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/mail/score"
)

// stalwartDiffers are the mails whose expectation contradicts the mail, and why.
// Where they only count otherwise than we do, score_stalwart_rules_test.go says how.
var stalwartDiffers = map[string]string{
	"malformed/001":  "lines that begin with a boundary and go on: they take them for it, RFC 2046 lets only white space follow",
	"malformed/004":  "the same",
	"malformed/009":  "RFC 2046 section 5.1.2: an outer boundary ends the parts inside; they put its line and the part behind it into the text",
	"malformed/011":  "the same",
	"malformed/012":  "the same: the third message is lost in the second",
	"malformed/016":  "as malformed/001, with boundaries longer than RFC 2046 allows",
	"malformed/017":  "a disposition without a value: they lose the file name that stands behind it",
	"malformed/019":  "words behind a part's header: they take them for a field without a colon and lose them",
	"malformed/020":  "a part's header names two types: they show boundaries and markup as text, we find the text, the page and the picture",
	"malformed/021":  "the same",
	"thirdparty/015": "three enclosed messages: they put the second into the first and lose the third",
}

// stalwartScore compares mail by mail.
type stalwartScore struct{ subjects, senders, files, names, texts score.Tally }

func TestScoreStalwart(t *testing.T) {
	dir := filepath.Join(score.Data(t, "stalwart-mail-parser"), "resources", "eml")
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.eml"))
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	var s stalwartScore
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var want stalwartMail
		j, err := os.ReadFile(strings.TrimSuffix(name, ".eml") + ".json")
		if err != nil || json.Unmarshal(j, &want) != nil || len(want.Parts) == 0 {
			continue
		}
		s.compare(t, strings.TrimSuffix(name[len(dir)+1:], ".eml"), b, want)
	}
	s.subjects.Check(t, "stalwart subjects", 0.99, 0.99)
	s.senders.Check(t, "stalwart senders", 0.99, 0.99)
	s.files.Check(t, "stalwart attachment counts", 0.95, 0.99)
	s.names.Check(t, "stalwart attachment names", 0.95, 0.99)
	s.texts.Check(t, "stalwart texts", 0.90, 0.99)
}

func (s *stalwartScore) compare(t *testing.T, name string, b []byte, want stalwartMail) {
	t.Helper()
	m, err := Parse(Bytes(b), Limits{})
	if err != nil {
		t.Fatal(name, err)
	}
	excuse := stalwartDiffers[name]
	s.subjects.Count(t, excuse, alike(m.Header.Text("Subject"), want.subject()), "%s: subject %q, want %q", name, m.Header.Text("Subject"), want.subject())
	var from []string
	for _, a := range m.Addresses("From") {
		from = append(from, mailbox(a.Name, a.Email))
	}
	s.senders.Count(t, excuse, slices.Equal(from, want.senders()), "%s: from %q, want %q", name, from, want.senders())
	got, names := want.ours(m), want.names()
	s.files.Count(t, excuse, len(got) == len(names), "%s: %d attachments %q, want %d %q", name, len(got), got, len(names), names)
	s.names.Count(t, excuse, slices.EqualFunc(got, names, sameName), "%s: attachments %q, want %q", name, got, names)
	text := squeeze(textInside(t, Bytes(b)))
	s.texts.Count(t, excuse, alike(text, squeeze(want.text())), "%s: text\n%.300q\nwant\n%.300q", name, text, squeeze(want.text()))
}
