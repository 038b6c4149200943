package words

import "context"

// replaced are the records that newer segments take out of one.
type replaced struct{ cover, whole *Set }

// has tells whether a document is taken out. A nil r takes out nothing.
func (r *replaced) has(doc int64) bool {
	if r == nil {
		return false
	}
	n := doc >> PlaceBits
	return r.whole.Has(n) || doc&placeMask == 0 && r.cover.Has(n)
}

// replacedIn finds for each of the segments, the oldest first, what those after it
// replace. all is what they replace together, for older ones.
func replacedIn(ctx context.Context, r *reader, list []segment) (each []*replaced, all *replaced, err error) {
	each = make([]*replaced, len(list))
	for i := len(list) - 1; i >= 0; i-- {
		each[i] = all
		if !list[i].replaced {
			continue
		}
		next := &replaced{NewSet(), NewSet()}
		if all != nil {
			next.cover.Join(all.cover)
			next.whole.Join(all.whole)
		}
		for name, set := range map[byte]*Set{replacedCover: next.cover, replacedWhole: next.whole} {
			c := cursor{reader: r, segment: list[i], bare: true}
			if err := c.collect(ctx, []byte{name}, nil, set); err != nil {
				return nil, nil, err
			}
		}
		all = next
	}
	return each, all, nil
}

// collect adds the records to set that have the term in documents that are not gone.
func (c *cursor) collect(ctx context.Context, term []byte, gone *replaced, set *Set) error {
	more, err := c.start(ctx, term)
	if err != nil || !more || string(c.term) != string(term) {
		return err
	}
	return c.gather(ctx, gone, set)
}

// gather is collect for the term that the cursor is at.
func (c *cursor) gather(ctx context.Context, gone *replaced, set *Set) error {
	for {
		more, err := c.nextDoc(ctx)
		if err != nil || !more {
			return err
		}
		if !gone.has(c.doc) {
			set.Add(c.doc >> PlaceBits)
		}
	}
}
