package freshdesk

import (
	"context"
	"iter"
	"slices"
	"strconv"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Freshdesk archives closed tickets that rest for months
// (https://developers.freshdesk.com/api/#archive_tickets). No list and no search has
// them: they are asked for by their numbers, from the highest that lists have shown
// downwards, passing over what was shown.

// archiveGap is how many numbers in a row may be missing before what lies below them
// is taken to be nothing.
const archiveGap = 1000

// shown is which numbers lists have shown: a bit for each, in State, in blocks.
type shown struct {
	highest int64
	block   int64
	bits    []byte // of block; nil none is at hand
}

const (
	shownKey     = "shown/"
	shownHighest = "highest shown"
	archiveNone  = "archive is empty"
	blockBits    = 8 * 1024
)

// openShown begins anew where the reading does.
func (r *reading) openShown(ctx context.Context) error {
	if r.config.Archived == "no" || r.at.archived < 0 {
		return nil
	}
	if r.at != (place{}) {
		b, err := r.env.State.Get(ctx, shownHighest)
		if err == nil && b != nil {
			r.shown.highest, err = strconv.ParseInt(string(b), 10, 64)
		}
		return err
	}
	keys := []string{shownHighest, archiveNone}
	for e, err := range r.env.State.Scan(ctx, shownKey, "") {
		if err != nil {
			return err
		}
		keys = append(keys, e.Key)
	}
	for _, key := range keys {
		if err := r.env.State.Delete(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

// show notes that a list has shown a number.
func (r *reading) show(ctx context.Context, id int64) error {
	if r.config.Archived == "no" || r.at.archived < 0 {
		return nil
	}
	if id > r.shown.highest {
		r.shown.highest = id
		if err := r.env.State.Put(ctx, shownHighest, []byte(strconv.FormatInt(id, 10))); err != nil {
			return err
		}
	}
	if err := r.load(ctx, id/blockBits); err != nil {
		return err
	}
	bits := slices.Clone(r.shown.bits) // State keeps the slice
	bits[id%blockBits/8] |= 1 << (id % 8)
	r.shown.bits = bits
	return r.env.State.Put(ctx, shownKey+strconv.FormatInt(r.shown.block, 10), bits)
}

func (r *reading) load(ctx context.Context, block int64) error {
	if r.shown.bits != nil && r.shown.block == block {
		return nil
	}
	b, err := r.env.State.Get(ctx, shownKey+strconv.FormatInt(block, 10))
	if err != nil {
		return err
	}
	if len(b) != blockBits/8 {
		b = make([]byte, blockBits/8)
	}
	r.shown.block, r.shown.bits = block, b
	return nil
}

func (r *reading) wasShown(ctx context.Context, id int64) (bool, error) {
	err := r.load(ctx, id/blockBits)
	return err == nil && r.shown.bits[id%blockBits/8]&(1<<(id%8)) != 0, err
}

// readArchive yields the archived tickets. It is done once: the last of them brings
// the cursor that says so, and if there is none, State does.
func (r *reading) readArchive(ctx context.Context) error {
	if r.config.Archived == "no" || r.at.archived < 0 {
		return nil
	}
	none, err := r.env.State.Get(ctx, archiveNone)
	if err != nil || none != nil {
		return err
	}
	from := r.shown.highest
	if r.at.archived > 0 {
		from = r.at.archived - 1
	}
	var held desk.Record
	at, gap := r.at, 0
	err = rest.Ahead(ctx, r.unshown(ctx, from, &gap), r.archived, func(n int64, rec desk.Record) error {
		if rec == nil {
			return nil
		}
		gap = 0
		if held != nil {
			if err := r.give(connectors.Item{Record: held, Cursor: at.cursor()}); err != nil {
				return err
			}
		}
		held, at.archived = rec, n
		return nil
	})
	if err != nil {
		return err
	}
	if held == nil {
		return r.env.State.Put(ctx, archiveNone, []byte("yes"))
	}
	r.at.archived = -1
	return r.give(connectors.Item{Record: held, Cursor: r.at.cursor()})
}

// unshown are the numbers that no list has shown, from the highest downwards, until
// the gap, which is counted here, is too large.
func (r *reading) unshown(ctx context.Context, from int64, gap *int) iter.Seq2[int64, error] {
	return func(yield func(int64, error) bool) {
		for n := from; n > 0 && *gap < archiveGap; n-- {
			had, err := r.wasShown(ctx, n)
			if *gap++; had {
				*gap = 0
				continue
			}
			if !yield(n, err) || err != nil {
				return
			}
		}
	}
}

// archived is the archived ticket of that number; nil if there is none.
func (r *reading) archived(ctx context.Context, n int64) (desk.Record, error) {
	t, err := r.fetchArchived(ctx, n)
	switch {
	case status(err) == 404, err == nil && (t.Deleted || t.Spam && !r.config.Spam):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return r.ticket(ctx, r.agents, r.fields, t)
}
