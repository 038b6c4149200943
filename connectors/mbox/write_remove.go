package mbox

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/mail/compose"
	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
)

// What is taken out of the file stays in it until Close, which leaves it out of the
// compacted one. Until then the state says that what a grave names and stands before a
// byte of the file is buried; what is written of it later stands behind that byte.

func graveRoot(generation int64) string { return fmt.Sprintf("written/buried/%d/", generation) }

func graveKey(g compose.Grave) string {
	sum := sha256.Sum256([]byte(string(g.Kind) + "\x00" + string(g.ID) + "\x00" + g.Mark))
	return hex.EncodeToString(sum[:16])
}

// Remove buries a record or message. It is as durable as the state is.
func (b *box) Remove(ctx context.Context, g compose.Grave, _ []compose.Placed) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.begin(ctx); err != nil {
		return err
	}
	b.j.Stale = true
	if err := b.env.State.Put(ctx, graveRoot(b.j.Generation)+graveKey(g), []byte(strconv.FormatInt(b.pos, 10))); err != nil {
		return err
	}
	return b.saveJournal(ctx)
}

// buried tells whether a mail of ours that begins at a byte was taken out.
func (b *box) buried(ctx context.Context, start int64, h rfc5322.Header) (bool, error) {
	for _, g := range compose.Graves(h) {
		v, err := b.env.State.Get(ctx, graveRoot(b.j.Generation)+graveKey(g))
		if err != nil {
			return false, err
		}
		if v == nil {
			continue
		}
		until, err := strconv.ParseInt(string(v), 10, 64)
		if err != nil {
			return false, fmt.Errorf("the index of %s is damaged: %w", b.path, err)
		}
		if start < until {
			return true, nil
		}
	}
	return false, nil
}

// unbury forgets what was buried under a generation of the index.
func (b *box) unbury(ctx context.Context, generation int64) error {
	for e, err := range b.env.State.Scan(ctx, graveRoot(generation), "") {
		if err == nil {
			err = b.env.State.Delete(ctx, e.Key)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// rebury takes over what was buried under one generation of the index to another.
func (b *box) rebury(ctx context.Context, from, to int64) error {
	if err := b.unbury(ctx, to); err != nil { // of an attempt that was killed
		return err
	}
	for e, err := range b.env.State.Scan(ctx, graveRoot(from), "") {
		if err == nil {
			err = b.env.State.Put(ctx, graveRoot(to)+strings.TrimPrefix(e.Key, graveRoot(from)), e.Value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
