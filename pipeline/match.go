package pipeline

import (
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline/compare"
)

// matcher tells which of a ticket's messages at the target is which of ours.
type matcher struct {
	free  []*desk.Message
	marks bool
	times bool            // the target keeps our times
	due   []*desk.Message // of ours, in order, that are still to be found; see expect
}

func newMatcher(ms []desk.Message, times bool) *matcher {
	m := &matcher{free: make([]*desk.Message, len(ms)), times: times}
	for i := range ms {
		m.free[i] = &ms[i]
		m.marks = m.marks || ms[i].Mark != ""
	}
	return m
}

// take removes a message that is known to be another's.
func (m *matcher) take(id desk.ID) {
	for i := range m.free {
		if m.free[i].ID == id && id != "" {
			m.free = slices.Delete(m.free, i, i+1)
			return
		}
	}
}

// expect says which messages of ours are looked for, in order. Two that look the same are
// told apart by nobody, as their copies are: where there are no more copies than of ours
// that look so, the first is the first's.
func (m *matcher) expect(ours []*desk.Message) { m.due = ours }

// match finds the message; clear is false if it may be any of several.
func (m *matcher) match(want *desk.Message) (id desk.ID, found, clear bool) {
	return m.only(want, func(got, want *desk.Message) bool {
		return m.marks && got.Mark == want.Mark || !m.marks && m.alike(got, want)
	})
}

// unmarked finds the message among those without a mark.
func (m *matcher) unmarked(want *desk.Message) (id desk.ID, found, clear bool) {
	return m.only(want, func(got, want *desk.Message) bool { return got.Mark == "" && m.alike(got, want) })
}

// cutOff finds the message whose mark the target did not get to write, since it was killed
// over it: among those without a mark, by when it was written as well, to the second, and
// by whom, where both say so.
func (m *matcher) cutOff(want *desk.Message) (id desk.ID, found, clear bool) {
	return m.only(want, func(got, want *desk.Message) bool {
		who := got.From.Email == "" || want.From.Email == "" || strings.EqualFold(got.From.Email, want.From.Email)
		when := !want.At.IsZero() && got.At.Truncate(time.Second).Equal(want.At.Truncate(time.Second))
		return got.Mark == "" && who && when && m.alike(got, want)
	})
}

// only finds the one that is meant.
func (m *matcher) only(want *desk.Message, meant func(got, want *desk.Message) bool) (id desk.ID, found, clear bool) {
	var hits []*desk.Message
	for _, got := range m.free {
		if meant(got, want) {
			hits = append(hits, got)
		}
	}
	if len(hits) == 0 {
		return "", false, true
	}
	if len(hits) > 1+m.twins(want, hits, meant) {
		return "", false, false
	}
	id = hits[0].ID
	m.take(id)
	return id, true, true
}

// twins counts those of ours, still to be found after the wanted one, each of which may be
// all that it may be.
func (m *matcher) twins(want *desk.Message, hits []*desk.Message, meant func(got, want *desk.Message) bool) (n int) {
	at := slices.IndexFunc(m.due, func(o *desk.Message) bool { return o.ID == want.ID })
	if len(hits) < 2 || at < 0 {
		return 0
	}
	for _, other := range m.due[at+1:] {
		if !slices.ContainsFunc(hits, func(got *desk.Message) bool { return !meant(got, other) }) {
			n++
		}
	}
	return n
}

// alike compares what a system keeps without marks: the body as far as
// compare.SameBody does, whether it is private, who wrote it where both sides say so, and the
// time, to the second, where the target keeps ours. An agent's own "thank you" at
// the target is not the customer's that we may have written.
func (m *matcher) alike(got, want *desk.Message) bool {
	author := got.Author.ID == "" || want.Author.Target == "" || got.Author.ID == want.Author.Target
	at := !m.times || got.At.IsZero() || want.At.IsZero() || got.At.Truncate(time.Second).Equal(want.At.Truncate(time.Second))
	return author && at && got.Note == want.Note && compare.SameBody(want, got)
}
