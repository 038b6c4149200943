package words

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"slices"
)

// Flush writes what was gathered as a segment.
func (w *Writer) Flush(ctx context.Context) error {
	if len(w.docs) == 0 && w.gone[replacedCover].Count()+w.gone[replacedWhole].Count() == 0 {
		return nil
	}
	out, err := newSegment(ctx, w.store)
	if err == nil {
		err = w.write(ctx, out)
	}
	if err != nil {
		return fmt.Errorf("write words: %w", err)
	}
	w.clear()
	return nil
}

func (w *Writer) write(ctx context.Context, out *segmentWriter) error {
	if err := out.gone(ctx, w.gone[:]); err != nil {
		return err
	}
	order := w.terms.sorted()
	said, ends := w.inverted(order)
	var where []byte
	for i, n := range order {
		list := said[:ends[i]]
		if i > 0 {
			list = list[ends[i-1]:]
		}
		out.begin(w.terms.term(n))
		for len(list) > 0 {
			doc, last := list[0]>>32, uint64(0)
			where = where[:0]
			for len(list) > 0 && list[0]>>32 == doc {
				if at := list[0] & (1<<32 - 1); at > 0 {
					where, last = binary.AppendUvarint(where, at-last), at
				}
				list = list[1:]
			}
			if err := out.posting(ctx, w.docs[doc].doc, where); err != nil {
				return err
			}
		}
		if err := out.end(ctx); err != nil {
			return err
		}
	}
	return out.close(ctx)
}

// inverted sorts all that was said by term, document and place, in one pass, as
// it is known how often each term was said. An element is the index in docs times
// 2^32 plus the place, 0 for a key. ends are where the terms' elements end, in the order.
func (w *Writer) inverted(order []uint32) (said []uint64, ends []uint32) {
	free := make([]uint32, len(order)) // by number of the term: where its next element goes
	var sum uint32
	for _, n := range order {
		free[n] = sum
		sum += w.terms.terms[n].count
	}
	said = make([]uint64, sum)
	for i, d := range w.inOrder() {
		words, keys := w.tokens[d.words:d.wordsEnd], w.keys[d.keys:d.keysEnd]
		for k, n := range words {
			said[free[n]] = uint64(i)<<32 | uint64(d.base) + uint64(k) + 1
			free[n]++
		}
		for _, n := range keys {
			said[free[n]] = uint64(i) << 32
			free[n]++
		}
	}
	ends = make([]uint32, len(order))
	for i, n := range order {
		ends[i] = free[n]
	}
	return said, ends
}

// bounded is a document with the ends of its words and keys.
type bounded struct {
	gathered
	wordsEnd, keysEnd int
}

// inOrder sorts docs by their numbers.
func (w *Writer) inOrder() []bounded {
	list := make([]bounded, len(w.docs))
	for i, d := range w.docs {
		list[i] = bounded{d, len(w.tokens), len(w.keys)}
		if i+1 < len(w.docs) {
			list[i].wordsEnd, list[i].keysEnd = w.docs[i+1].words, w.docs[i+1].keys
		}
	}
	slices.SortFunc(list, func(a, b bounded) int { return cmp.Compare(a.doc, b.doc) })
	slices.SortFunc(w.docs, func(a, b gathered) int { return cmp.Compare(a.doc, b.doc) })
	return list
}
