package mail

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/connectors/mail/stamp"
	"github.com/deskhaul/deskhaul/connectors/mail/thread"
	"github.com/deskhaul/deskhaul/desk"
)

// facts are what the index wants to know of one entry: its header and a digest of
// its body, no more.
type facts struct {
	entry   Entry
	event   event    // what does not depend on other messages is set
	refs    []string // nearest first
	people  []person
	shelves []string    // sort of shelf, then its name
	record  desk.Record // carried by a mail of our own writing
	version int64       // of record
	failed  bool        // it could not be read, and perhaps can be later

	alike   bool     // another that waits beside it has the same header and length
	fetched bool     // its body was fetched to be compared with another
	body    [16]byte // and this is its digest, or of its place if it cannot be read
}

// mostPeople bounds the addresses of one mail that hints remember.
const mostPeople = 32

// wholeMail is up to how many bytes a mail is read at once for indexing.
const wholeMail = 1 << 20

var mailBuffers = sync.Pool{New: func() any { b := make([]byte, wholeMail); return &b }}

// examine reads the facts of an entry. Only a cancelled context and a store that
// cannot be asked are errors; what cannot be read becomes an event that says so.
func (s *Source) examine(ctx context.Context, e Entry) (*facts, error) {
	f := &facts{entry: e, event: event{Kind: eventMessage, Places: []Place{e.Place}}}
	if e.Open == nil && e.Err == nil {
		return f, nil // marks only
	}
	err := e.Err
	if err == nil {
		err = s.readFacts(ctx, e, f)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if notNow(err) {
		return nil, err
	}
	if err != nil {
		sum := sha256.Sum256([]byte(err.Error()))
		copy(f.event.Sum[:], sum[:])
		f.failed = mayPass(err)
		f.unreadable(err.Error())
	}
	return f, nil
}

// notNow tells an error of the store as a whole from what is wrong with a message.
func notNow(err error) bool {
	return errors.Is(err, connectors.ErrBusy) || errors.Is(err, connectors.ErrDenied)
}

func (f *facts) unreadable(why string) {
	f.event.Kind, f.event.Why = eventUnreadable, why
	f.event.MID, f.event.ID = "", "unreadable:"+f.entry.Place.Path+"#"+hex.EncodeToString(f.event.Sum[:4])
}

func (s *Source) readFacts(ctx context.Context, e Entry, f *facts) error {
	if e.Head != nil {
		done, err := s.factsOfHead(e, f)
		if done || err != nil {
			return err
		}
	}
	opened, err := e.Open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = opened.Close() }() // it was only read
	raw, whole := wholeOf(opened)
	if size := opened.Size(); !whole && size <= wholeMail {
		buf := mailBuffers.Get().(*[]byte)
		defer mailBuffers.Put(buf)
		b, err := rfc5322.ReadInto(opened, 0, (*buf)[:size])
		if err != nil {
			return err
		}
		raw = rfc5322.Bytes(b)
	}
	h, body, err := rfc5322.ReadHeader(raw)
	if err != nil {
		return err
	}
	f.event.Head = headDigest(h, e.Received)
	if f.event.Sum, err = bodyDigest(f.event.Head, raw, body); err != nil {
		return err
	}
	s.factsOf(h, f)
	return nil
}

// factsOfHead reads the facts of an entry whose body is far away, and tells whether
// that was enough: what has no Message-ID is known by its body.
func (s *Source) factsOfHead(e Entry, f *facts) (bool, error) {
	h, body, err := rfc5322.ReadHeader(rfc5322.Bytes(e.Head))
	if err != nil {
		return false, err
	}
	if ids := h.IDs("Message-ID"); len(ids) == 0 || !isMessageID(ids[0]) {
		return false, nil
	}
	f.event.Head = headDigest(h, e.Received)
	sum := sha256.Sum256(fmt.Appendf(f.event.Head[:], "%d bytes", e.Place.Length-body))
	copy(f.event.Sum[:], sum[:])
	s.factsOf(h, f)
	return true, nil
}

// factsOf draws the facts from a header that was read.
func (s *Source) factsOf(h rfc5322.Header, f *facts) {
	if len(h.Fields) == 0 {
		f.unreadable(fmt.Sprintf("%s holds no mail: there is not one header field at its beginning", f.entry.Place))
		return
	}
	if s.opt.RepairAt {
		h = repairAt(h)
	}
	s.headerFacts(h, f)
}

// headerFacts draws from a header all that threading asks for.
func (s *Source) headerFacts(h rfc5322.Header, f *facts) {
	if s.trusted && !f.entry.Foreign && stamp.Sealed(h) && s.writtenFacts(h, f) {
		return
	}
	ev := &f.event
	ids := h.IDs("Message-ID")
	if len(ids) > 0 && isMessageID(ids[0]) {
		ev.MID = ids[0]
	}
	ev.ID = ev.MID
	if ev.ID == "" {
		ev.ID = "sha256-" + hex.EncodeToString(ev.Sum[:])
	}
	subject := h.Text("Subject")
	plain, reply := thread.PlainSubject(subject, s.tokens)
	ev.Subj, ev.Reply, ev.Tokens = thread.Hash(plain), reply, s.tokens.Find(subject)
	if c := f.entry.Conversation; c != "" {
		ev.Tokens = append(ev.Tokens, conversationMark+strings.ReplaceAll(c, ":", "_"))
	}
	if at, _ := thread.Date(h, f.entry.Received, s.now()); !at.IsZero() {
		ev.At = at.Unix()
	}
	s.peopleFacts(h, f)
	labels := f.entry.Labels
	if !f.entry.Labeled {
		labels = labelsOf(h)
	}
	f.shelves = shelvesOf(h, f.entry.Place.Folder, labels, s.ours)
	ev.Labels = labelDigest(f.shelves)
}

// isMessageID tells whether a Message-ID can name a mail at all.
func isMessageID(id string) bool {
	return len(id) >= 3 && len(id) <= 998 && !strings.HasPrefix(id, "unreadable:")
}

func (s *Source) peopleFacts(h rfc5322.Header, f *facts) {
	who := s.envelope(h)
	f.event.Ours = s.ours.has(who.author.id)
	var named []string
	name := func(p person) {
		if p.id != "" && !slices.Contains(named, p.id) {
			named = append(named, p.id)
		}
	}
	if who.author.id != "" {
		f.people = append(f.people, who.author)
		name(who.author)
	}
	for _, field := range [...][]desk.Address{h.Addresses("From"), h.Addresses("Reply-To"), h.Addresses("Sender"), who.to, who.cc} {
		for _, a := range field {
			name(personOf(a))
		}
	}
	for _, p := range who.outside {
		if !slices.ContainsFunc(f.people, p.same) {
			f.people = append(f.people, p)
		}
	}
	f.refs = thread.References(h, f.event.MID, named)
	if len(f.event.Tokens) == 0 && !s.opt.bySubject() {
		return
	}
	if f.event.Ours && len(who.outside) > 0 {
		f.event.Guest = thread.Hash(who.outside[0].id)
	} else if !f.event.Ours {
		f.event.Guest = thread.Hash(who.author.id)
	}
	for _, id := range named[:min(len(named), mostPeople)] {
		f.event.People = append(f.event.People, thread.Hash(id))
	}
}

// headDigest digests the header fields that name a mail and are the same in all
// its copies.
func headDigest(h rfc5322.Header, rc rfc5322.Received) [8]byte {
	b := make([]byte, 0, 512)
	for _, name := range [...]string{"Message-ID", "From", "Date", "Subject"} {
		b = appendWords(b, h.Get(name))
	}
	if h.Get("Message-ID") == "" {
		b = appendWords(b, h.Get("To"))
	}
	if unnamed(h) {
		b = rc.At.UTC().AppendFormat(b, time.RFC3339)
	}
	sum := sha256.Sum256(b)
	return [8]byte(sum[:])
}

// appendWords adds the words of a field with one blank between them, and a NUL.
func appendWords(b []byte, value string) []byte {
	from := len(b)
	for w := range strings.FieldsSeq(value) {
		if len(b) > from {
			b = append(b, ' ')
		}
		b = append(b, w...)
	}
	return append(b, 0)
}

// unnamed tells whether only the mailbox knows when a mail came.
func unnamed(h rfc5322.Header) bool { return h.Get("Date") == "" && h.Get("Message-ID") == "" }
