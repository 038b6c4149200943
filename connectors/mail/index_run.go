package mail

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/deskhaul/deskhaul/connectors"
)

// checkpointEvents is how many events are logged at most between two checkpoints:
// what a kill can make us apply again.
const checkpointEvents = 2048

// openIndex opens the threading memory and applies again what a kill cut off.
func openIndex(ctx context.Context, env connectors.Env) (*index, error) {
	b, err := env.State.Get(ctx, keyMeta)
	if err != nil {
		return nil, err
	}
	x := &index{book: newNotebook(env.State, b == nil), next: 1, saved: 1, people: 1}
	if b == nil {
		x.epoch = strconv.FormatInt(env.Now().UnixNano(), 36)
		return x, x.saveMeta(ctx)
	}
	w := newWireIn(b)
	if scheme := w.num(); scheme > indexScheme {
		return nil, fmt.Errorf("threading state of scheme %d is unknown to this version: use the newer deskhaul that wrote it", scheme)
	} else if scheme < indexScheme {
		if err := noneWaits(ctx, env.State); err != nil {
			return nil, err
		}
	}
	x.epoch, x.next, x.people = w.text(), w.num(), w.num()
	x.saved = x.next
	if w.err != nil {
		return nil, w.err
	}
	return x, x.recover(ctx)
}

// indexScheme 1 had another waiting room; all else was the same.
const indexScheme = 2

// noneWaits makes sure that no mail is left in the waiting room of scheme 1, where
// only a kill could leave one.
func noneWaits(ctx context.Context, state connectors.State) error {
	for _, err := range state.Scan(ctx, "w/", "") {
		if err == nil {
			err = errors.New("an older deskhaul was stopped while it looked through the mailbox: run the same command once with that version")
		}
		return err
	}
	return nil
}

func (x *index) saveMeta(ctx context.Context) error {
	var w wireOut
	w.num(indexScheme)
	w.text(x.epoch)
	w.num(x.next)
	w.num(x.people)
	return x.book.put(ctx, keyMeta, w)
}

// recover goes through what was logged after the last checkpoint.
func (x *index) recover(ctx context.Context) error {
	for e, err := range x.book.scan(ctx, keyPeople, ordinalKey(keyPeople, x.people-1)) {
		if err != nil {
			return err
		}
		n, err := ordinalOf(e.Key, keyPeople)
		if err != nil {
			return err
		}
		x.people = n + 1
	}
	var events []*event
	for e, err := range x.book.scan(ctx, keyEvent, ordinalKey(keyEvent, x.saved-1)) {
		if err != nil {
			return err
		}
		ev, err := decodeEvent(e.Value)
		if err != nil {
			return fmt.Errorf("threading state, %s: %w", e.Key, err)
		}
		events = append(events, ev)
	}
	for _, ev := range events {
		if err := x.apply(ctx, x.next, ev); err != nil {
			return err
		}
		x.next++
	}
	if len(events) == 0 {
		return nil
	}
	return x.checkpoint(ctx)
}

// checkpoint writes everything held back and notes how far the index is.
func (x *index) checkpoint(ctx context.Context) error {
	if err := x.book.flush(ctx); err != nil {
		return err
	}
	x.saved = x.next
	return x.saveMeta(ctx)
}

// pace writes a checkpoint if it is time for one.
func (x *index) pace(ctx context.Context) error {
	if x.next-x.saved < checkpointEvents && !x.book.crowded() {
		return nil
	}
	return x.checkpoint(ctx)
}

// update brings what is new in the store into the index: it finds all of it, and
// then decides mail by mail in the order of their dates. So the tickets are the
// same whatever the order of the files. The caller holds the Source's lock.
func (s *Source) update(ctx context.Context) error {
	room, err := openRoom(ctx, s.x.book, s.room)
	if err != nil {
		return err
	}
	if err := s.gather(ctx, room); err != nil {
		return err
	}
	if err := s.seat(ctx, room); err != nil {
		return err
	}
	for _, text := range s.noticed() {
		s.log.Warn(text)
	}
	if err := s.recallMissed(ctx); err != nil {
		return err
	}
	if s.x.next == s.x.saved {
		return nil
	}
	return s.x.checkpoint(ctx)
}

// gather examines what is new in the store. Mails are left in the waiting room.
func (s *Source) gather(ctx context.Context, room *waitingRoom) error {
	entries := s.store.Scan(ctx, notesOf{s.x.book})
	weigh := func(e Entry) int64 {
		if e.Head != nil {
			return int64(len(e.Head))
		}
		return min(e.Place.Length, wholeMail)
	}
	broken, err := s.openBroken(ctx)
	if err != nil {
		return err
	}
	seq := uint64(0)
	for f, err := range ahead(ctx, s.width(), entries, weigh, s.examine) {
		if err != nil {
			return err
		}
		if err := broken.meet(ctx, f); err != nil {
			return err
		}
		if err := s.receive(ctx, room, f, seq); err != nil {
			return err
		}
		seq++
		if broken.blind { // a mark says that all before it was read
			room.show(f.entry.Marks)
		} else if err := room.mark(ctx, f.entry.Marks); err != nil {
			return err
		}
		if err := s.x.pace(ctx); err != nil {
			return err
		}
	}
	return nil
}

// receive takes in the facts of one entry. Only mails have to wait.
func (s *Source) receive(ctx context.Context, room *waitingRoom, f *facts, seq uint64) error {
	switch {
	case f.entry.Open == nil && f.entry.Err == nil:
		return nil // marks only
	case f.failed:
		return nil // broken has met it
	case f.event.Kind == eventUnreadable:
		return s.addUnreadable(ctx, f)
	case f.record != nil:
		return s.x.noteRecord(ctx, f)
	}
	return room.wait(ctx, f, seq)
}
