package mail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/auto"
	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/connectors/mail/thread"
	"github.com/deskhaul/deskhaul/desk"
)

// wholeParse is up to how many bytes a mail is read at once for parsing; a larger
// one is read piece by piece from where it lies.
const wholeParse = 4 << 20

// leaf is one message of a ticket, read and parsed.
type leaf struct {
	n uint64
	e *event
	parsed
	err  error // why it could not be read
	who  envelope
	tags []string // the classes of package auto
}

// parsed is a mail as it was read.
type parsed struct {
	mail   *rfc5322.Message // nil if it could not be read
	size   int64            // of the whole, in bytes
	labels []string
}

// loaded is a step whose ticket has been read.
type loaded struct {
	step
	turns   []leaf // in the order of the conversation
	built   *desk.Ticket
	opener  uint64
	missing bool // messages that are not where they were
}

// load reads and parses all messages of a ticket. It runs on several goroutines.
func (s *Source) load(ctx context.Context, st step) (*loaded, error) {
	l := &loaded{step: st}
	if st.aside != nil {
		return l, nil
	}
	events, err := s.x.chain(ctx, st.record)
	if err != nil {
		return nil, err
	}
	for n, e := range events {
		l.turns = append(l.turns, leaf{n: n, e: e})
	}
	if err := s.loadTurns(ctx, l.turns); err != nil {
		return nil, err
	}
	for _, t := range l.turns {
		l.missing = l.missing || errors.Is(t.err, ErrMoved)
	}
	l.turns = inOrder(l.turns)
	return l, s.build(ctx, l)
}

// atOnce is how many messages of one ticket are asked of a distant store at once: each
// waits for the way to the server and back.
const atOnce = 32

// loadTurns reads and parses messages, several at once where the store is far away.
func (s *Source) loadTurns(ctx context.Context, turns []leaf) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(1)
	if _, far := s.store.(Distant); far {
		g.SetLimit(atOnce)
	}
	for i := range turns {
		g.Go(func() error { return s.loadTurn(ctx, &turns[i]) })
	}
	return g.Wait()
}

// loadTurn reads and parses one message. The error is one of which a later attempt may
// know better.
func (s *Source) loadTurn(ctx context.Context, t *leaf) error {
	asked := ctx
	if gone, was := (*s.missed.Load())[t.n]; was && !gone {
		asked = retry(ctx)
	}
	t.parsed, t.err = s.parse(asked, t.e)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case notNow(t.err):
		return t.err
	case t.mail != nil:
		t.who, t.tags = s.envelope(t.mail.Header), auto.ClassifyMessage(t.mail)
	}
	return nil
}

// inOrder puts the messages of a ticket into the order of the conversation and
// gives each the time that its place there says.
func inOrder(turns []leaf) []leaf {
	slices.SortFunc(turns, func(a, b leaf) int { return cmp.Compare(a.n, b.n) })
	bare := make([]thread.Turn, len(turns))
	for i, t := range turns {
		bare[i] = thread.Turn{ID: t.e.MID, At: t.e.At}
		if t.mail != nil {
			bare[i].Refs = thread.References(t.mail.Header, t.e.MID, nil)
		}
	}
	order, at := thread.Order(bare)
	sorted := make([]leaf, len(turns))
	for i, k := range order {
		sorted[i] = turns[k]
		if sorted[i].e.At == 0 {
			e := *sorted[i].e
			e.At = at[k]
			sorted[i].e = &e
		}
	}
	return sorted
}

// parse reads one message from the first of its places that still holds it.
func (s *Source) parse(ctx context.Context, e *event) (parsed, error) {
	var missed error
	for _, p := range e.Places {
		m, err := s.parseAt(ctx, p, e)
		if err == nil || !errors.Is(err, ErrMoved) && !mayPass(err) {
			return m, err
		}
		if missed == nil || errors.Is(missed, ErrMoved) {
			missed = err
		}
	}
	return parsed{}, missed
}

func (s *Source) parseAt(ctx context.Context, p Place, e *event) (parsed, error) {
	opened, err := s.store.Open(ctx, notesOf{s.x.book}, p)
	if err != nil {
		return parsed{}, err
	}
	defer func() { _ = opened.Close() }() // it was only read
	raw, whole := wholeOf(opened)
	if size := opened.Size(); !whole && size <= wholeParse {
		b, err := rfc5322.ReadInto(opened, 0, make([]byte, size))
		if err != nil {
			return parsed{}, err
		}
		raw = rfc5322.Bytes(b)
	}
	m, err := rfc5322.Parse(raw, rfc5322.Limits{})
	if err != nil {
		return parsed{}, fmt.Errorf("%s: %w", p, err)
	}
	if !unnamed(m.Header) && headDigest(m.Header, rfc5322.Received{}) != e.Head {
		return parsed{}, fmt.Errorf("%s holds another message now: %w", p, ErrMoved)
	}
	if s.opt.RepairAt {
		m.Header = repairAt(m.Header)
	}
	labels := labelsOf(m.Header)
	if l, ok := opened.(Labeled); ok {
		labels = l.Labels()
	}
	return parsed{m, opened.Size(), labels}, nil
}

// items makes what is yielded: the ticket, and before it what of it cannot be read. A
// ticket whose messages moved meanwhile is loaded again once the store has been looked
// through again.
func (s *Source) items(ctx context.Context, l *loaded, retried *bool) ([]connectors.Item, error) {
	if l.aside != nil {
		return []connectors.Item{{Aside: l.aside, Cursor: s.cursor(l.n)}}, nil
	}
	if l.missing {
		again, err := s.reload(ctx, l, retried)
		if err != nil || again == nil {
			return nil, err
		}
		l = again
	}
	if err := s.noteMissed(ctx, l); err != nil {
		return nil, err
	}
	if l.built == nil {
		aside, err := s.nothing(ctx, l)
		if err != nil {
			return nil, err
		}
		return []connectors.Item{{Aside: aside, Cursor: s.cursor(l.n)}}, s.freeze(ctx, l)
	}
	var items []connectors.Item
	for _, a := range l.unread() {
		items = append(items, connectors.Item{Aside: a, Cursor: s.cursor(l.n - 1)}) // the ticket is still to come
	}
	return append(items, connectors.Item{Record: l.built, Cursor: s.cursor(l.n)}), s.freeze(ctx, l)
}

// nothing says why a ticket has no message left that can be shown.
func (s *Source) nothing(ctx context.Context, l *loaded) (*connectors.Aside, error) {
	opener, err := s.x.event(ctx, l.opener)
	if err != nil {
		return nil, err
	}
	a := &connectors.Aside{Kind: desk.KindTicket, ID: opener.opens(), Reason: connectors.ReasonVanished, Detail: l.turns[0].err.Error()}
	for _, t := range l.turns {
		if t.unread() {
			a.Reason, a.Detail = connectors.ReasonUnreadable, t.err.Error()
			break
		}
	}
	return a, nil
}

// freeze fixes the id of a ticket that is about to be seen for the first time, be it in
// quarantine, and keeps the first cover that it has.
func (s *Source) freeze(ctx context.Context, l *loaded) error {
	if l.record.Opener != 0 && (l.record.Cover != "" || l.built == nil) {
		return nil
	}
	var cover []byte
	if l.built != nil {
		bare := *l.built
		bare.Messages = nil
		var err error
		if cover, err = desk.Marshal(&bare); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	root, t, err := s.x.ticket(ctx, l.ticket)
	if err != nil || t.Cover != "" {
		return err
	}
	t.Opener, t.Cover = cmp.Or(t.Opener, l.opener), string(cover)
	return s.x.book.put(ctx, ordinalKey(keyTicket, root), t.encode())
}

// problems says which messages of a ticket are left out and why.
func (l *loaded) problems() []any {
	var out []any
	for _, t := range l.turns {
		if t.err != nil && !errors.Is(t.err, ErrMoved) {
			out = append(out, strings.TrimSpace(t.e.ID+": "+t.err.Error()))
		}
	}
	return out
}
