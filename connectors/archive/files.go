package archive

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// storeFiles brings a message's files into packs and returns them as they are to
// be written down. It reads without holding the lock.
func (t *Target) storeFiles(ctx context.Context, h *haul, m *desk.Message) ([]desk.File, error) {
	if len(m.Files) == 0 {
		return nil, nil
	}
	t.pin(h)
	files := make([]desk.File, len(m.Files))
	for i, f := range m.Files {
		f.Path = ""
		if err := t.storeFile(ctx, h, &f); err != nil {
			return nil, fmt.Errorf("file %d %q: %w", i+1, f.Name, err)
		}
		f.Open, f.Stat = nil, nil
		files[i] = f
	}
	return files, nil
}

// storeFile fills in the size and the hash of f. A file that the source knows by
// its hash is not read if it is here.
func (t *Target) storeFile(ctx context.Context, h *haul, f *desk.File) error {
	if sum, ok := parseHash(f.SHA256); ok {
		size, here, err := t.holds(ctx, h, sum)
		if err != nil {
			return err
		}
		if here && (f.Size < 0 || f.Size == size) {
			f.Size = size
			return nil
		}
	}
	if f.Open == nil {
		return connectors.Refuse(connectors.ReasonVanished, "", "the source gives no bytes for it")
	}
	src, err := f.Open(ctx)
	if err != nil {
		return unread(ctx, err)
	}
	s, err := t.spool(ctx, h, src)
	defer s.release()
	if closeErr := src.Close(); err == nil && closeErr != nil {
		err = unread(ctx, closeErr)
	}
	if err == nil {
		err = complete(f, s)
	}
	if err == nil {
		err = t.settle(ctx, h, s)
	}
	f.Size, f.SHA256 = s.size, s.sum.String()
	return err
}

// holds tells whether content of that hash is in the archive or on its way in h,
// and how long it is.
func (t *Target) holds(ctx context.Context, h *haul, sum hash) (size int64, here bool, err error) {
	if at, here := h.news[sum]; here {
		return at.size, true, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	err = t.stmt.sizeOfFile.QueryRowContext(context.WithoutCancel(ctx), sum[:]).Scan(&size)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return size, err == nil, trouble(t.folder, "look for attachment", err)
}

// unread says that a file could not be read now, but perhaps later.
func unread(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if errors.Is(err, connectors.ErrNotFound) || errors.Is(err, connectors.ErrRefused) || errors.Is(err, connectors.ErrDenied) {
		return err
	}
	return &connectors.Trouble{
		Reason: connectors.ReasonTransient,
		Err:    fmt.Errorf("reading it failed: %w: %w", err, connectors.ErrBusy),
		Hint:   "retry the record when the source can be read again",
	}
}
