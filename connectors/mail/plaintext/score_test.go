package plaintext

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/mail/score"
	"github.com/deskhaul/deskhaul/desk"
)

// withoutFolds returns the text without its folds, and the folds.
func withoutFolds(text string, folds []desk.Fold) (kept, gone string) {
	at := 0
	for _, f := range folds {
		kept += text[at:f.Start]
		gone += text[f.Start:f.End]
		at = f.End
	}
	return kept + text[at:], gone
}

func TestScoreDiscourse(t *testing.T) {
	dir := filepath.Join(score.Data(t, "reply-discourse"), "test")
	files, err := filepath.Glob(filepath.Join(dir, "emails", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	good := 0
	for _, name := range files {
		mail, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join(dir, "trimmed", filepath.Base(name)))
		if err != nil {
			want = nil
		}
		text := strings.ReplaceAll(string(mail), "\r\n", "\n")
		kept, gone := withoutFolds(text, Folds(text))
		if slices.Equal(strings.Fields(kept), strings.Fields(string(want))) {
			good++
		} else if testing.Verbose() {
			t.Logf("%s\n--- kept:\n%s\n--- want:\n%s\n--- folded:\n%s", filepath.Base(name), kept, want, gone)
		}
	}
	t.Logf("score: folds as expected in %d of %d mails", good, len(files))
	if good < 61 {
		t.Error("fewer than 61")
	}
}
