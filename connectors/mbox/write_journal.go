package mbox

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// journalKey is where the journal lies in the connector's state.
const journalKey = "written/journal"

// journal is how far the file was written durably.
type journal struct {
	Token      string `json:"token"` // in the "From " lines of the mails that this project writes
	Generation int64  `json:"generation"`
	extent
	Original int64 `json:"original"` // bytes that stood there before the first write
	Stale    bool  `json:"stale"`    // the file has mails that newer ones supersede
	// Was is what we left where somebody has changed the file since; extent is then how
	// the file was found.
	Was   *extent `json:"was,omitempty"`
	Clean bool    `json:"clean"` // closed in order: the index does not run ahead of the file
}

// extent is a length of a file and a digest of the bytes before it.
type extent struct {
	Length int64  `json:"length"`
	Tail   string `json:"tail"`
}

// tailBytes is how much of the file before its end is compared.
const tailBytes = 4096

// extentOf describes the first length bytes of f.
func extentOf(f io.ReaderAt, length int64) (extent, error) {
	b := make([]byte, min(length, tailBytes))
	if _, err := f.ReadAt(b, length-int64(len(b))); err != nil && !errors.Is(err, io.EOF) {
		return extent{}, err
	}
	sum := sha256.Sum256(b)
	return extent{length, hex.EncodeToString(sum[:16])}, nil
}

// loadJournal returns nil if this project has not written the file yet.
func (b *box) loadJournal(ctx context.Context) (*journal, error) {
	v, err := b.env.State.Get(ctx, journalKey)
	if err != nil || v == nil {
		return nil, err
	}
	var j journal
	if err := json.Unmarshal(v, &j); err != nil {
		return nil, fmt.Errorf("the journal of %s: %w", b.path, err)
	}
	return &j, nil
}

func (b *box) saveJournal(ctx context.Context) error {
	v, err := json.Marshal(b.j)
	if err != nil {
		return err
	}
	return b.env.State.Put(ctx, journalKey, v)
}

// swap says beside the file that it was replaced by its compacted form. A kill
// may come between the renaming and the journal's commit; then the next run
// recognises the file by it.
type swap struct {
	From extent `json:"from"`
	To   extent `json:"to"`
}

func (b *box) swapPath() string { return b.path + ".deskhaul-swap" }

func (b *box) saveSwap(s swap) error {
	v, err := json.Marshal(s)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(b.swapPath(), os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(append(v, '\n'))
	if err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	return syncFolder(filepath.Dir(b.path))
}

// loadSwap returns a zero swap if there is none or it was torn by a kill, which
// comes before the renaming.
func (b *box) loadSwap() (swap, error) {
	var s swap
	v, err := os.ReadFile(b.swapPath())
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil || json.Unmarshal(v, &s) != nil {
		return swap{}, err
	}
	return s, nil
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	err = d.Sync()
	if closing := d.Close(); err == nil {
		err = closing
	}
	return err
}
