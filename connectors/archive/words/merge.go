package words

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
)

// merge writes the segments, the oldest first, as one. whole says that there are
// no older ones, so that nothing is left that it could replace. It runs in a
// transaction of conn, which it renews.
func (t *tidier) merge(ctx context.Context, conn *sql.Conn, list []segment, whole bool) (err error) {
	r, err := newReader(ctx, conn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	m, all, err := newMerger(ctx, r, list)
	if err != nil {
		return err
	}
	out, err := newSegment(ctx, conn)
	if err != nil {
		return err
	}
	written := int64(0)
	out.wrote = func(size int64) error {
		if written += size; written < t.bytesAtOnce {
			return nil
		}
		written = 0
		return t.renew(ctx, conn)
	}
	if all != nil && !whole {
		if err := out.gone(ctx, []*Set{replacedCover: all.cover, replacedWhole: all.whole}); err != nil {
			return err
		}
	}
	if err := m.into(ctx, out); err != nil {
		return err
	}
	out.wrote = nil // the new segment and the end of the old ones are one transaction
	_, err = conn.ExecContext(ctx, "DELETE FROM segment WHERE number BETWEEN ? AND ?", list[0].number, list[len(list)-1].number)
	return errors.Join(err, out.close(ctx))
}

// merger walks through several segments at once.
type merger struct {
	gone []*replaced
	from []*cursor // those that are not at their end, with gone beside them
	here []int     // the cursors at the term at hand that have documents left
	term []byte
}

func newMerger(ctx context.Context, r *reader, list []segment) (*merger, *replaced, error) {
	gone, all, err := replacedIn(ctx, r, list)
	if err != nil {
		return nil, nil, err
	}
	m := new(merger)
	for i, s := range list {
		c := &cursor{reader: r, segment: s}
		more, err := c.start(ctx, []byte{FirstKey})
		if err != nil {
			return nil, nil, err
		}
		if more {
			m.from, m.gone = append(m.from, c), append(m.gone, gone[i])
		}
	}
	return m, all, nil
}

func (m *merger) into(ctx context.Context, out *segmentWriter) error {
	for len(m.from) > 0 {
		if err := m.meet(ctx); err != nil {
			return err
		}
		out.begin(m.term)
		for len(m.here) > 0 {
			doc, places, err := m.least(ctx)
			if err != nil {
				return err
			}
			if err := out.posting(ctx, doc, places); err != nil {
				return err
			}
		}
		if err := out.end(ctx); err != nil {
			return err
		}
		if err := m.leave(ctx); err != nil {
			return err
		}
	}
	return nil
}

// meet finds the least term, and the cursors that are at a document of it.
func (m *merger) meet(ctx context.Context) error {
	least := m.from[0].term
	for _, c := range m.from[1:] {
		if bytes.Compare(c.term, least) < 0 {
			least = c.term
		}
	}
	m.term = append(m.term[:0], least...)
	m.here = m.here[:0]
	for i, c := range m.from {
		if !bytes.Equal(c.term, m.term) {
			continue
		}
		more, err := m.step(ctx, i)
		if err != nil {
			return err
		}
		if more {
			m.here = append(m.here, i)
		}
	}
	return nil
}

// step moves a cursor to its next document that is not replaced.
func (m *merger) step(ctx context.Context, i int) (bool, error) {
	for {
		more, err := m.from[i].nextDoc(ctx)
		if err != nil || !more {
			return false, err
		}
		if !m.gone[i].has(m.from[i].doc) {
			return true, nil
		}
	}
}

// once takes the least document off the cursors that are at the term: one that was cut
// in two by a full writer may be at several.
func (m *merger) once(ctx context.Context) (int64, error) {
	doc := m.from[m.here[0]].doc
	for _, i := range m.here[1:] {
		doc = min(doc, m.from[i].doc)
	}
	left := m.here[:0]
	for _, i := range m.here {
		if m.from[i].doc == doc {
			more, err := m.step(ctx, i)
			if err != nil {
				return 0, err
			}
			if !more {
				continue
			}
		}
		left = append(left, i)
	}
	m.here = left
	return doc, nil
}

// least takes the least document off the cursors that are at the term. The places
// hold until the next call.
func (m *merger) least(ctx context.Context) (doc int64, where []byte, err error) {
	doc = m.from[m.here[0]].doc
	for _, i := range m.here[1:] {
		doc = min(doc, m.from[i].doc)
	}
	left := m.here[:0]
	parts := 0
	for _, i := range m.here {
		c := m.from[i]
		if c.doc == doc {
			if parts++; parts == 1 {
				where = c.here
			} else if where, err = united(where, c.here); err != nil {
				return 0, nil, c.placed(err)
			}
			more, err := m.step(ctx, i)
			if err != nil {
				return 0, nil, err
			}
			if !more {
				continue
			}
		}
		left = append(left, i)
	}
	m.here = left
	return doc, where, nil
}

// leave moves the cursors that were at the term to their next one.
func (m *merger) leave(ctx context.Context) error {
	left := 0
	for i, c := range m.from {
		if bytes.Equal(c.term, m.term) {
			more, err := c.nextTerm(ctx)
			if err != nil {
				return err
			}
			if !more {
				continue
			}
		}
		m.from[left], m.gone[left] = c, m.gone[i]
		left++
	}
	m.from, m.gone = m.from[:left], m.gone[:left]
	return nil
}
