package mail

import (
	"context"
	"encoding/hex"
	"fmt"
	"iter"
	"math"
)

// waitKey is where a mail stands in the waiting room: by its date, those without
// one last; in one second questions before answers. So what is decided of a mail
// follows from the mails before it in time, wherever they lie. What else is in it
// only has to be the same whatever the order of the files, until, among copies,
// the order of the store (seq) says which is the mail and which the copy.
func waitKey(f *facts, seq uint64) string {
	e := &f.event
	at := uint64(e.At) ^ 1<<63 // negative ones first
	if e.At == 0 {
		at = math.MaxUint64
	}
	key := ordinalKey("", at)
	if len(f.refs) > 0 || e.Reply {
		key += "1"
	} else {
		key += "0"
	}
	return ordinalKey(key+hex.EncodeToString(e.Sum[:]), seq)
}

// seat takes the mails out of the waiting room, oldest first, and brings each into
// the index. What a kill leaves in it is seated by the next run, which knows those
// that were.
func (s *Source) seat(ctx context.Context, r *waitingRoom) error {
	seated := 0
	for f, err := range s.beforehand(ctx, waitingFacts(r.oldestFirst(ctx))) {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = s.add(ctx, f)
		}
		if err != nil {
			return err
		}
		seated++
		if err := r.leave(ctx, seated); err != nil {
			return err
		}
		if err := s.x.pace(ctx); err != nil {
			return err
		}
	}
	return r.close(ctx)
}

// waitingFacts unpacks what waited.
func waitingFacts(in iter.Seq2[waiting, error]) iter.Seq2[*facts, error] {
	return func(yield func(*facts, error) bool) {
		for w, err := range in {
			var f *facts
			if err == nil {
				if f, err = decodeFacts(w.facts); err != nil {
					err = fmt.Errorf("threading state, waiting mail %q: %w", w.key, err)
				}
			}
			if !yield(f, err) || err != nil {
				return
			}
		}
	}
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

func decodeFacts(s string) (*facts, error) {
	w := wireIn{s: s}
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
