package mail

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sharedData finds real mail beside the repository; tests that need it are
// skipped where it is not.
func sharedData(t testing.TB, folder string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Skip("no go.mod above the working directory")
		}
		dir = filepath.Dir(dir)
	}
	path := filepath.Join(dir, "..", "shared", "data", folder)
	if _, err := os.Stat(path); err != nil {
		t.Skip("no real mail here")
	}
	return path
}

// withoutFolds returns the text without its folds, and the folds.
func withoutFolds(m *Message) (kept, gone string) {
	at := 0
	for _, f := range m.Folds {
		kept += m.Text[at:f.Start]
		gone += m.Text[f.Start:f.End]
		at = f.End
	}
	return kept + m.Text[at:], gone
}

// squeeze folds white space, so that texts compare by what they say.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestScoreDiscourse(t *testing.T) {
	dir := filepath.Join(sharedData(t, "reply-discourse"), "test")
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
		m := &Message{Text: unixLines(string(mail))}
		m.Folds = findFolds(m.Text)
		kept, gone := withoutFolds(m)
		if squeeze(kept) == squeeze(string(want)) {
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

// tally counts how often something was as expected.
type tally struct{ good, excused, all int }

// count counts one comparison. An excuse is why we disagree on purpose.
func (c *tally) count(t *testing.T, excuse string, ok bool, format string, args ...any) {
	t.Helper()
	c.all++
	switch {
	case ok:
		c.good++
	case excuse != "":
		c.excused++
	default:
		t.Logf(format, args...)
	}
}

func (c *tally) String() string {
	percent := func(n, of int) float64 { return 100 * float64(n) / float64(max(1, of)) }
	return fmt.Sprintf("%d of %d (%.1f%%); without those read otherwise on purpose %d of %d (%.1f%%)",
		c.good, c.all, percent(c.good, c.all), c.good, c.all-c.excused, percent(c.good, c.all-c.excused))
}

// check prints the score and fails the test if too few are as expected: of all,
// and of those without an excuse.
func (c *tally) check(t *testing.T, what string, all, unexcused float64) {
	t.Helper()
	t.Logf("score: %s %s", what, c)
	if c.all == 0 || float64(c.good) < all*float64(c.all) || float64(c.good) < unexcused*float64(c.all-c.excused) {
		t.Errorf("%s: fewer than %.1f%% and %.1f%%", what, 100*all, 100*unexcused)
	}
}
