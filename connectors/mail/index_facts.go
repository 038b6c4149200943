package mail

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

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
}

// mostPeople bounds the addresses of one mail that hints remember.
const mostPeople = 32

// wholeMail is up to how many bytes a mail is read at once for indexing.
const wholeMail = 1 << 20

var mailBuffers = sync.Pool{New: func() any { b := make([]byte, wholeMail); return &b }}

// examine reads the facts of an entry. Only a cancelled context is an error; what
// cannot be read becomes an event that says so.
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
	if err != nil {
		sum := sha256.Sum256([]byte(err.Error()))
		copy(f.event.Sum[:], sum[:])
		f.unreadable(err.Error())
	}
	return f, nil
}

func (f *facts) unreadable(why string) {
	f.event.Kind, f.event.Why = eventUnreadable, why
	f.event.MID, f.event.ID = "", "unreadable:"+f.entry.Place.Path+"#"+hex.EncodeToString(f.event.Sum[:4])
}

func (s *Source) readFacts(ctx context.Context, e Entry, f *facts) error {
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
	if len(h.Fields) == 0 {
		f.unreadable(fmt.Sprintf("%s holds no mail: there is not one header field at its beginning", f.entry.Place))
		return nil
	}
	if s.opt.RepairAt {
		h = repairAt(h)
	}
	s.headerFacts(h, f)
	return nil
}

// headerFacts draws from a header all that threading asks for.
func (s *Source) headerFacts(h rfc5322.Header, f *facts) {
	if s.trusted && stamp.Sealed(h) && s.writtenFacts(h, f) {
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
	if at, _ := thread.Date(h, f.entry.Received, s.now()); !at.IsZero() {
		ev.At = at.Unix()
	}
	s.peopleFacts(h, f)
	f.shelves = shelvesOf(h, f.entry.Place.Folder, s.ours)
}

// isMessageID tells whether a Message-ID can name a mail at all.
func isMessageID(id string) bool {
	return len(id) >= 3 && len(id) <= 998 && !strings.HasPrefix(id, "unreadable:")
}

func (s *Source) peopleFacts(h rfc5322.Header, f *facts) {
	author, _ := authorOf(h)
	f.event.Ours = s.ours.has(author.id)
	var named []string
	if author.id != "" {
		f.people, named = append(f.people, author), append(named, author.id)
	}
	for _, field := range []string{"From", "Reply-To", "Sender", "To", "Cc"} {
		for _, a := range h.Addresses(field) {
			p := personOf(a)
			if p.id != "" && !slices.Contains(named, p.id) {
				named = append(named, p.id)
			}
			// Somebody may be named as the sender first: being addressed counts all the same.
			if (field == "To" || field == "Cc") && s.isAddressed(h, p) && !slices.ContainsFunc(f.people, p.same) {
				f.people = append(f.people, p)
			}
		}
	}
	f.refs = thread.References(h, f.event.MID, named)
	if len(f.event.Tokens) == 0 && !s.opt.bySubject() {
		return
	}
	for _, id := range named[:min(len(named), mostPeople)] {
		f.event.People = append(f.event.People, thread.Hash(id))
	}
}

// headDigest digests the header fields that name a mail and are the same in all
// its copies.
func headDigest(h rfc5322.Header, rc rfc5322.Received) [8]byte {
	sum := sha256.New()
	for _, name := range []string{"Message-ID", "From", "Date", "Subject"} {
		_, _ = fmt.Fprintf(sum, "%s\x00", strings.Join(strings.Fields(h.Get(name)), " ")) // never fails
	}
	if h.Get("Message-ID") == "" {
		_, _ = fmt.Fprintf(sum, "%s\x00", strings.Join(strings.Fields(h.Get("To")), " "))
	}
	if unnamed(h) {
		_, _ = fmt.Fprint(sum, rc.At.UTC().Format(time.RFC3339))
	}
	return [8]byte(sum.Sum(nil))
}

// unnamed tells whether only the mailbox knows when a mail came.
func unnamed(h rfc5322.Header) bool { return h.Get("Date") == "" && h.Get("Message-ID") == "" }

// bodyDigest digests a mail's body, whatever its line ends and however many of
// them stand at its end.
func bodyDigest(head [8]byte, raw rfc5322.Raw, body int64) (sum [16]byte, err error) {
	w := lineDigest{sha256.New(), 0}
	_, _ = w.Write(head[:])
	if b, ok := rfc5322.Held(raw); ok {
		w.text(b[min(body, int64(len(b))):])
	} else if err := w.stream(raw, body); err != nil {
		return sum, err
	}
	copy(sum[:], w.Sum(nil))
	return sum, nil
}

type lineDigest struct {
	hash.Hash
	breaks int // line ends held back: those at the end do not count
}

var lineBreaks = bytes.Repeat([]byte("\n"), 64)

func (d *lineDigest) text(b []byte) {
	if bytes.IndexByte(b, '\r') >= 0 {
		b = bytes.ReplaceAll(b, []byte("\r"), nil)
	}
	end := bytes.TrimRight(b, "\n")
	if len(end) > 0 {
		for ; d.breaks > 0; d.breaks -= min(d.breaks, len(lineBreaks)) {
			_, _ = d.Write(lineBreaks[:min(d.breaks, len(lineBreaks))]) // never fails
		}
		_, _ = d.Write(end)
	}
	d.breaks += len(b) - len(end)
}

func (d *lineDigest) stream(raw rfc5322.Raw, off int64) error {
	r := io.NewSectionReader(raw, off, max(0, raw.Size()-off))
	buf := make([]byte, 128<<10)
	for {
		n, err := r.Read(buf)
		d.text(buf[:n])
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading message: %w", err)
		}
	}
}
