package compose

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// book is the durable index of what was written: which mail a record stands in,
// and what the next mail of a ticket needs to know. It may run ahead of the mails
// after a kill; Shelf.Holds tells.
type book struct {
	state connectors.State
	// generation keeps the entries of a file and of its compacted successor apart.
	generation int64
	// noting is held while what a mail says enters an entry: a mail that is found may be
	// entered while its ticket is being written.
	noting *noting
}

// noting are locks, of which each entry has one.
type noting [64]sync.Mutex

func (n *noting) of(key string) *sync.Mutex {
	h := fnv.New32a()
	_, _ = h.Write([]byte(key)) // it never fails
	return &n[h.Sum32()%uint32(len(n))]
}

// entry is what the book says of one record.
type entry struct {
	Kind    desk.Kind `json:"k"`
	ID      desk.ID   `json:"i"`
	Mark    string    `json:"m"`
	Natural string    `json:"n,omitempty"`
	Place   string    `json:"p"` // the record's mail; of a ticket the first one
	Seal    string    `json:"s"`
	Slip    Slip      `json:"l"`
	Version int64     `json:"v"`
	// Cover is where the newest version is, if not in Place.
	Cover     string `json:"c,omitempty"`
	CoverSeal string `json:"cs,omitempty"`
	// Old is where the version before that is, which is needed no more as soon as this
	// entry is durable.
	Old     string `json:"o,omitempty"`
	OldSeal string `json:"os,omitempty"`

	Thread  thread  `json:"t,omitzero"`
	Asked   string  `json:"as,omitempty"`  // digest of the mark of the newest public message, if a customer wrote it
	Subject string  `json:"sub,omitempty"` // of a ticket, cut at 300 bytes
	Count   int     `json:"x,omitempty"`   // messages written
	Name    string  `json:"na,omitempty"`  // of a category
	Parent  desk.ID `json:"pa,omitempty"`  // of a category
}

// turn is what the book says of one message.
type turn struct {
	ID    desk.ID `json:"i"`
	Seq   int     `json:"q"`
	Place string  `json:"p"`
	Seal  string  `json:"s"`
	Slip  Slip    `json:"l,omitzero"`
}

// written is one mail that was written, for the book.
type written struct {
	ticket  desk.ID
	rec     desk.Record // nil if the mail carries none
	version int64
	msg     *desk.Message // nil if the mail carries none
	mark    string        // of the message
	id      string        // Message-ID
	place   string
	seal    string
	slip    Slip
}

func bookKey(kind desk.Kind, id desk.ID) string { return digest(string(kind), string(id)) }

func (b book) root() string { return bookRoot(b.generation) }

func bookRoot(generation int64) string { return "written/" + strconv.FormatInt(generation, 10) + "/" }

// blank tells whether nothing was written yet.
func (b book) blank(ctx context.Context) (bool, error) {
	for _, err := range b.state.Scan(ctx, b.root()+"r/", "") {
		return false, err
	}
	return true, nil
}

func (b book) get(ctx context.Context, kind desk.Kind, id desk.ID) (*entry, error) {
	return b.entry(ctx, bookKey(kind, id))
}

func (b book) entry(ctx context.Context, key string) (*entry, error) {
	var e entry
	ok, err := b.load(ctx, "r/"+key, &e)
	if !ok {
		return nil, err
	}
	return &e, nil
}

// byMark and byNatural return the entry with the mark or natural key; nil if
// there is none.
func (b book) byMark(ctx context.Context, mark string) (*entry, error) {
	e, err := b.follow(ctx, "k/"+digest(mark))
	if e != nil && e.Mark != mark {
		e = nil
	}
	return e, err
}

func (b book) byNatural(ctx context.Context, kind desk.Kind, natural string) (*entry, error) {
	if natural == "" {
		return nil, nil
	}
	e, err := b.follow(ctx, "n/"+digest(string(kind), natural))
	if e != nil && e.Natural != natural {
		e = nil // renamed since
	}
	return e, err
}

func (b book) follow(ctx context.Context, key string) (*entry, error) {
	at, err := b.state.Get(ctx, b.root()+key)
	if err != nil || at == nil {
		return nil, err
	}
	return b.entry(ctx, string(at))
}

func (b book) load(ctx context.Context, key string, to any) (bool, error) {
	v, err := b.state.Get(ctx, b.root()+key)
	if err != nil || v == nil {
		return false, err
	}
	if err := json.Unmarshal(v, to); err != nil {
		return false, fmt.Errorf("state %q: %w", key, err)
	}
	return true, nil
}

func (b book) put(ctx context.Context, key string, v any) error {
	j, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return b.state.Put(ctx, b.root()+key, j)
}

func (b book) putEntry(ctx context.Context, e *entry) error {
	key := bookKey(e.Kind, e.ID)
	if err := b.state.Put(ctx, b.root()+"k/"+digest(e.Mark), []byte(key)); err != nil {
		return err
	}
	if e.Natural != "" {
		if err := b.state.Put(ctx, b.root()+"n/"+digest(string(e.Kind), e.Natural), []byte(key)); err != nil {
			return err
		}
	}
	return b.put(ctx, "r/"+key, e)
}

// note enters one written mail.
func (b book) note(ctx context.Context, w written) error {
	kind, id := desk.KindTicket, w.ticket
	if w.rec != nil {
		kind, id = w.rec.Kind(), w.rec.About().ID
	}
	lock := b.noting.of(bookKey(kind, id))
	lock.Lock()
	defer lock.Unlock()
	e, err := b.get(ctx, kind, id)
	if err != nil {
		return err
	}
	if e == nil {
		e = &entry{Kind: kind, ID: id}
	}
	if w.rec != nil {
		e.take(w)
	}
	if w.msg != nil {
		if err := b.noteTurn(ctx, e, w); err != nil {
			return err
		}
	}
	if w.rec == nil {
		return b.put(ctx, "r/"+bookKey(kind, id), e)
	}
	return b.putEntry(ctx, e)
}

// take enters the record or cover that a mail carries.
func (e *entry) take(w written) {
	if w.version < e.Version {
		return
	}
	e.Mark, e.Version, e.Natural = w.rec.About().Mark, w.version, desk.Natural(w.rec)
	if t, ok := w.rec.(*desk.Ticket); ok {
		e.Subject = t.Subject[:min(len(t.Subject), 300)]
	}
	if c, ok := w.rec.(*desk.Category); ok {
		e.Name, e.Parent = c.Name, c.Parent.ID
	}
	if w.msg == nil && e.Place != "" && e.Place != w.place {
		if e.Cover != w.place {
			e.Old, e.OldSeal = e.Cover, e.CoverSeal
		}
		e.Cover, e.CoverSeal = w.place, w.seal
		return
	}
	e.Place, e.Seal, e.Slip, e.Cover, e.CoverSeal = w.place, w.seal, w.slip, "", ""
}

func (b book) noteTurn(ctx context.Context, e *entry, w written) error {
	key := "m/" + bookKey(desk.KindTicket, w.ticket) + "/" + digest(w.mark)
	t := turn{Seq: e.Count}
	known, err := b.load(ctx, key, &t)
	if err != nil {
		return err
	}
	if !known {
		e.Count++
	}
	e.Thread = e.Thread.after(w.id, w.msg)
	switch {
	case asks(w.msg):
		e.Asked = digest(w.mark)
	case answersIt(w.msg):
		e.Asked = ""
	}
	t.ID, t.Place, t.Seal, t.Slip = w.msg.ID, w.place, w.seal, w.slip
	return b.put(ctx, key, t)
}

// turns lists a ticket's messages in the order in which they were written, by
// their keys.
func (b book) turns(ctx context.Context, ticket desk.ID) ([]turn, []string, error) {
	type row struct {
		turn
		key string
	}
	var rows []row
	prefix := b.root() + "m/" + bookKey(desk.KindTicket, ticket) + "/"
	for e, err := range b.state.Scan(ctx, prefix, "") {
		if err != nil {
			return nil, nil, err
		}
		r := row{key: strings.TrimPrefix(e.Key, b.root())}
		if err := json.Unmarshal(e.Value, &r.turn); err != nil {
			return nil, nil, fmt.Errorf("state %q: %w", e.Key, err)
		}
		rows = append(rows, r)
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Or(cmp.Compare(a.Seq, b.Seq), strings.Compare(a.key, b.key)) })
	turns, keys := make([]turn, len(rows)), make([]string, len(rows))
	for i, r := range rows {
		turns[i], keys[i] = r.turn, r.key
	}
	return turns, keys, nil
}

// forget deletes every entry of one generation.
func (b book) forget(ctx context.Context, generation int64) error {
	const batch = 1000
	for {
		var keys []string
		for e, err := range b.state.Scan(ctx, bookRoot(generation), "") {
			if err != nil {
				return err
			}
			if keys = append(keys, e.Key); len(keys) == batch {
				break
			}
		}
		for _, key := range keys {
			if err := b.state.Delete(ctx, key); err != nil {
				return err
			}
		}
		if len(keys) < batch {
			return nil
		}
	}
}
