package maildir

import (
	"os"
	"path/filepath"
	"testing"
)

// Folders of mail that nobody here wrote: each file is a message, a second copy
// or aside.
func TestRealMaildirs(t *testing.T) {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
	}
	for path, want := range map[string]struct{ tickets, asides int }{
		"notmuch/test/corpora/default":           {22, 0},
		"notmuch/test/corpora/lkml":              {19, 34}, // 34 files are there twice
		"stalwart-mail-parser/resources/maildir": {0, 6},   // files of one letter
	} {
		root := filepath.Join(filepath.Dir(dir), "shared", "data", path)
		if _, err := os.Stat(root); err != nil {
			t.Skipf("the data are not here: %v", err)
		}
		r := newReader(t, root)
		if tickets, asides := r.run(); len(tickets) != want.tickets || len(asides) != want.asides {
			t.Errorf("%s: %d tickets and %d aside, want %v", path, len(tickets), len(asides), want)
		}
		if again, _ := r.run(); len(again) != 0 {
			t.Errorf("%s: a second run yields %d tickets", path, len(again))
		}
	}
}
