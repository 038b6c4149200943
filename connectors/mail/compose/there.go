package compose

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/deskhaul/deskhaul/connectors"
)

// OpenFiles makes a target that keeps each mail in a file of its own. A folder that
// was written to and is gone is refused: the ledger would go on taking all that was
// in it for moved. folders is as for NewScribe.
func OpenFiles(ctx context.Context, shelf *Files, env connectors.Env, folders bool) (*Scribe, error) {
	s := NewScribe(shelf, env, 0, folders)
	if blank, err := s.book.blank(ctx); blank || err != nil {
		return s, err
	}
	found, err := anyFile(shelf.Root)
	switch {
	case found:
		return s, nil
	case err == nil || errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: mails were written to it by an earlier run and they are gone: %w – put them back, or write to a new folder",
			shelf.Root, connectors.ErrDenied)
	}
	return nil, err
}
