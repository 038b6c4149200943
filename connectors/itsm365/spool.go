package itsm365

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// spooled is a message whose files lie on this machine: a ticket is made, and a first file
// attached, before the last is read, and one that breaks off would leave half a message.
type spooled struct {
	*desk.Message
	receipts []connectors.FileReceipt
	paths    []string
}

// spool reads the files of a message to their ends. Drop takes the copies away.
func (t *Target) spool(ctx context.Context, m *desk.Message) (*spooled, error) {
	c := *m
	c.Files = slices.Clone(m.Files)
	s := &spooled{Message: &c}
	for i := range c.Files {
		if err := t.spoolFile(ctx, s, &c.Files[i]); err != nil {
			s.drop()
			return nil, err
		}
	}
	return s, nil
}

func (t *Target) spoolFile(ctx context.Context, s *spooled, f *desk.File) error {
	r, err := rest.OpenFile(ctx, f)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }() // it was read, or is worth nothing
	to, err := os.CreateTemp(t.env.Temp, "file")
	if err != nil {
		return connectors.StopIfFull(err)
	}
	s.paths = append(s.paths, to.Name())
	h, most := sha256.New(), t.config.MaxFile
	from := io.Reader(r)
	if most > 0 {
		from = io.LimitReader(r, most+1)
	}
	n, err := io.Copy(io.MultiWriter(h, to), from)
	if closing := to.Close(); err == nil && closing != nil {
		err = connectors.StopIfFull(closing)
	}
	switch {
	case err != nil && ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, connectors.ErrRefused), errors.Is(err, connectors.ErrNotFound), errors.Is(err, connectors.ErrDenied), errors.Is(err, connectors.ErrBusy):
		return fmt.Errorf("file %q of message %s: %w", f.Name, s.ID, err)
	case err != nil:
		if stop := connectors.StopIfFull(err); errors.Is(stop, connectors.ErrDenied) {
			return stop
		}
		return fmt.Errorf("file %q of message %s: reading it failed: %w: %w", f.Name, s.ID, err, connectors.ErrBusy)
	case most > 0 && n > most:
		return connectors.Refuse(connectors.ReasonTooLarge, "leave it out in the mapping", "file %q of message %s is larger than %d bytes", f.Name, s.ID, most)
	}
	f.Size, f.SHA256 = n, hex.EncodeToString(h.Sum(nil))
	path := to.Name()
	f.Open = func(context.Context) (io.ReadCloser, error) { return os.Open(path) }
	s.receipts = append(s.receipts, connectors.FileReceipt{Message: s.ID, Name: f.Name, Size: n, SHA256: f.SHA256})
	return nil
}

func (s *spooled) drop() {
	for _, path := range s.paths {
		_ = os.Remove(path) // the folder is emptied between runs
	}
}
