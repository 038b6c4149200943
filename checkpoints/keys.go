package checkpoints

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
)

// sqliteKeys is the keys of one owner.
type sqliteKeys struct {
	s     *sqliteStore
	owner string
	early bool
}

// maxPendingKeys is how many keys of a source may wait in memory before they are
// written on their own.
const maxPendingKeys = 8192

func (s *sqliteStore) Keys(owner string, early bool) Keys { return &sqliteKeys{s, owner, early} }

func (k *sqliteKeys) Get(ctx context.Context, key string) ([]byte, error) {
	var v []byte
	if k.s.layers(func(y *layer) bool {
		var ok bool
		v, ok = y.keys[k.owner][key]
		return ok
	}) {
		return v, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ctx = context.WithoutCancel(ctx) // as find does
	get, err := k.s.prepared(ctx, `SELECT value FROM keys WHERE owner = (SELECT id FROM owner WHERE uuid = ?) AND key = ?`)
	if err != nil {
		return nil, err
	}
	err = get.QueryRowContext(ctx, k.owner, key).Scan(&v)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return v, err
}

func (k *sqliteKeys) Put(ctx context.Context, key string, value []byte) error {
	k.s.mu.Lock()
	keys := k.s.pending.keys[k.owner]
	if keys == nil {
		keys = map[string][]byte{}
		k.s.pending.keys[k.owner] = keys
	}
	keys[key] = value
	full := k.early && len(keys) >= maxPendingKeys
	k.s.mu.Unlock()
	if full {
		return k.spill(ctx)
	}
	return nil
}

// spill writes the owner's waiting keys alone, ahead of the rows they wait with,
// while the owner goes on. It waits for the spill before, and tells if that failed.
func (k *sqliteKeys) spill(ctx context.Context) error {
	s := k.s
	s.commit.Lock()
	l, err := k.seal()
	if err != nil {
		s.commit.Unlock()
		return err
	}
	go func() {
		defer s.commit.Unlock()
		err := s.save(ctx, []*layer{l})
		if err == nil {
			s.forget(l)
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.spilled = fmt.Errorf("ledger %s: %w", s.path, wrapFull(err)) // l stays sealed and goes with the next commit
	}()
	return nil
}

// seal makes one layer of the owner's waiting keys. It takes them out of every older
// layer, which would else bring old values back. The caller holds commit.
func (k *sqliteKeys) seal() (*layer, error) {
	k.s.mu.Lock()
	defer k.s.mu.Unlock()
	if err := k.s.spilled; err != nil {
		k.s.spilled = nil
		return nil, err
	}
	l := newLayer()
	l.keys[k.owner] = k.waiting(func(string) bool { return true })
	for _, y := range append(slices.Clone(k.s.sealed), k.s.pending) {
		delete(y.keys, k.owner)
	}
	k.s.sealed = append(k.s.sealed, l)
	return l, nil
}

// waiting gathers the owner's keys of some names from all layers; the newest wins.
// The caller holds mu.
func (k *sqliteKeys) waiting(wanted func(name string) bool) map[string][]byte {
	all := map[string][]byte{}
	for _, y := range append(slices.Clone(k.s.sealed), k.s.pending) {
		for name, value := range y.keys[k.owner] {
			if wanted(name) {
				all[name] = value
			}
		}
	}
	return all
}

func (k *sqliteKeys) Scan(ctx context.Context, prefix, after string) iter.Seq2[Key, error] {
	return func(yield func(Key, error) bool) {
		k.s.mu.RLock()
		over := k.waiting(func(name string) bool { return strings.HasPrefix(name, prefix) && name > after })
		k.s.mu.RUnlock()
		names := slices.Sorted(maps.Keys(over))
		for e, err := range k.stored(ctx, prefix, after) {
			if err != nil {
				yield(Key{}, err)
				return
			}
			for len(names) > 0 && names[0] < e.Name {
				if !give(yield, names[0], over) {
					return
				}
				names = names[1:]
			}
			if len(names) > 0 && names[0] == e.Name {
				e.Value, names = over[e.Name], names[1:]
			}
			if e.Value != nil && !yield(e, nil) {
				return
			}
		}
		for _, name := range names {
			if !give(yield, name, over) {
				return
			}
		}
	}
}

func give(yield func(Key, error) bool, name string, from map[string][]byte) bool {
	return from[name] == nil || yield(Key{name, from[name]}, nil)
}

// stored yields what is durable.
func (k *sqliteKeys) stored(ctx context.Context, prefix, after string) iter.Seq2[Key, error] {
	return func(yield func(Key, error) bool) {
		op, from := ">", after
		if from < prefix {
			op, from = ">=", prefix
		}
		for {
			keys, err := k.page(ctx, op, from, behind(prefix))
			if err != nil {
				yield(Key{}, err)
				return
			}
			for _, e := range keys {
				if !strings.HasPrefix(e.Name, prefix) || !yield(e, nil) {
					return
				}
			}
			if len(keys) < page {
				return
			}
			op, from = ">", keys[len(keys)-1].Name
		}
	}
}

// behind is the first name that is greater than all which begin so; "" there is none that is
// known to be. A page beyond it need not be read: the names of one prefix may be few.
func behind(prefix string) string {
	if prefix == "" || prefix[len(prefix)-1] >= 0x7f { // else it would be no text
		return ""
	}
	return prefix[:len(prefix)-1] + string(rune(prefix[len(prefix)-1]+1))
}

func (k *sqliteKeys) page(ctx context.Context, op, from, until string) (out []Key, err error) {
	bound, args := "", []any{k.owner, from}
	if until != "" {
		bound, args = "AND key < ?", append(args, until)
	}
	rows, err := k.s.read.QueryContext(ctx, `SELECT key, value FROM keys WHERE owner = (SELECT id FROM owner WHERE uuid = ?)
		AND key `+op+` ? `+bound+` ORDER BY key LIMIT ?`, append(args, page)...)
	if err != nil {
		return nil, err
	}
	defer closing(rows, &err)
	for rows.Next() {
		var e Key
		if err := rows.Scan(&e.Name, &e.Value); err != nil {
			return nil, err
		}
		if e.Value == nil {
			e.Value = []byte{} // an empty value is a value
		}
		out = append(out, e)
	}
	return out, rows.Err()
}
