// Package census reads lists of servers that tell neither what changed nor what is gone. Each
// list is gone through as a whole, and compared with what the connector's State knows of it:
// under each record's id what it said, and in which walk it last changed. A cursor is the
// number of a walk that came to its end; what changed in a later one is new to it, also where
// that walk was broken off and its puts are older than the cursor.
package census

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Entry is what State knows of a record.
type Entry struct {
	Says string // a hash, or what the connector put
	Walk int64  // in which it came to say that
}

const gone = "gone"

// Gone tells whether the record is not there any more.
func (e Entry) Gone() bool { return e.Says == gone }

// Decode reads an entry as State has it.
func Decode(b []byte) (e Entry) {
	walk, says, _ := strings.Cut(string(b), " ")
	e.Walk, _ = strconv.ParseInt(walk, 10, 64)
	e.Says = says
	return e
}

func keyOf(kind desk.Kind, id desk.ID) string { return string(kind) + "/" + string(id) }

// Census keeps account of what lists showed. It may be used by several at once.
type Census struct {
	State connectors.State
	// Fetch reads one record; ErrNotFound says that it is gone. Only what no list shows is
	// asked for.
	Fetch func(context.Context, desk.Kind, desk.ID) (desk.Record, error)
	// Whole are the kinds of whose lists it is known that they show all there are.
	Whole []desk.Kind

	counting sync.Mutex
}

// Of is what is known of a record; false if nothing is.
func (c *Census) Of(ctx context.Context, kind desk.Kind, id desk.ID) (Entry, bool, error) {
	b, err := c.State.Get(ctx, keyOf(kind, id))
	return Decode(b), b != nil, err
}

// Note keeps what a record says.
func (c *Census) Note(ctx context.Context, kind desk.Kind, id desk.ID, e Entry) error {
	return c.State.Put(ctx, keyOf(kind, id), []byte(strconv.FormatInt(e.Walk, 10)+" "+e.Says))
}

// Begin is the number of a new walk: later than the cursor's, and than any before.
func (c *Census) Begin(ctx context.Context, kind desk.Kind, after int64) (int64, error) {
	c.counting.Lock()
	defer c.counting.Unlock()
	key := "walk/" + string(kind)
	b, err := c.State.Get(ctx, key)
	if err != nil {
		return 0, err
	}
	last, _ := strconv.ParseInt(string(b), 10, 64)
	next := max(last, after) + 1
	return next, c.State.Put(ctx, key, []byte(strconv.FormatInt(next, 10)))
}

// Read gives the records of a list that are new or changed since a cursor, and tombstones of
// those that are gone. The cursor stays where it is until the last item.
func (c *Census) Read(ctx context.Context, kind desk.Kind, after connectors.Cursor, list iter.Seq2[desk.Record, error], give rest.Give) error {
	since, err := strconv.ParseInt(string(after), 10, 64)
	if err != nil || since <= 0 {
		since, after = 0, ""
	}
	walk, err := c.Begin(ctx, kind, since)
	if err != nil {
		return err
	}
	w, seen := &rest.Walker{Give: give, At: after}, map[desk.ID]bool{}
	for r, err := range list {
		if err != nil {
			return err
		}
		seen[r.About().ID] = true
		fresh, err := c.changed(ctx, r, since, walk)
		if err == nil && fresh {
			err = w.Add(r)
		}
		if err != nil {
			return err
		}
	}
	if since > 0 {
		if err := c.Bury(ctx, kind, since, walk, func(id desk.ID) bool { return seen[id] }, w.Add); err != nil {
			return err
		}
	}
	return w.End(connectors.Cursor(strconv.FormatInt(walk, 10)))
}

// changed tells whether a record is not known as it is since a walk, and notes it.
func (c *Census) changed(ctx context.Context, r desk.Record, since, walk int64) (bool, error) {
	b, err := desk.Marshal(r)
	if err != nil {
		return false, err
	}
	sum := sha256.Sum256(b)
	says := hex.EncodeToString(sum[:12])
	was, known, err := c.Of(ctx, r.Kind(), r.About().ID)
	if err != nil || known && was.Says == says {
		return was.Walk > since, err
	}
	return true, c.Note(ctx, r.Kind(), r.About().ID, Entry{says, walk})
}

// Bury adds a tombstone for each record that is known and was not seen, if it is not there
// either when it is asked for by itself.
func (c *Census) Bury(ctx context.Context, kind desk.Kind, since, walk int64, seen func(desk.ID) bool, add func(desk.Record) error) error {
	for e, err := range c.State.Scan(ctx, string(kind)+"/", "") {
		if err != nil {
			return err
		}
		id := desk.ID(strings.TrimPrefix(e.Key, string(kind)+"/"))
		was := Decode(e.Value)
		if seen(id) || was.Gone() && was.Walk <= since {
			continue
		}
		if !was.Gone() {
			there, err := c.stands(ctx, kind, id)
			if err != nil {
				return err
			}
			if there {
				continue
			}
			if err := c.Note(ctx, kind, id, Entry{gone, walk}); err != nil {
				return err
			}
		}
		stone := desk.New(kind)
		stone.About().ID, stone.About().Deleted = id, true
		if err := add(stone); err != nil {
			return err
		}
	}
	return nil
}

// stands tells whether a record that no list shows is there all the same.
func (c *Census) stands(ctx context.Context, kind desk.Kind, id desk.ID) (bool, error) {
	if slices.Contains(c.Whole, kind) {
		return false, nil
	}
	_, err := c.Fetch(ctx, kind, id)
	if errors.Is(err, connectors.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("whether %s %s is still there: %w", kind, id, err)
	}
	return true, nil
}
