package archive

import (
	"sync"

	"github.com/deskhaul/deskhaul/desk"
)

// mentions are what the index takes of a message besides its text.
type mentions struct {
	Author  desk.Ref       `json:"author"`
	From    desk.Address   `json:"from"`
	To      []desk.Address `json:"to"`
	CC      []desk.Address `json:"cc"`
	BCC     []desk.Address `json:"bcc"`
	Subject string         `json:"subject"`
	Files   []named        `json:"files"`
}

type named struct {
	Name string `json:"name"`
}

// mentioned takes them of a message as packMessage writes it.
func mentioned(m *desk.Message) *mentions {
	v := &mentions{desk.To(m.Author.Kind, m.Author.Target), m.From, m.To, m.CC, m.BCC, m.Subject, nil}
	for i := range m.Files {
		v.Files = append(v.Files, named{m.Files[i].Name})
	}
	return v
}

// digester turns the messages of a ticket, one after the other, into the words that
// are indexed. It is for one goroutine.
type digester struct {
	fold *folder
	said *repeats
}

func newDigester() *digester { return &digester{newFolder(), newRepeats()} }

// message appends the words of the ticket's next message to dst.
func (d *digester) message(dst []byte, m *mentions, text string) []byte {
	dst = d.fold.all(dst, m.Subject, m.From.Name, m.From.Email)
	for _, list := range [...][]desk.Address{m.To, m.CC, m.BCC} {
		for _, a := range list {
			dst = d.fold.all(dst, a.Name, a.Email)
		}
	}
	for _, f := range m.Files {
		dst = d.fold.words(dst, f.Name)
	}
	d.said.news(text, func(s string) { dst = d.fold.words(dst, s) })
	return dst
}

// digest is what the index takes of the messages of a new ticket, made while they
// are at hand, so that the indexer need not read and understand them again.
type digest struct {
	change   int64
	folded   []byte // the words of all messages
	messages []digested
	sums
}

type digested struct {
	end    int // of its words in folded
	author desk.Ref
}

// ticket digests a new ticket whose messages were packed as rows. It returns nil
// where two rows are one message.
func (d *digester) ticket(t *desk.Ticket, rows []messageRow) *digest {
	d.said.next()
	all := &digest{messages: make([]digested, 0, len(rows))}
	names := make(map[string]bool, len(rows))
	for i := range rows {
		if names[rows[i].name] {
			return nil
		}
		names[rows[i].name] = true
		m := mentioned(&t.Messages[i])
		all.folded = d.message(all.folded, m, rows[i].body)
		all.messages = append(all.messages, digested{len(all.folded), m.Author})
		all.files += int64(rows[i].files)
		if at, ok := rows[i].at.(int64); ok {
			all.newest(at)
		}
	}
	all.count = int64(len(rows))
	return all
}

// mostDigests is how many bytes of digests wait for the indexer. Of what comes when
// there are so many it reads the tables.
const mostDigests = 8 << 20

// digests are handed from the writer of the archive to its indexer.
type digests struct {
	mu    sync.Mutex
	off   bool
	bytes int
	held  map[int64]*digest // by the ticket's n
}

func (d *digests) room() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return !d.off && d.bytes < mostDigests
}

// many tells whether so many wait that there may be no room soon.
func (d *digests) many() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.bytes >= mostDigests/2
}

// put hands over the digest of the ticket n as it is after a change that is not
// committed yet.
func (d *digests) put(n, change int64, v *digest) {
	if v == nil {
		return
	}
	v.change = change
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.held == nil {
		d.held = map[int64]*digest{}
	}
	d.held[n] = v
	d.bytes += v.size()
}

func (v *digest) size() int { return cap(v.folded) + 48*len(v.messages) }

// take gives the digest of the ticket n if it is of that change. It is not kept.
func (d *digests) take(n, change int64) *digest {
	d.mu.Lock()
	defer d.mu.Unlock()
	v := d.held[n]
	if v == nil {
		return nil
	}
	delete(d.held, n)
	d.bytes -= v.size()
	if v.change != change {
		return nil
	}
	return v
}

// drop forgets all: numbers of what was rolled back are given again. off says that nobody
// takes any more.
func (d *digests) drop(off bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.held, d.bytes, d.off = nil, 0, d.off || off
}
