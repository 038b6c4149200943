package mbox

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/compose"
	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
)

// Close drops the mails that newer ones supersede and releases the file. What
// has not been synced is left for the next run to cut off.
func (b *box) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.file == nil {
		return nil
	}
	err := b.finish(context.Background())
	if closing := b.file.Close(); err == nil {
		err = closing
	}
	b.file = nil
	return err
}

func (b *box) finish(ctx context.Context) error {
	stale := b.j.Stale && !b.env.DryRun // a run that was killed has left it so
	if !b.started && !stale || b.broken != nil || b.pos != b.j.Length {
		return b.broken
	}
	if b.j.Stale {
		if err := b.compact(ctx); err != nil {
			return fmt.Errorf("compacting %s: %w", b.path, connectors.StopIfFull(err))
		}
	}
	b.j.Clean = true
	return b.saveJournal(ctx)
}

// compact rewrites the file without what is superseded. The order of its steps
// makes a kill between any two harmless: until the renaming the old file and the
// old journal hold; after it the swap file tells the next run which file this is,
// until the journal does.
func (b *box) compact(ctx context.Context) error {
	temp := b.path + ".deskhaul-new"
	f, err := os.OpenFile(temp, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	err = b.exchange(ctx, f, temp)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	return nil
}

func (b *box) exchange(ctx context.Context, f *os.File, temp string) error {
	st, err := b.file.Stat()
	if err == nil {
		err = f.Chmod(st.Mode().Perm())
	}
	if err != nil {
		return err
	}
	// Fate asks through the shelf's own methods, which lock.
	b.mu.Unlock()
	length, err := b.copyLive(ctx, f)
	b.mu.Lock()
	if err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	now, err := extentOf(f, length)
	if err != nil {
		return err
	}
	was := b.j
	b.j.Generation++
	if err := errors.Join(b.unbury(ctx, b.j.Generation), b.index(ctx, f, length)); err != nil {
		return err
	}
	if err := b.saveSwap(swap{From: was.extent, To: now}); err != nil {
		return err
	}
	if err := os.Rename(temp, b.path); err != nil {
		return err
	}
	b.j.extent, b.j.Stale = now, false
	if err := errors.Join(syncFolder(folderOf(b.path)), b.saveJournal(ctx)); err != nil {
		return err
	}
	return errors.Join(b.scribe.Generation(ctx, b.j.Generation, was.Generation), b.unbury(ctx, was.Generation))
}

// copyLive copies every mail that stays and returns how many bytes that made.
func (b *box) copyLive(ctx context.Context, to io.Writer) (int64, error) {
	w := bufio.NewWriterSize(to, 256<<10)
	var n int64
	err := walk(b.file, 0, b.pos, func(s stretch) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		size, err := b.copyMail(ctx, w, s)
		n += size
		return err
	})
	if err == nil {
		err = w.Flush()
	}
	return n, err
}

func (b *box) copyMail(ctx context.Context, w io.Writer, s stretch) (int64, error) {
	raw := io.NewSectionReader(b.file, s.start, s.end-s.start)
	if !bytes.HasPrefix([]byte(s.from), []byte("From deskhaul-")) {
		return io.Copy(w, raw)
	}
	h, body, err := rfc5322.ReadHeader(raw)
	if err != nil {
		return 0, err
	}
	if buried, err := b.buried(ctx, s.start, h); buried || err != nil {
		return 0, err
	}
	stays, fields, err := b.scribe.Fate(ctx, fmt.Sprintf("%d:%d", s.start, s.end-s.start), h)
	if err != nil || !stays {
		return 0, err
	}
	if fields == nil {
		return io.Copy(w, raw)
	}
	head := s.from + string(bytes.ReplaceAll(compose.HeaderBytes(fields), []byte("\r\n"), []byte("\n")))
	if _, err := io.WriteString(w, head); err != nil {
		return 0, err
	}
	n, err := io.Copy(w, io.NewSectionReader(raw, body, raw.Size()-body))
	return n + int64(len(head)), err
}
