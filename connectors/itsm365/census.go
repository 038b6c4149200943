package itsm365

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// No list says what changed, and none what is gone. So each is gone
// through as a whole, and compared with what State knows of it: under each record's id what
// it said (a hash), and in which walk it last changed. A cursor is the number of a walk
// that came to its end; what changed in a later one is new to it, also where that walk was
// broken off and its puts are older than the cursor.

// entry is what State knows of a record.
type entry struct {
	says string // a hash; goneWord: it is not there any more
	walk int64
}

const goneWord = "gone"

func (e entry) encode() []byte { return []byte(strconv.FormatInt(e.walk, 10) + " " + e.says) }

func decodeEntry(b []byte) (e entry) {
	walk, says, _ := strings.Cut(string(b), " ")
	e.walk, _ = strconv.ParseInt(walk, 10, 64)
	e.says = says
	return e
}

func keyOf(kind desk.Kind, id desk.ID) string { return string(kind) + "/" + string(id) }

// walkOf is the walk that a cursor names; 0 is none.
func walkOf(after connectors.Cursor) int64 {
	n, err := strconv.ParseInt(string(after), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// nextWalk is the number of a new walk: later than the cursor's, and than any before.
func (a *api) nextWalk(ctx context.Context, kind desk.Kind, after int64) (int64, error) {
	if err := a.turn(ctx); err != nil {
		return 0, err
	}
	defer a.giveTurn()
	key := "walk/" + string(kind)
	b, err := a.env.State.Get(ctx, key)
	if err != nil {
		return 0, err
	}
	last, _ := strconv.ParseInt(string(b), 10, 64)
	next := max(last, after) + 1
	return next, a.env.State.Put(ctx, key, []byte(strconv.FormatInt(next, 10)))
}

// hashOf is what a record says.
func hashOf(r desk.Record) (string, error) {
	b, err := desk.Marshal(r)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:12]), nil
}

// census yields the records of a list that are new or changed, and tombstones of those that
// are gone. Its cursor stays where it is until the last item.
func (s *Source) census(ctx context.Context, kind desk.Kind, after connectors.Cursor, yield yielder, list records) error {
	since := walkOf(after)
	walk, err := s.nextWalk(ctx, kind, since)
	if err != nil {
		return err
	}
	w := &walker{yield: yield, at: connectors.Cursor(strconv.FormatInt(since, 10))}
	if since == 0 {
		w.at = ""
	}
	seen := map[desk.ID]bool{}
	for r, err := range list {
		if err != nil {
			return err
		}
		seen[r.About().ID] = true
		fresh, err := s.changed(ctx, r, since, walk)
		if err != nil {
			return err
		}
		if fresh && !w.add(r) {
			return errStopped
		}
	}
	if since > 0 {
		if err := s.buried(ctx, kind, since, walk, func(id desk.ID) bool { return seen[id] }, w); err != nil {
			return err
		}
	}
	w.end(connectors.Cursor(strconv.FormatInt(walk, 10)))
	return nil
}

// changed tells whether a record is not known as it is since a walk, and notes it.
func (s *Source) changed(ctx context.Context, r desk.Record, since, walk int64) (bool, error) {
	says, err := hashOf(r)
	if err != nil {
		return false, err
	}
	key := keyOf(r.Kind(), r.About().ID)
	b, err := s.env.State.Get(ctx, key)
	if err != nil {
		return false, err
	}
	if was := decodeEntry(b); b != nil && was.says == says {
		return was.walk > since, nil
	}
	return true, s.env.State.Put(ctx, key, entry{says, walk}.encode())
}

// buried yields a tombstone for each record that is known and was not seen, if it is not
// there either when it is asked for by itself.
func (s *Source) buried(ctx context.Context, kind desk.Kind, since, walk int64, seen func(desk.ID) bool, w *walker) error {
	for e, err := range s.env.State.Scan(ctx, string(kind)+"/", "") {
		if err != nil {
			return err
		}
		id := desk.ID(strings.TrimPrefix(e.Key, string(kind)+"/"))
		was := decodeEntry(e.Value)
		if seen(id) || was.says == goneWord && was.walk <= since {
			continue
		}
		if was.says != goneWord {
			there, err := s.stands(ctx, kind, id)
			if err != nil {
				return err
			}
			if there {
				continue
			}
			if err := s.env.State.Put(ctx, e.Key, entry{goneWord, walk}.encode()); err != nil {
				return err
			}
		}
		stone := desk.New(kind)
		stone.About().ID, stone.About().Deleted = id, true
		if !w.add(stone) {
			return errStopped
		}
	}
	return nil
}

// stands tells whether a record that no list shows is there all the same. Who became an agent
// is no contact any more, and the other way round.
func (s *Source) stands(ctx context.Context, kind desk.Kind, id desk.ID) (bool, error) {
	_, err := s.Fetch(ctx, kind, id)
	if errors.Is(err, connectors.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("whether %s %s is still there: %w", kind, id, err)
	}
	return true, nil
}

// walker yields each record when the next one comes, so that the last has the cursor after
// all.
type walker struct {
	yield yielder
	at    connectors.Cursor
	held  desk.Record
	left  bool
}

// add yields the record before; false ends the walk.
func (w *walker) add(r desk.Record) bool {
	if w.held != nil && !w.yield(connectors.Item{Record: w.held, Cursor: w.at}, nil) {
		w.left = true
	}
	w.held = r
	return !w.left
}

func (w *walker) end(at connectors.Cursor) {
	if w.held != nil && !w.left {
		w.yield(connectors.Item{Record: w.held, Cursor: at}, nil)
	}
}
