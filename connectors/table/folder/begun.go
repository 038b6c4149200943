package folder

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/connectors/table/rows"
	"github.com/deskhaul/deskhaul/desk"
)

// begunFile stands in the folder as long as it has files that the state may not
// know after a kill: what the state is told becomes safe only after Sync has
// returned. By it the next run tells such files, which it begins anew, from those
// of somebody else, which it does not touch.
const begunFile = ".deskhaul-begun"

// begun is how far the files made by this run have come.
type begun int

const (
	allKnown begun = iota // the state knows every file
	someNew               // files were made since the last Sync
	someTold              // Sync told the state of the last ones
)

func (t *Target) begunPath() string { return filepath.Join(t.dir, begunFile) }

// begin is called before a file is made.
func (t *Target) begin() error {
	was := t.begun
	t.begun = someNew
	if was != allKnown {
		return nil
	}
	text := "A run of deskhaul has begun to write files here and has not yet noted all of them. Leave this file to it.\n"
	if err := os.WriteFile(t.begunPath(), []byte(text), 0o600); err != nil {
		return err
	}
	return errors.Join(syncPath(t.begunPath()), syncPath(t.dir))
}

// saidBefore is called by each Sync: what the one before it told is safe now.
func (t *Target) saidBefore() error {
	switch t.begun {
	case someNew:
		t.begun = someTold
	case someTold:
		return t.known()
	case allKnown:
	}
	return nil
}

// known notes that the state knows every file.
func (t *Target) known() error {
	t.begun = allKnown
	if err := os.Remove(t.begunPath()); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// leftover tells a file that a run made which was killed before the state knew it.
func (t *Target) leftover(kind desk.Kind) bool {
	if _, err := os.Stat(t.begunPath()); err != nil {
		return false
	}
	f, err := os.Open(t.path(kind))
	if err != nil {
		return false
	}
	head := rows.Append(nil, table.Columns(kind))
	b := make([]byte, len(head))
	n, err := io.ReadFull(f, b)
	if errors.Is(err, io.ErrUnexpectedEOF) { // torn
		err = nil
	}
	return f.Close() == nil && err == nil && bytes.HasPrefix(head, b[:n])
}
