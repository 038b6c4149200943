package mbox

import (
	"context"
	"errors"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
)

// errAltered says that the file is not as we left it.
var errAltered = errors.New("somebody has changed it since")

// asItStands goes on with a file that somebody has changed or cut: what stands in it is
// looked at, and what is still found in it can be taken back; nothing is added until it
// is put back as it was.
func (b *box) asItStands(ctx context.Context, size int64, why error) error {
	now, err := extentOf(b.file, size)
	if err != nil {
		return err
	}
	if b.j.Was == nil {
		b.j.Was = &extent{b.j.Length, b.j.Tail}
	}
	var t *connectors.Trouble
	if errors.As(why, &t) {
		why = t.Err
	}
	b.env.Log.Warn(fmt.Sprintf("mbox: %v: it is looked at as it stands, and nothing is added to it", why))
	b.j.extent, b.pos, b.flushed = now, size, size
	was := b.j.Generation
	b.j.Generation++
	if err := b.unbury(ctx, b.j.Generation); err != nil { // of an attempt that was killed
		return err
	}
	if err := b.index(ctx, b.file, size); err != nil {
		return err
	}
	if err := errors.Join(b.scribe.Generation(ctx, b.j.Generation, was), b.unbury(ctx, was)); err != nil {
		return err
	}
	return b.saveJournal(ctx)
}

// putBack tells whether a file that was changed is again as we left it.
func (b *box) putBack(size int64) (bool, error) {
	if b.j.Was == nil || size < b.j.Was.Length {
		return false, nil
	}
	now, err := b.extent(b.j.Was.Length)
	if err != nil || now != *b.j.Was {
		return false, err
	}
	b.j.extent, b.j.Was = now, nil
	return true, nil
}

// mayAdd refuses to add to a file that somebody has changed.
func (b *box) mayAdd() error {
	if b.j.Was == nil {
		return nil
	}
	return &connectors.Trouble{
		Reason: connectors.ReasonConflict, Hint: "put the file back as it was, or write to a new file in a new project; deskhaul verify tells which records differ",
		Err: fmt.Errorf("%s is not as it was left: %w: %w", b.path, errAltered, connectors.ErrDenied),
	}
}
