package words

import (
	"context"
	"database/sql"
	"errors"
	"slices"
)

// segment is a row of its table.
type segment struct {
	number   int64
	blocks   int64
	size     int64
	replaced bool
}

// first is the number of a segment's first block.
func (s segment) first() int64 { return s.number << 32 }

// segments lists them, the oldest first.
func segments(ctx context.Context, q Store) (list []segment, err error) {
	rows, err := q.QueryContext(ctx, "SELECT number, blocks, size, replaced FROM segment ORDER BY number")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // what matters is in Err
	for rows.Next() {
		var s segment
		if err := rows.Scan(&s.number, &s.blocks, &s.size, &s.replaced); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, rows.Err()
}

// segmentWriter writes the blocks of one segment, term after term.
type segmentWriter struct {
	segment
	store  Store
	insert *sql.Stmt
	block  *block
	run    run
	term   []byte
	wrote  func(size int64) error // told of each block, if not nil
}

// newSegment begins a segment whose number is beyond all that are, also those that
// a merge left unfinished.
func newSegment(ctx context.Context, store Store) (*segmentWriter, error) {
	w := &segmentWriter{store: store, block: newBlock()}
	err := store.QueryRowContext(ctx, `SELECT max(coalesce((SELECT max(number) FROM segment), 0),
		coalesce((SELECT max(n) >> 32 FROM block), 0)) + 1`).Scan(&w.number)
	if err != nil {
		return nil, err
	}
	w.insert, err = store.PrepareContext(ctx, "INSERT INTO block (n, segment, term, docs, places) VALUES (?, ?, ?, ?, ?)")
	return w, err
}

// gone writes the sets of records that are replaced, by their keys.
func (w *segmentWriter) gone(ctx context.Context, sets []*Set) error {
	for name, set := range sets {
		if set == nil || set.Count() == 0 {
			continue
		}
		w.replaced = true
		w.begin([]byte{byte(name)})
		for _, n := range slices.Sorted(set.All) {
			if err := w.posting(ctx, Cover(n), nil); err != nil {
				return err
			}
		}
		if err := w.end(ctx); err != nil {
			return err
		}
	}
	return nil
}

// begin begins a term, which is greater than the one before.
func (w *segmentWriter) begin(term []byte) {
	w.term = append(w.term[:0], term...)
	w.run.clear()
}

// posting adds a document of the term; they come in ascending order.
func (w *segmentWriter) posting(ctx context.Context, doc int64, places []byte) error {
	w.run.add(doc, places)
	if !w.block.full(&w.run) {
		return nil
	}
	w.block.add(w.term, &w.run)
	w.run.clear()
	return w.flush(ctx)
}

func (w *segmentWriter) end(ctx context.Context) error {
	if w.run.empty() {
		return nil
	}
	if w.block.full(&w.run) {
		if err := w.flush(ctx); err != nil {
			return err
		}
	}
	w.block.add(w.term, &w.run)
	return nil
}

// flush writes the block.
func (w *segmentWriter) flush(ctx context.Context) error {
	if w.block.empty() {
		return nil
	}
	w.block.seal()
	_, err := w.insert.ExecContext(ctx, w.first()+w.blocks, w.number, w.block.first, w.block.docs, w.block.places)
	if err != nil {
		return err
	}
	size := int64(len(w.block.docs) + len(w.block.places))
	w.blocks++
	w.size += size
	w.block.clear()
	if w.wrote != nil {
		return w.wrote(size)
	}
	return nil
}

// close makes the segment part of the index.
func (w *segmentWriter) close(ctx context.Context) error {
	err := w.flush(ctx)
	if err == nil && w.blocks > 0 {
		_, err = w.store.ExecContext(ctx, "INSERT INTO segment (number, blocks, size, replaced) VALUES (?, ?, ?, ?)",
			w.number, w.blocks, w.size, w.replaced)
	}
	return errors.Join(err, w.insert.Close())
}
