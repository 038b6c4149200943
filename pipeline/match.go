package pipeline

import (
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline/compare"
)

// matcher tells which of a ticket's messages at the target is which of ours.
type matcher struct {
	free  []desk.Message
	marks bool
	times bool // the target keeps our times
}

func newMatcher(ms []desk.Message, times bool) *matcher {
	m := &matcher{free: ms, times: times}
	for i := range ms {
		m.marks = m.marks || ms[i].Mark != ""
	}
	return m
}

// take removes a message that is known to be another's.
func (m *matcher) take(id desk.ID) {
	for i := range m.free {
		if m.free[i].ID == id && id != "" {
			m.free = append(m.free[:i:i], m.free[i+1:]...)
			return
		}
	}
}

// match finds the message; clear is false if it may be any of several.
func (m *matcher) match(want *desk.Message) (id desk.ID, found, clear bool) {
	return m.only(func(got *desk.Message) bool {
		return m.marks && got.Mark == want.Mark || !m.marks && m.alike(got, want)
	})
}

// unmarked finds the message among those without a mark.
func (m *matcher) unmarked(want *desk.Message) (id desk.ID, found, clear bool) {
	return m.only(func(got *desk.Message) bool { return got.Mark == "" && m.alike(got, want) })
}

// cutOff finds the message whose mark the target did not get to write, since it was killed
// over it: among those without a mark, by when it was written as well, to the second, and
// by whom, where both say so.
func (m *matcher) cutOff(want *desk.Message) (id desk.ID, found, clear bool) {
	return m.only(func(got *desk.Message) bool {
		who := got.From.Email == "" || want.From.Email == "" || strings.EqualFold(got.From.Email, want.From.Email)
		when := !want.At.IsZero() && got.At.Truncate(time.Second).Equal(want.At.Truncate(time.Second))
		return got.Mark == "" && who && when && m.alike(got, want)
	})
}

// only finds the one that is meant.
func (m *matcher) only(meant func(*desk.Message) bool) (id desk.ID, found, clear bool) {
	var hits []desk.ID
	for i := range m.free {
		if meant(&m.free[i]) {
			hits = append(hits, m.free[i].ID)
		}
	}
	if len(hits) == 0 {
		return "", false, true
	}
	if len(hits) > 1 {
		return "", false, false
	}
	m.take(hits[0])
	return hits[0], true, true
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
