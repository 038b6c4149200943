package mem

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Read yields what changed after the cursor, in the order of the changes; the
// cursor is the number of the change. What comes in meanwhile waits for the next
// Read.
func (d *Desk) Read(ctx context.Context, kind desk.Kind, after connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return func(yield func(connectors.Item, error) bool) {
		if before, _ := d.fail("read", kind); before != nil {
			yield(connectors.Item{}, before)
			return
		}
		for _, it := range d.changed(kind, after) {
			if err := ctx.Err(); err != nil {
				yield(connectors.Item{}, err)
				return
			}
			if !yield(it, nil) {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(connectors.Item{}, err)
		}
	}
}

// changed takes a snapshot of one kind. A cursor that is none of ours, or ahead
// of all that happened here, is no cursor.
func (d *Desk) changed(kind desk.Kind, after connectors.Cursor) []connectors.Item {
	if reads, _ := d.Caps(Spec().Reads, Spec().Writes); !reads.Has(kind) {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	from, err := strconv.Atoi(string(after))
	if err != nil || from < 0 || from > d.n {
		from = 0
	}
	var rows []*row
	for k, w := range d.rows {
		if k.kind == kind && w.seq > from {
			rows = append(rows, w)
		}
	}
	slices.SortFunc(rows, func(a, b *row) int { return a.seq - b.seq })
	items := make([]connectors.Item, len(rows))
	for i, w := range rows {
		items[i] = connectors.Item{Record: d.out(w), Cursor: connectors.Cursor(strconv.Itoa(w.seq))}
	}
	return items
}

// out is a copy of the record for the world, a tombstone if it was deleted.
func (d *Desk) out(w *row) desk.Record {
	r := desk.Clone(w.rec)
	if !w.gone {
		return r
	}
	stone := desk.New(r.Kind())
	stone.About().ID, stone.About().Deleted = r.About().ID, true
	stone.About().Updated, stone.About().Version = r.About().Updated, strconv.Itoa(w.seq)
	return stone
}

// Fetch reads one record.
func (d *Desk) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	before, after := d.fail("fetch", id)
	if before != nil {
		return nil, before
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	w, err := d.get(kind, id)
	if err != nil {
		return nil, err
	}
	return d.out(w), after
}

// get finds a row that is not gone. The caller holds the lock.
func (d *Desk) get(kind desk.Kind, id desk.ID) (*row, error) {
	w := d.rows[key{kind, id}]
	if w == nil || w.gone {
		return nil, fmt.Errorf("%s %q: %w", kind, id, connectors.ErrNotFound)
	}
	return w, nil
}

// Find looks by mark, then by natural key, among what the search has seen so far.
func (d *Desk) Find(ctx context.Context, r desk.Record) (desk.ID, error) {
	before, after := d.fail("find", r)
	if before != nil {
		return "", before
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if k, ok := d.marks[markKey(r)]; ok && r.About().Mark != "" && d.seen(d.rows[k]) {
		return k.id, after
	}
	var found *row
	want := wanted(r)
	for k, w := range d.rows {
		if want != "" && k.kind == r.Kind() && d.seen(w) && desk.Natural(w.rec) == want && (found == nil || w.made.Before(found.made)) {
			found = w
		}
	}
	if found == nil {
		return "", fmt.Errorf("%s marked %q: %w", r.Kind(), r.About().Mark, connectors.ErrNotFound)
	}
	return found.rec.About().ID, after
}

func (d *Desk) seen(w *row) bool { return !w.gone && !d.now().Before(w.made.Add(d.SearchLag)) }

// wanted is the natural key that r would have here.
func wanted(r desk.Record) string {
	r = desk.Clone(r)
	link(r)
	return desk.Natural(r)
}

// Lag is how long the search runs behind the writes.
func (d *Desk) Lag() time.Duration { return d.SearchLag }

// Describe tells what the desk holds.
func (d *Desk) Describe(ctx context.Context) (connectors.Schema, error) {
	s := connectors.Schema{Title: "a helpdesk in memory", Counts: map[desk.Kind]int64{}}
	d.mu.Lock()
	defer d.mu.Unlock()
	for k, w := range d.rows {
		if !w.gone {
			s.Counts[k.kind]++
		}
	}
	return s, ctx.Err()
}
