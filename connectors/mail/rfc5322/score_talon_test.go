package rfc5322

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/mail/plaintext"
	"github.com/deskhaul/deskhaul/connectors/mail/score"
	"github.com/deskhaul/deskhaul/desk"
)

// unfolded is the text without its folds of one kind.
func unfolded(m *Message, what desk.FoldKind) string {
	var out strings.Builder
	at := 0
	for _, f := range m.Folds {
		if f.What == what {
			out.WriteString(m.Text[at:f.Start])
			at = f.End
		}
	}
	return out.String() + m.Text[at:]
}

// TestScoreTalonReplies folds the history out of replies that real mail programs
// wrote. What was answered is the same in all of each folder; where it is not, it
// lies beside the mail.
func TestScoreTalonReplies(t *testing.T) {
	dir := filepath.Join(score.Data(t, "reply-talon"), "tests", "fixtures")
	var replies score.Tally
	read := func(pattern, head, answer string) {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil || len(files) == 0 {
			t.Fatal("no files", err)
		}
		for _, name := range files {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			want := answer
			if beside, err := os.ReadFile(strings.TrimSuffix(name, ".eml") + "_reply_text"); err == nil {
				want = string(beside)
			}
			m, err := Parse(Bytes(append([]byte(head), b...)), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			got := unfolded(m, desk.FoldQuote)
			replies.Count(t, "", squeeze(got) == squeeze(want), "%s: %q, want %q; whole\n%.400s", filepath.Base(name), got, want, m.Text)
		}
	}
	read("standard_replies/*.eml", "", "Hello")
	read("html_replies/*.html", "Content-Type: text/html; charset=utf-8\n\n", "Hi. I am fine. Thanks, Alex")
	replies.Check(t, "talon replies without the history", 0.9, 0.9)
}

// TestScoreTalonSignatures folds signatures. Most of these have no line of dashes
// above them, and those we leave in the text: a name alone is no safe sign.
func TestScoreTalonSignatures(t *testing.T) {
	dir := filepath.Join(score.Data(t, "reply-talon"), "tests", "fixtures", "signature", "emails", "stripped")
	files, err := filepath.Glob(filepath.Join(dir, "*_body"))
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	var signatures score.Tally
	for _, name := range files {
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(strings.TrimSuffix(name, "_body") + "_signature")
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(string(body), "\r\n", "\n")
		var got string
		for _, f := range plaintext.Folds(text) {
			if f.What == desk.FoldSignature {
				got += text[f.Start:f.End]
			}
		}
		excuse := "a signature without a line of dashes above it"
		if ruled(string(want)) {
			excuse = ""
		}
		signatures.Count(t, excuse, squeeze(got) == squeeze(string(want)), "%s: %q, want %q", filepath.Base(name), got, want)
	}
	signatures.Check(t, "talon signatures", 0.25, 0.99)
}

// ruled tells whether there is no signature or it begins with dashes.
func ruled(signature string) bool {
	words := strings.Fields(signature)
	return !slices.ContainsFunc(words[:min(1, len(words))], func(w string) bool { return strings.Trim(w, "-_") != "" })
}
