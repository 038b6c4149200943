package words

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// reader reads blocks.
type reader struct {
	seek, with, bare *sql.Stmt
}

func newReader(ctx context.Context, q Store) (*reader, error) {
	r := new(reader)
	for _, p := range []struct {
		stmt **sql.Stmt
		text string
	}{
		// Frequent terms begin several blocks: the one before the first of them may
		// hold the term's beginning.
		{&r.seek, `SELECT coalesce((SELECT n FROM block WHERE segment = ?1 AND term < ?2 ORDER BY term DESC, n DESC LIMIT 1), ?1 << 32)`},
		{&r.with, "SELECT docs, places FROM block WHERE n = ?"},
		{&r.bare, "SELECT docs, NULL FROM block WHERE n = ?"},
	} {
		stmt, err := q.PrepareContext(ctx, p.text)
		if err != nil {
			return nil, errors.Join(err, r.close())
		}
		*p.stmt = stmt
	}
	return r, nil
}

func (r *reader) close() (err error) {
	for _, stmt := range []*sql.Stmt{r.seek, r.with, r.bare} {
		if stmt != nil {
			err = errors.Join(err, stmt.Close())
		}
	}
	return err
}

// cursor walks through a segment: term by term, and within one posting by posting.
type cursor struct {
	reader  *reader
	segment segment
	bare    bool // places are not read
	term    []byte
	postings

	block   int64
	entries entries
	ahead   bool // entries is at the first entry of the next term
	ended   bool // there is no next term
}

// start moves to the first term that is not below from. It says no if there is none.
func (c *cursor) start(ctx context.Context, from []byte) (bool, error) {
	err := c.reader.seek.QueryRowContext(ctx, c.segment.number, from).Scan(&c.block)
	if err != nil {
		return false, err
	}
	c.postings, c.ahead, c.ended = postings{}, true, false
	if err := c.load(ctx); err != nil {
		return false, err
	}
	for {
		if err := c.entry(ctx); err != nil || c.ended {
			return false, err
		}
		if bytes.Compare(c.entries.term, from) >= 0 {
			return c.nextTerm(ctx)
		}
	}
}

// nextTerm moves to the next term, before its first document. It says no at the end.
func (c *cursor) nextTerm(ctx context.Context) (bool, error) {
	for !c.ahead && !c.ended {
		if err := c.entry(ctx); err != nil {
			return false, err
		}
		c.ahead = !c.ended && !bytes.Equal(c.entries.term, c.term)
	}
	if c.ended {
		c.term, c.postings = nil, postings{}
		return false, nil
	}
	c.term, c.postings, c.ahead = append(c.term[:0], c.entries.term...), c.entries.postings, false
	return true, nil
}

// nextDoc moves to the next document of the term. It says no at its end.
func (c *cursor) nextDoc(ctx context.Context) (bool, error) {
	more, err := c.next()
	if more || err != nil {
		return more, c.placed(err)
	}
	if c.ahead || c.ended {
		return false, nil
	}
	last := c.doc
	if err := c.entry(ctx); err != nil || c.ended {
		return false, err
	}
	if c.ahead = !bytes.Equal(c.entries.term, c.term); c.ahead {
		return false, nil
	}
	c.postings = c.entries.postings
	if more, err = c.next(); err == nil && (!more || c.doc <= last) {
		err = damaged("documents are not in order")
	}
	return more, c.placed(err)
}

// entry moves to the next entry, in the next block if need be.
func (c *cursor) entry(ctx context.Context) error {
	for {
		more, err := c.entries.next()
		if more || err != nil {
			return c.placed(err)
		}
		if c.block+1 >= c.segment.first()+c.segment.blocks {
			c.ended = true
			return nil
		}
		c.block++
		if err := c.load(ctx); err != nil {
			return err
		}
	}
}

// load reads the block that the cursor is at.
func (c *cursor) load(ctx context.Context) error {
	stmt := c.reader.with
	if c.bare {
		stmt = c.reader.bare
	}
	e := entries{bare: c.bare, term: c.entries.term[:0]}
	err := stmt.QueryRowContext(ctx, c.block).Scan(&e.docs, &e.places)
	if errors.Is(err, sql.ErrNoRows) {
		err = damaged("it is missing")
	}
	if err == nil {
		e.docs, err = unsealed(e.docs)
	}
	if err == nil && !c.bare {
		e.places, err = unsealed(e.places)
	}
	c.entries = e
	return c.placed(err)
}

// placed says where an error came from.
func (c *cursor) placed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("segment %d, block %d: %w", c.segment.number, c.block-c.segment.first(), err)
}
