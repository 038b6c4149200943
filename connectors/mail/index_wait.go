package mail

import (
	"context"
	"encoding/hex"
	"fmt"
	"math"
)

// keyWait begins the keys of the waiting room: facts of mails that have been
// examined but have no ticket yet. The keys sort by date, so that what is decided
// of a mail follows from the mails before it in time, wherever they lie.
const keyWait = "w/"

// waitKey is where a mail waits: by its date, those without one last; in one
// second questions before answers. What else is in it only has to be the same
// whatever the order of the files, until, among copies, the order of the store
// (seq) says which is the mail and which the copy. The place makes it unique.
func waitKey(f *facts, seq uint64) string {
	e := &f.event
	at := uint64(e.At) ^ 1<<63 // negative ones first
	if e.At == 0 {
		at = math.MaxUint64
	}
	key := ordinalKey(keyWait, at)
	if len(f.refs) > 0 || e.Reply {
		key += "1"
	} else {
		key += "0"
	}
	p := e.Places[0]
	return ordinalKey(key+hex.EncodeToString(e.Sum[:]), seq) + ordinalKey("/", uint64(p.Offset)) +
		ordinalKey("", uint64(p.Gen)) + p.Path
}

// wait lets a mail wait until all that is new has been found.
func (x *index) wait(ctx context.Context, f *facts, seq uint64) error {
	return x.book.state.Put(ctx, waitKey(f, seq), f.encode())
}

// seat takes the mails out of the waiting room, oldest first, and brings each into
// the index. A kill leaves in it what has not been seated, and the last one, which
// is then known.
func (s *Source) seat(ctx context.Context) error {
	for entry, err := range s.x.book.scan(ctx, keyWait, "") {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		f, err := decodeFacts(entry.Value)
		if err != nil {
			return fmt.Errorf("threading state, %q: %w", entry.Key, err)
		}
		if err := s.add(ctx, f); err != nil {
			return err
		}
		if err := s.x.book.state.Delete(ctx, entry.Key); err != nil {
			return err
		}
		if err := s.x.pace(ctx); err != nil {
			return err
		}
	}
	return nil
}

// encode packs what the waiting room keeps: all but what an entry opens with.
func (f *facts) encode() []byte {
	w := make(wireOut, 0, 512)
	w.texts(f.refs)
	w.num(uint64(len(f.people)))
	for _, p := range f.people {
		w.text(p.id)
		w.text(p.name)
		w.text(p.email)
		w.int(int64(p.rank))
	}
	w.texts(f.shelves)
	return f.event.append(w)
}

func decodeFacts(b []byte) (*facts, error) {
	w := newWireIn(b)
	f := &facts{refs: w.texts()}
	for n := w.count(); n > 0 && w.err == nil; n-- {
		f.people = append(f.people, person{id: w.text(), name: w.text(), email: w.text(), rank: int(w.int())})
	}
	f.shelves = w.texts()
	e, err := w.event()
	if err != nil {
		return nil, err
	}
	if len(e.Places) != 1 {
		return nil, errWire
	}
	f.event, f.entry.Place = *e, e.Places[0]
	return f, nil
}
