package eml

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/desk"
)

// Where nothing can be taken out of the folder it is said what to do.
func TestReadOnlyFolderSaysWhatToDo(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write anywhere")
	}
	root := filepath.Join(t.TempDir(), "out")
	s := open(t, &Config{Path: root}, new(conntest.State))
	contact := &desk.Contact{Meta: desk.Meta{ID: "c", Mark: "mark-c"}, Name: "C", Emails: []string{"c@x.test"}}
	if _, err := s.Create(t.Context(), contact); err != nil {
		t.Fatal(err)
	}
	mode := func(m fs.FileMode) {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() {
				err = os.Chmod(path, m)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	mode(0o500)
	defer mode(0o700)
	err := s.Delete(t.Context(), desk.KindContact, "c")
	if !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), "make it writable for this user") {
		t.Errorf("says %v", err)
	}
}
