package mail

import (
	"context"
	"slices"

	"github.com/deskhaul/deskhaul/desk"
)

const (
	keyPerson = "p/" // by id: personRecord
	keyShelf  = "y/" // by sort and name: there is a line of the log
	keyRecord = "r/" // by kind and id: recordRecord
	keyPeople = "q/" // the log of people, shelves and carried records
)

// What a line of the log of people names, by its first byte.
const (
	linePerson = 'p'
	lineShelf  = 's'
	lineRecord = 'r'
)

// personRecord is somebody as best known.
type personRecord struct {
	Seq   uint64 // the line of the log that holds
	Name  string
	Mail  string
	Rank  int
	Wrote bool // was the author of a mail, not only named in one
}

func (p personRecord) encode() []byte {
	var w wireOut
	w.num(p.Seq)
	w.text(p.Name)
	w.text(p.Mail)
	w.int(int64(p.Rank))
	if p.Wrote {
		w.num(1)
	} else {
		w.num(0)
	}
	return w
}

func decodePerson(b []byte) (personRecord, error) {
	if b == nil {
		return personRecord{}, nil
	}
	w := newWireIn(b)
	p := personRecord{Seq: w.num(), Name: w.text(), Mail: w.text(), Rank: int(w.int()), Wrote: w.num() == 1}
	return p, w.err
}

// notePeople writes down whom a message names, where it stands, and the record
// that it carries: all before the message itself, whose ticket refers to them.
func (s *Source) notePeople(ctx context.Context, f *facts) error {
	for i, p := range f.people {
		if err := s.x.notePerson(ctx, p, i == 0); err != nil {
			return err
		}
	}
	return s.x.noteShelves(ctx, f.shelves)
}

func (x *index) noteShelves(ctx context.Context, shelves []string) error {
	for _, shelf := range shelves {
		if err := x.noteShelf(ctx, shelf); err != nil {
			return err
		}
	}
	return nil
}

// notePerson remembers the best name of somebody. Of equally good ones the first
// stays, so that a record changes seldom.
func (x *index) notePerson(ctx context.Context, p person, author bool) error {
	b, err := x.book.get(ctx, keyPerson+p.id)
	if err != nil {
		return err
	}
	old, err := decodePerson(b)
	if err != nil || b != nil && old.Rank >= p.rank && (old.Wrote || !author) {
		return err
	}
	was := old
	old.Wrote = old.Wrote || author
	if b == nil || p.rank > old.Rank {
		old.Name, old.Mail, old.Rank = p.name, p.email, p.rank
	}
	if b != nil && was.Name == old.Name && was.Mail == old.Mail && was.Wrote == old.Wrote {
		return nil
	}
	if old.Seq, err = x.line(ctx, linePerson, p.id); err != nil {
		return err
	}
	return x.book.put(ctx, keyPerson+p.id, old.encode())
}

// noteShelf remembers a shelf and the shelves it lies in.
func (x *index) noteShelf(ctx context.Context, shelf string) error {
	for i := 1; i <= len(shelf); i++ {
		if i < len(shelf) && shelf[i] != '/' || i == 1 {
			continue
		}
		b, err := x.book.get(ctx, keyShelf+shelf[:i])
		if err != nil {
			return err
		}
		if b != nil {
			continue
		}
		seq, err := x.line(ctx, lineShelf, shelf[:i])
		if err != nil {
			return err
		}
		var w wireOut
		w.num(seq)
		if err := x.book.put(ctx, keyShelf+shelf[:i], w); err != nil {
			return err
		}
	}
	return nil
}

// line adds a line to the log of people. It is written before what it names: if
// a kill comes between, the line names nothing and is passed over.
func (x *index) line(ctx context.Context, sort byte, name string) (uint64, error) {
	seq := x.people
	if err := x.book.put(ctx, ordinalKey(keyPeople, seq), append([]byte{sort}, name...)); err != nil {
		return 0, err
	}
	x.people++
	return seq, nil
}

// recordRecord says where the latest version of a record that deskhaul has
// written into a mailbox lies.
type recordRecord struct {
	Seq     uint64
	Version int64
	Place   Place
}

func recordKey(kind desk.Kind, id desk.ID) string { return string(kind) + "/" + string(id) }

func (r recordRecord) encode() []byte {
	var w wireOut
	w.num(r.Seq)
	w.int(r.Version)
	e := event{Places: []Place{r.Place}}
	return slices.Concat(w, e.encode())
}

func decodeRecordRecord(b []byte) (recordRecord, error) {
	if b == nil {
		return recordRecord{}, nil
	}
	w := newWireIn(b)
	r := recordRecord{Seq: w.num(), Version: w.int()}
	if w.err != nil {
		return r, w.err
	}
	e, err := decodeEvent([]byte(w.s))
	if err != nil || len(e.Places) == 0 {
		return r, errWire
	}
	r.Place = e.Places[0]
	return r, nil
}

// noteRecord remembers a carried record, if it is newer than what is known.
func (x *index) noteRecord(ctx context.Context, f *facts) error {
	key := recordKey(f.record.Kind(), f.record.About().ID)
	b, err := x.book.get(ctx, keyRecord+key)
	if err != nil {
		return err
	}
	old, err := decodeRecordRecord(b)
	if err != nil || b != nil && old.Version > f.version {
		return err
	}
	r := recordRecord{Version: f.version, Place: f.entry.Place, Seq: old.Seq}
	if b != nil && old.Version == f.version {
		return x.book.put(ctx, keyRecord+key, r.encode()) // the same, lying elsewhere
	}
	if r.Seq, err = x.line(ctx, lineRecord, key); err != nil {
		return err
	}
	return x.book.put(ctx, keyRecord+key, r.encode())
}
