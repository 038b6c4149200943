package mbox

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/compose"
	"github.com/deskhaul/deskhaul/connectors/mail/stamp"
)

func folderOf(path string) string { return filepath.Dir(path) }

// Open gives a mail of the file, without its "From " line. Lines that were
// quoted stay so: our mails are encoded such that none are, but for texts in
// which a line begins with "From ".
func (b *box) Open(_ context.Context, place string) (compose.OpenRaw, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	start, length, err := parsePlace(place)
	if err != nil {
		return nil, err
	}
	if err := b.visible(); err != nil {
		return nil, err
	}
	if start+length > b.pos {
		return nil, fmt.Errorf("%s, byte %d: %w", b.path, start, connectors.ErrNotFound)
	}
	f, err := os.Open(b.path)
	if err != nil {
		return nil, err
	}
	return &opened{io.NewSectionReader(f, start, length), f}, nil
}

type opened struct {
	*io.SectionReader
	io.Closer
}

// Holds tells whether the mail with the seal stands at the place.
func (b *box) Holds(_ context.Context, place, seal string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	start, length, err := parsePlace(place)
	if err != nil || start+length > b.pos || b.visible() != nil || b.file == nil {
		return false
	}
	head := make([]byte, min(length, 512))
	if _, err := b.file.ReadAt(head, start); err != nil {
		return false
	}
	from, rest, ok := bytes.Cut(head, []byte("\n"))
	return ok && bytes.HasPrefix(from, []byte("From deskhaul-")) &&
		bytes.HasPrefix(rest, []byte(stamp.HeaderSeal+": "+seal+"\n"))
}
