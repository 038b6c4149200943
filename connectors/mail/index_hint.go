package mail

import (
	"context"
	"slices"
	"strconv"
	"time"
)

// mostHints bounds how many tickets one subject or token remembers: the latest.
const mostHints = 8

// hint is a ticket as its token or subject leads to it.
type hint struct {
	Ticket uint64
	Subj   uint64
	At     int64 // Unix seconds, of the latest message
	Reply  bool  // its first was marked as a reply
	Ours   bool  // one of us wrote the first
	Guest  uint64
	People []uint64
}

func encodeHints(hs []hint) []byte {
	var w wireOut
	w.num(uint64(len(hs)))
	for _, h := range hs {
		w.num(h.Ticket)
		w.num(h.Subj)
		w.int(h.At)
		var flags uint64
		if h.Reply {
			flags |= 1
		}
		if h.Ours {
			flags |= 2
		}
		w.num(flags)
		w.num(h.Guest)
		w.nums(h.People)
	}
	return w
}

func decodeHints(b []byte) ([]hint, error) {
	if b == nil {
		return nil, nil
	}
	w := newWireIn(b)
	var hs []hint
	for n := w.num(); n > 0 && w.err == nil; n-- {
		h := hint{Ticket: w.num(), Subj: w.num(), At: w.int()}
		flags := w.num()
		h.Reply, h.Ours, h.Guest, h.People = flags&1 != 0, flags&2 != 0, w.num(), w.nums()
		hs = append(hs, h)
	}
	return hs, w.err
}

func (x *index) hints(ctx context.Context, key string) ([]hint, error) {
	b, err := x.book.get(ctx, key)
	if err != nil {
		return nil, err
	}
	return decodeHints(b)
}

func subjectKey(subj uint64) string { return keyHint + strconv.FormatUint(subj, 16) }

// hint remembers by which tokens and subject a message's ticket can be found.
// Only messages that need it name People: those with tokens, and all where
// threading by subject is asked for.
func (x *index) hint(ctx context.Context, e *event) error {
	if len(e.People) == 0 {
		return nil
	}
	keys := make([]string, 0, len(e.Tokens)+1)
	for _, t := range e.Tokens {
		keys = append(keys, keyToken+t)
	}
	if e.Subj != 0 {
		keys = append(keys, subjectKey(e.Subj))
	}
	for _, key := range keys {
		hs, err := x.hints(ctx, key)
		if err != nil {
			return err
		}
		x.book.putLater(key, encodeHints(addHint(hs, e)))
	}
	return nil
}

func addHint(hs []hint, e *event) []hint {
	i := slices.IndexFunc(hs, func(h hint) bool { return h.Ticket == e.Ticket })
	if i < 0 {
		hs = append(hs, hint{Ticket: e.Ticket, Subj: e.Subj, At: e.At, Reply: e.Reply, Ours: e.Ours, Guest: e.Guest, People: e.People})
		return hs[max(0, len(hs)-mostHints):]
	}
	h := &hs[i]
	h.At = max(h.At, e.At)
	for _, p := range e.People {
		if !slices.Contains(h.People, p) && len(h.People) < mostPeople {
			h.People = append(h.People, p)
		}
	}
	return hs
}

// byToken finds the ticket whose number a subject quotes. Two customers' own
// systems may count alike: the token must be ours, or the subject or an outsider
// the same.
func (s *Source) byToken(ctx context.Context, e *event) ([]uint64, error) {
	for _, token := range e.Tokens {
		if isConversation(token) {
			continue
		}
		hs, err := s.x.hints(ctx, keyToken+token)
		if err != nil {
			return nil, err
		}
		for _, h := range slices.Backward(hs) {
			if h.Ours || e.Subj != 0 && h.Subj == e.Subj || !e.Ours && names(h.People, e.People) || !h.Ours && names(e.People, h.People) {
				return s.roots(ctx, []uint64{h.Ticket})
			}
		}
	}
	return nil, nil
}

// names tells whether the first of who is among people.
func names(people, who []uint64) bool { return len(who) > 0 && slices.Contains(people, who[0]) }

// talking tells whether a mail is among the people of a ticket: its author and the
// ticket's are named by each other, or are one of us and the outsider is the same.
// Customers write to an alias, and somebody answers.
func talking(h hint, e *event) bool {
	known := names(h.People, e.People) || e.Ours && h.Guest != 0 && slices.Contains(e.People, h.Guest)
	knows := names(e.People, h.People) || h.Ours && e.Guest != 0 && slices.Contains(h.People, e.Guest)
	return known && knows
}

// bySubject finds a ticket with the same subject, written to and by the same
// people within the configured days. One of the two must be marked as a reply:
// a customer may ask two things under one subject.
func (s *Source) bySubject(ctx context.Context, e *event) ([]uint64, error) {
	if e.Subj == 0 {
		return nil, nil
	}
	hs, err := s.x.hints(ctx, subjectKey(e.Subj))
	if err != nil {
		return nil, err
	}
	window := time.Duration(s.opt.SubjectDays) * 24 * time.Hour
	for _, h := range slices.Backward(hs) {
		apart := time.Duration(e.At-h.At) * time.Second
		if (e.Reply || h.Reply) && e.At != 0 && h.At != 0 && apart.Abs() <= window && talking(h, e) {
			return s.roots(ctx, []uint64{h.Ticket})
		}
	}
	return nil, nil
}
