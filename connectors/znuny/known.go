package znuny

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// No search finds what was deleted. Which tickets were read is kept in State, a bit for
// each number, in blocks; what is there is asked for in a delta, and what is not there any
// more was deleted.

const (
	knownKey  = "known/"
	goneKey   = "gone/"
	blockBits = 8 * 1024
)

// known are the blocks of the numbers that were read, as far as they were looked at.
type known struct {
	blocks map[int64][]byte
}

// openKnown begins anew where the reading does.
func (r *reading) openKnown(ctx context.Context, p place) error {
	r.known.blocks = map[int64][]byte{}
	if p != (place{}) {
		return nil
	}
	var keys []string
	for _, prefix := range []string{knownKey, goneKey} {
		for e, err := range r.env.State.Scan(ctx, prefix, "") {
			if err != nil {
				return err
			}
			keys = append(keys, e.Key)
		}
	}
	for _, key := range keys {
		if err := r.env.State.Delete(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

func (r *reading) block(ctx context.Context, n int64) ([]byte, error) {
	if b, ok := r.known.blocks[n]; ok {
		return b, nil
	}
	b, err := r.env.State.Get(ctx, knownKey+strconv.FormatInt(n, 10))
	if len(b) != blockBits/8 {
		b = make([]byte, blockBits/8)
	}
	if err == nil {
		r.known.blocks[n] = b
	}
	return b, err
}

func (r *reading) wasKnown(ctx context.Context, id int64) (bool, error) {
	b, err := r.block(ctx, id/blockBits)
	return err == nil && b[id%blockBits/8]&(1<<(id%8)) != 0, err
}

// know notes that a ticket was read.
func (r *reading) know(ctx context.Context, id int64, was bool) error {
	if was {
		return r.env.State.Delete(ctx, goneKey+strconv.FormatInt(id, 10)) // it may have come back
	}
	b, err := r.block(ctx, id/blockBits)
	if err != nil {
		return err
	}
	b = slices.Clone(b) // State keeps the slice
	b[id%blockBits/8] |= 1 << (id % 8)
	r.known.blocks[id/blockBits] = b
	return r.env.State.Put(ctx, knownKey+strconv.FormatInt(id/blockBits, 10), b)
}

// tellGone yields tombstones of the tickets that were read and are not there any more. The
// cursor does not move by them; it moves by what comes after. So each is told again until
// a reading begins at a walk, last, that began later than the reading that told it.
func (r *reading) tellGone(ctx context.Context, after connectors.Cursor, last, began time.Time) error {
	gone, all, err := r.absent(ctx)
	if err != nil {
		return err
	}
	if len(gone) > 20 && len(gone) > all/2 {
		return fmt.Errorf("tickets: of %d that were read %d are not to be seen any more, which is more than anybody deletes: look whether the user %s still has the right ro for all queues; if they were deleted indeed, begin a project anew: %w",
			all, len(gone), r.config.User, connectors.ErrDenied)
	}
	for _, id := range gone {
		key := goneKey + strconv.FormatInt(id, 10)
		told, err := r.env.State.Get(ctx, key)
		if err != nil {
			return err
		}
		if at, bad := time.Parse(time.RFC3339, string(told)); bad == nil && !at.After(last) {
			continue
		}
		if _, err := r.cover(ctx, strconv.FormatInt(id, 10)); err == nil {
			continue
		} else if !isAbsent(err) {
			return err
		}
		if err := r.env.State.Put(ctx, key, []byte(began.UTC().Format(time.RFC3339))); err != nil {
			return err
		}
		stone := &desk.Ticket{Meta: desk.Meta{ID: desk.ID(strconv.FormatInt(id, 10)), Deleted: true}}
		if err := r.give(connectors.Item{Record: stone, Cursor: after}); err != nil {
			return err
		}
	}
	return nil
}

// absent are the tickets that were read and that no search finds, and how many were read.
func (r *reading) absent(ctx context.Context) (gone []int64, all int, err error) {
	there := map[int64][]byte{}
	for id, err := range r.tickets(ctx, object{}, spot{}) {
		if err != nil {
			return nil, 0, err
		}
		n := id.number()
		if there[n/blockBits] == nil {
			there[n/blockBits] = make([]byte, blockBits/8)
		}
		there[n/blockBits][n%blockBits/8] |= 1 << (n % 8)
	}
	for e, err := range r.env.State.Scan(ctx, knownKey, "") {
		if err != nil {
			return nil, 0, err
		}
		n, bad := strconv.ParseInt(strings.TrimPrefix(e.Key, knownKey), 10, 64)
		if bad != nil || len(e.Value) != blockBits/8 {
			continue
		}
		for i := range int64(blockBits) {
			if e.Value[i/8]&(1<<(i%8)) == 0 {
				continue
			}
			all++
			if b := there[n]; b == nil || b[i/8]&(1<<(i%8)) == 0 {
				gone = append(gone, n*blockBits+i)
			}
		}
	}
	slices.Sort(gone)
	return gone, all, nil
}
