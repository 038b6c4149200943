package mail

import (
	"fmt"
	"strconv"
	"strings"
)

// The index is kept in the connector's State:
//
//	m                what the index is up to (indexMeta)
//	v/RUN/BLOCK      mails that have no ticket yet (facts)
//	c/ORDINAL        the log: one event for each thing found (event)
//	i/ID             who has or is referred to by a Message-ID (idRecord)
//	t/ORDINAL        a ticket, by the ordinal of its first event (ticketRecord)
//	k/TOKEN, j/HASH  tickets by token and by subject (hintRecord)
//	d/ID             tickets that our own writer named
//	b/PLACE          what could not be read when it was last looked at
//	u/ORDINAL        a message that was missing when its ticket was yielded
//	p/ADDRESS, q/SEQ people, and the log of their changes
//	x/SEQ, y/NAME    shelves: the log of folders, labels and aliases seen
//	s/…              the marks of the Store
//
// The log is written first and says all that the other records follow from, so
// that whatever a kill cut off is derived again from it.

const (
	keyMeta   = "m"
	keyEvent  = "c/"
	keyTicket = "t/"
	keyID     = "i/"
	keyToken  = "k/"
	keyHint   = "j/"
	keyNamed  = "d/"
)

// ordinalKey makes a key that sorts by n.
func ordinalKey(prefix string, n uint64) string {
	const digits = "0123456789abcdef"
	b := make([]byte, len(prefix), len(prefix)+16)
	copy(b, prefix)
	for shift := 60; shift >= 0; shift -= 4 {
		b = append(b, digits[n>>shift&15])
	}
	return string(b)
}

// ordinalOf reads the number back.
func ordinalOf(key, prefix string) (uint64, error) {
	n, err := strconv.ParseUint(strings.TrimPrefix(key, prefix), 16, 64)
	if err != nil {
		return 0, fmt.Errorf("state key %q: %w", key, err)
	}
	return n, nil
}

// What an event is.
const (
	eventMessage    = 'm' // a message seen for the first time
	eventCopy       = 'c' // a second copy of message Of
	eventChanged    = 'e' // message Of is longer or other than it was, or lies elsewhere
	eventUnreadable = 'u' // something that is no message or cannot be read
)

// event is one line of the log.
type event struct {
	Kind   byte
	Ticket uint64   // of a message: the ticket it joined, by its first ordinal
	Of     uint64   // of a copy or change: the message
	Prev   []uint64 // of a message: the last messages of its ticket and of those merged into it
	ID     string   // the message's id for good; of other events what names them
	MID    string   // its Message-ID; "" if it has none
	Places []Place  // where it lies; of a copy its place alone
	Head   [8]byte  // digest of the header fields that name it
	Sum    [16]byte // digest of those and the body
	At     int64    // Unix seconds, repaired; 0 unknown
	Subj   uint64   // hash of the subject without Re: and the like; 0 for none
	Reply  bool     // the subject says that it is a reply
	Ours   bool     // written by one of us
	Ghosts []string // ids it refers to that nobody has shown yet
	Merge  []uint64 // tickets that it brought into this one
	Links  []uint64 // tickets that it should have, had they not been given out already
	Tokens []string // of the subject, and of the store's conversation
	People []uint64 // hashes of the addresses it names, the author first
	Guest  uint64   // the author if an outsider, else the first outsider it went to; 0 for none
	Labels uint64   // hash of the labels that people gave it; 0 for none
	Named  string   // the ticket id that our own writer gave it
	Why    string   // of an unreadable one: what is wrong
}

func (e *event) encode() []byte { return e.append(make(wireOut, 0, 256)) }

func (e *event) append(w wireOut) []byte {
	w.num(uint64(e.Kind))
	w.num(e.Ticket)
	w.num(e.Of)
	w.nums(e.Prev)
	w.text(e.ID)
	mid := e.MID
	if mid == e.ID {
		mid = "=" // the ordinary case; no id is a lone equals sign
	}
	w.text(mid)
	w.num(uint64(len(e.Places)))
	for _, p := range e.Places {
		w.text(p.Path)
		w.num(uint64(p.Gen))
		w.int(p.Offset)
		w.int(p.Length)
		w.text(p.Folder)
	}
	w = append(append(w, e.Head[:]...), e.Sum[:]...)
	w.int(e.At)
	w.num(e.Subj)
	var flags uint64
	if e.Reply {
		flags |= 1
	}
	if e.Ours {
		flags |= 2
	}
	w.num(flags)
	w.texts(e.Ghosts)
	w.nums(e.Merge)
	w.nums(e.Links)
	w.texts(e.Tokens)
	w.nums(e.People)
	w.num(e.Guest)
	w.num(e.Labels)
	w.text(e.Named)
	w.text(e.Why)
	return w
}

func decodeEvent(b []byte) (*event, error) {
	w := newWireIn(b)
	return w.event()
}

func (w *wireIn) event() (*event, error) {
	e := &event{Kind: byte(w.num()), Ticket: w.num(), Of: w.num(), Prev: w.nums(), ID: w.text(), MID: w.text()}
	if e.MID == "=" {
		e.MID = e.ID
	}
	for n := w.count(); n > 0 && w.err == nil; n-- {
		e.Places = append(e.Places, Place{
			Path: w.text(), Gen: uint32(w.num()), Offset: w.int(), Length: w.int(), Folder: w.text(),
		})
	}
	copy(e.Head[:], w.bytes(8))
	copy(e.Sum[:], w.bytes(16))
	e.At, e.Subj = w.int(), w.num()
	flags := w.num()
	e.Reply, e.Ours = flags&1 != 0, flags&2 != 0
	e.Ghosts, e.Merge, e.Links, e.Tokens, e.People = w.texts(), w.nums(), w.nums(), w.texts(), w.nums()
	e.Guest, e.Labels, e.Named, e.Why = w.num(), w.num(), w.text(), w.text()
	return e, w.err
}

// ticketRecord is what is known of a ticket besides its messages.
type ticketRecord struct {
	Last   uint64 // its last event: where it is yielded
	Tail   uint64 // its last message: where the chain of Prev begins
	Into   uint64 // the ticket that took it in; 0 if it stands
	Opener uint64 // the message whose id it was given; 0 as long as nobody saw it
	Bytes  uint64 // about how many bytes its messages take
	Cover  string // as it was when it was first seen, in JSON: for the day when the opener is gone
}

func (t ticketRecord) encode() []byte {
	var w wireOut
	w.nums([]uint64{t.Last, t.Tail, t.Into, t.Opener, t.Bytes})
	w.text(t.Cover)
	return w
}

func decodeTicket(b []byte) (ticketRecord, error) {
	w := newWireIn(b)
	ns := w.nums()
	if len(ns) != 5 {
		return ticketRecord{}, errWire
	}
	t := ticketRecord{ns[0], ns[1], ns[2], ns[3], ns[4], w.text()}
	return t, w.err
}

// maxTakers is how many different messages may share a Message-ID before it is
// taken for a constant that says nothing.
const maxTakers = 8

// idRecord says who has a Message-ID.
type idRecord struct {
	Takers []uint64 // the messages that carry it, in the order of the log
	Ghost  uint64   // a ticket with a message that refers to it, seen before any taker
	Subj   uint64   // that message's subject
	At     int64    // and time
}

func (r idRecord) encode() []byte {
	var w wireOut
	w.nums(r.Takers)
	w.num(r.Ghost)
	w.num(r.Subj)
	w.int(r.At)
	return w
}

func decodeID(b []byte) (idRecord, error) {
	if b == nil {
		return idRecord{}, nil
	}
	w := newWireIn(b)
	r := idRecord{Takers: w.nums(), Ghost: w.num(), Subj: w.num(), At: w.int()}
	return r, w.err
}
