package jsonl

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// journal is what is known of the file for certain.
type journal struct {
	Length  int64  `json:"length"`  // what lies behind it was never promised to anybody
	Indexed int64  `json:"indexed"` // up to here the index is complete
	Tail    string `json:"tail"`    // hash of the last bytes before Length
	Head    string `json:"head"`    // hash of the first ones
	Gen     int    `json:"gen"`     // names the index; each compaction makes a new one
	Stale   int64  `json:"stale"`   // lines that a newer version has replaced, about
}

// spot is where the last version of a record stands.
type spot struct {
	Offset int64  `json:"o"`
	Length int64  `json:"l"` // its line end included; 0 none
	Mark   string `json:"m,omitempty"`
	Gone   bool   `json:"g,omitempty"` // it is a tombstone
}

// index finds records in the file. New spots stay in memory until the lines they
// point at are durable, and no more of them than mostPending.
type index struct {
	state   connectors.State
	journal journal
	pending map[string]spot
}

const (
	journalKey  = "journal"
	mostPending = 4096
)

func (x *index) crowded() bool { return len(x.pending) >= mostPending }

func generation(n int) string { return fmt.Sprintf("at/%08d/", n) }

func (x *index) key(kind desk.Kind, id desk.ID) string {
	return generation(x.journal.Gen) + string(kind) + "/" + string(id)
}

// get returns the spot of a record, zero if there is none.
func (x *index) get(ctx context.Context, kind desk.Kind, id desk.ID) (s spot, err error) {
	key := x.key(kind, id)
	if s, ok := x.pending[key]; ok {
		return s, nil
	}
	b, err := x.state.Get(ctx, key)
	if err != nil || b == nil {
		return s, err
	}
	if err := json.Unmarshal(b, &s); err != nil {
		return s, fmt.Errorf("the index of %s %q is damaged: %w", kind, id, err)
	}
	return s, nil
}

func (x *index) set(ctx context.Context, rec desk.Record, s spot) error {
	was, err := x.get(ctx, rec.Kind(), rec.About().ID)
	if err != nil {
		return err
	}
	if was.Length > 0 && was.Offset != s.Offset {
		x.journal.Stale++
	}
	x.pending[x.key(rec.Kind(), rec.About().ID)] = s
	return nil
}

// name is the id that rec has in the file, and whether it stands there.
func (x *index) name(ctx context.Context, rec desk.Record) (id desk.ID, stands bool, err error) {
	m := rec.About()
	if m.ID == "" && m.Mark == "" {
		return "", false, connectors.Refuse(connectors.ReasonRefused, "", "a %s has neither id nor mark", rec.Kind())
	}
	if m.ID == "" {
		m.ID = desk.ID(m.Mark)
	}
	for _, id := range []desk.ID{m.ID, other(m.ID, m.Mark)} {
		at, err := x.get(ctx, rec.Kind(), id)
		switch {
		case err != nil:
			return "", false, err
		case at.Length == 0 || at.Gone:
			return id, false, nil
		case m.Mark != "" && at.Mark == m.Mark:
			return id, true, nil
		}
	}
	return "", false, connectors.Refuse(connectors.ReasonAmbiguous, "write the two sources into two files",
		"another %s with the id %q stands in the file", rec.Kind(), m.ID)
}

// commit notes that the file is durable up to end.
func (x *index) commit(ctx context.Context, f io.ReaderAt, end int64) (err error) {
	if end == x.journal.Length && len(x.pending) == 0 && x.journal.Indexed == end {
		return nil
	}
	x.journal.Length = end
	if x.journal.Head, x.journal.Tail, err = looks(f, end); err != nil {
		return err
	}
	if err := x.note(ctx); err != nil {
		return err
	}
	for key, s := range x.pending {
		if err := x.put(ctx, key, s); err != nil {
			return err
		}
	}
	clear(x.pending)
	x.journal.Indexed = end
	return x.note(ctx)
}

func (x *index) put(ctx context.Context, key string, s spot) error {
	b, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return x.state.Put(ctx, key, b)
}

// note writes the journal.
func (x *index) note(ctx context.Context) error {
	b, err := json.Marshal(x.journal)
	if err != nil {
		return err
	}
	return x.state.Put(ctx, journalKey, b)
}

// drop forgets an index.
func (x *index) drop(ctx context.Context, gen int) error {
	for e, err := range x.state.Scan(ctx, generation(gen), "") {
		if err != nil {
			return err
		}
		if err := x.state.Delete(ctx, e.Key); err != nil {
			return err
		}
	}
	return nil
}
