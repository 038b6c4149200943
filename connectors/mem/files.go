package mem

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// takeFiles reads the bytes of every file of r and leaves in r files that open
// from memory. If one cannot be read, nothing of r is kept.
func (d *Desk) takeFiles(ctx context.Context, r desk.Record) error {
	t, ok := r.(*desk.Ticket)
	if !ok {
		return ctx.Err()
	}
	for i := range t.Messages {
		for j := range t.Messages[i].Files {
			if err := d.takeFile(ctx, &t.Messages[i].Files[j]); err != nil {
				return fmt.Errorf("ticket %s, message %s: %w", t.ID, t.Messages[i].ID, err)
			}
		}
	}
	return ctx.Err()
}

func (d *Desk) takeFile(ctx context.Context, f *desk.File) error {
	if f.Open == nil {
		return connectors.Refuse(connectors.ReasonUnreadable, "", "file %q has no bytes", f.Name)
	}
	rc, err := f.Open(ctx)
	if err != nil {
		return fmt.Errorf("open file %q: %w", f.Name, err)
	}
	b, err := d.readAll(f.Name, rc)
	if closeErr := rc.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("read file %q: %w", f.Name, err)
	}
	sum := sha256.Sum256(b)
	f.Size, f.SHA256, f.Path = int64(len(b)), hex.EncodeToString(sum[:]), ""
	b = d.once(f.SHA256, b)
	f.Stat = nil
	f.Open = func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }
	return nil
}

// once keeps equal bytes a single time.
func (d *Desk) once(sum string, b []byte) []byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.files == nil {
		d.files = map[string][]byte{}
	}
	if had, ok := d.files[sum]; ok {
		return had
	}
	d.files[sum] = b
	return b
}

func (d *Desk) readAll(name string, r io.Reader) ([]byte, error) {
	if d.MaxFile > 0 {
		r = io.LimitReader(r, d.MaxFile+1)
	}
	b, err := io.ReadAll(r)
	if err == nil && d.MaxFile > 0 && int64(len(b)) > d.MaxFile {
		return nil, connectors.Refuse(connectors.ReasonTooLarge, "", "file %q is larger than %d bytes", name, d.MaxFile)
	}
	return b, err
}

func fileReceipts(was, now *desk.Message) (out []connectors.FileReceipt) {
	for _, f := range now.Files {
		out = append(out, connectors.FileReceipt{Message: was.ID, Name: f.Name, Size: f.Size, SHA256: f.SHA256})
	}
	return out
}
