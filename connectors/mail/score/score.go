// Package score is for tests: it counts how often we read real mail as others do.
package score

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// Data finds real mail beside the repository; a test that needs it is skipped
// where it is not.
func Data(t testing.TB, folder string) string {
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

// Split splits an mbox at "From " lines that follow a blank one.
func Split(b []byte) [][]byte {
	if !bytes.HasPrefix(b, []byte("From ")) {
		return [][]byte{b}
	}
	var mails [][]byte
	for {
		i := bytes.Index(b, []byte("\n\nFrom "))
		if i < 0 {
			return append(mails, b)
		}
		mails, b = append(mails, b[:i+1]), b[i+2:]
	}
}

// Tally counts how often something was as expected.
type Tally struct{ good, excused, all int }

// Count counts one comparison. An excuse is why we disagree on purpose.
func (c *Tally) Count(t *testing.T, excuse string, ok bool, format string, args ...any) {
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

// String is the tally for people.
func (c *Tally) String() string {
	percent := func(n, of int) float64 { return 100 * float64(n) / float64(max(1, of)) }
	return fmt.Sprintf("%d of %d (%.1f%%); without those read otherwise on purpose %d of %d (%.1f%%)",
		c.good, c.all, percent(c.good, c.all), c.good, c.all-c.excused, percent(c.good, c.all-c.excused))
}

// Any tells whether anything was counted.
func (c *Tally) Any() bool { return c.all > 0 }

// Check prints the score and fails the test if too few are as expected: of all,
// and of those without an excuse.
func (c *Tally) Check(t *testing.T, what string, all, unexcused float64) {
	t.Helper()
	t.Logf("score: %s %s", what, c)
	if c.all == 0 || float64(c.good) < all*float64(c.all) || float64(c.good) < unexcused*float64(c.all-c.excused) {
		t.Errorf("%s: fewer than %.1f%% and %.1f%%", what, 100*all, 100*unexcused)
	}
}
