package mbox

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/compose"
	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
)

// openBox looks at the file and brings it, the journal and the index together.
// Nothing is created, and in a dry run nothing is changed.
func openBox(ctx context.Context, path string, env connectors.Env) (*box, error) {
	b := &box{path: path, env: env}
	b.scribe = compose.NewScribe(b, env, 0, false)
	err := b.open(ctx)
	if err != nil && b.file != nil {
		return nil, errors.Join(err, b.file.Close())
	}
	return b, err
}

func (b *box) open(ctx context.Context) error {
	size, err := b.openFile()
	if err != nil {
		return err
	}
	j, err := b.loadJournal(ctx)
	if err != nil {
		return err
	}
	if j == nil {
		return b.openNew(ctx, size)
	}
	b.j = *j
	swapped, err := b.fits(size)
	if errors.Is(err, errAltered) && size > 0 {
		return b.asItStands(ctx, size, err)
	}
	if err != nil {
		return err
	}
	end, torn, err := b.tail(size)
	if err != nil {
		return err
	}
	b.pos, b.flushed = end, end
	if b.env.DryRun {
		return b.scribe.Generation(ctx, b.j.Generation, b.j.Generation)
	}
	if torn {
		if err := b.file.Truncate(end); err != nil {
			return err
		}
	}
	if swapped { // what was buried is not in the compacted file
		if err := b.unbury(ctx, b.j.Generation); err != nil {
			return err
		}
	}
	if torn || swapped || !b.j.Clean {
		return b.reindex(ctx, end)
	}
	if err := os.Remove(b.swapPath()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return b.scribe.Generation(ctx, b.j.Generation, b.j.Generation)
}

// openFile opens the file if there is one and returns its size.
func (b *box) openFile() (int64, error) {
	mode := os.O_RDWR
	if b.env.DryRun {
		mode = os.O_RDONLY
	}
	f, err := os.OpenFile(b.path, mode, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, connectors.StopIfFull(err)
	}
	b.file = f
	st, err := f.Stat()
	if err == nil && !st.Mode().IsRegular() {
		err = fmt.Errorf("%s is no file that mail can be appended to – name a file", b.path)
	}
	if err != nil {
		return 0, err
	}
	return st.Size(), nil
}

// openNew begins to write a file without a journal: a new one, somebody's
// mailbox, or what a run left that was killed before its first commit. Mails of
// ours that are whole are entered in the index, where a resumed run finds them.
func (b *box) openNew(ctx context.Context, size int64) error {
	token := make([]byte, 6)
	if _, err := rand.Read(token); err != nil {
		return err
	}
	b.j = journal{Token: hex.EncodeToString(token), Generation: 1, Original: size}
	b.pos, b.flushed = size, size
	if b.env.DryRun || size == 0 {
		return b.scribe.Generation(ctx, b.j.Generation, b.j.Generation)
	}
	end, err := b.dropTorn(size)
	if err != nil {
		return err
	}
	b.j.Original, b.pos, b.flushed = end, end, end
	if b.j.extent, err = extentOf(b.file, end); err != nil {
		return err
	}
	return b.reindex(ctx, end)
}

// fits checks that the file is the one that the journal knows. It returns true
// if it is that file compacted by a run that was killed before it could say so.
func (b *box) fits(size int64) (swapped bool, err error) {
	if b.j.Length == 0 {
		return false, nil // begun, and nothing was ever synced
	}
	if back, err := b.putBack(size); back || err != nil {
		return back, err
	}
	if size >= b.j.Length {
		now, err := b.extent(b.j.Length)
		if err != nil || now == b.j.extent {
			return false, err
		}
	}
	s, err := b.loadSwap()
	if err != nil {
		return false, err
	}
	if s.From == b.j.extent && s.To.Length > 0 && size >= s.To.Length {
		now, err := b.extent(s.To.Length)
		if err == nil && now == s.To {
			b.j.extent, b.j.Stale = s.To, false
			return true, nil
		}
		if err != nil {
			return false, err
		}
	}
	what := fmt.Sprintf("is not as it was left: the %d bytes before byte %d differ", min(tailBytes, b.j.Length), b.j.Length)
	if size < b.j.Length {
		what = fmt.Sprintf("has %d bytes, but %d were written to it", size, b.j.Length)
	}
	return false, &connectors.Trouble{
		Reason: connectors.ReasonConflict,
		Err:    fmt.Errorf("%s %s: %w: %w", b.path, what, errAltered, connectors.ErrDenied),
		Hint:   "put the file back as it was, or write to a new file in a new project",
	}
}

func (b *box) extent(length int64) (extent, error) {
	if b.file == nil {
		return extent{}, nil
	}
	return extentOf(b.file, length)
}

// tail looks at what follows the journalled length: unfinished mails of ours,
// which are cut off, or mail that another program appended, which stays. It
// returns where the file is to end and whether that cuts it.
func (b *box) tail(size int64) (end int64, torn bool, err error) {
	if size <= b.j.Length {
		return b.j.Length, false, nil
	}
	end = size
	err = walk(b.file, b.j.Length, size, func(s stretch) error {
		switch ours := b.ours(s.from); {
		case ours && !torn:
			end, torn = s.start, true
		case !ours && torn:
			return &connectors.Trouble{
				Reason: connectors.ReasonConflict,
				Err: fmt.Errorf("%s: at byte %d mail of another program follows mails that an interrupted run did not finish: %w",
					b.path, s.start, connectors.ErrDenied),
				Hint: fmt.Sprintf("move what begins at byte %d elsewhere", s.start),
			}
		}
		return nil
	})
	return end, torn, err
}

// ours tells whether a "From " line, perhaps torn, is one that this project wrote.
func (b *box) ours(from string) bool {
	return strings.HasPrefix(from, b.sender()+" ") || !strings.HasSuffix(from, "\n") && strings.HasPrefix(b.sender(), from)
}

// reindex makes the index again from the file.
func (b *box) reindex(ctx context.Context, end int64) error {
	was := b.j.Generation
	b.j.Generation++
	if err := b.rebury(ctx, was, b.j.Generation); err != nil {
		return err
	}
	if err := b.index(ctx, b.file, end); err != nil {
		return err
	}
	if err := errors.Join(b.scribe.Generation(ctx, b.j.Generation, was), b.unbury(ctx, was)); err != nil {
		return err
	}
	return b.saveJournal(ctx)
}

// index enters the mails of a file into the journal's generation of the index.
func (b *box) index(ctx context.Context, f io.ReaderAt, end int64) error {
	if err := b.scribe.Clear(ctx, b.j.Generation); err != nil {
		return err
	}
	return walk(f, 0, end, func(s stretch) error {
		if !strings.HasPrefix(s.from, "From deskhaul-") {
			return ctx.Err()
		}
		h, _, err := rfc5322.ReadHeader(io.NewSectionReader(f, s.start, s.end-s.start))
		if err != nil {
			return err
		}
		if buried, err := b.buried(ctx, s.start, h); buried || err != nil {
			return err
		}
		return b.scribe.Adopt(ctx, b.j.Generation, fmt.Sprintf("%d:%d", s.start, s.end-s.start), h)
	})
}
