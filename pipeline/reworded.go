package pipeline

import (
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline/compare"
)

// editedSince tells whether the source edited a message since it was written: it says
// something else than it did, or a note tells of that.
func (t *task) editedSince(id desk.ID, was, now string) bool {
	if was != "" && was != now {
		return true
	}
	for note := range t.seen.Messages {
		if strings.HasPrefix(string(note), string(id)+"~") && t.isNote(note) {
			return true
		}
	}
	return false
}

// reworded finds a message that the source edited since it was written, where the target
// kept neither a mark nor an id of it: what was written nobody has any more, so that it is
// known by its second, where the target keeps our times, by whether it is private, and by
// its author where both sides say so.
func (m *matcher) reworded(want *desk.Message) (id desk.ID, found, clear bool) {
	if !m.times || want.At.IsZero() {
		return "", false, true
	}
	return m.only(want, func(got, want *desk.Message) bool {
		author := got.Author.ID == "" || want.Author.Target == "" || got.Author.ID == want.Author.Target
		return got.Mark == "" && got.Note == want.Note && author && got.At.Truncate(time.Second).Equal(want.At.Truncate(time.Second))
	})
}

// ownNote finds a note of ours without a mark, whatever its time: that is when its ticket
// last changed, which may be later by now than when it was written.
func (m *matcher) ownNote(want *desk.Message) (id desk.ID, found, clear bool) {
	return m.only(want, func(got, want *desk.Message) bool {
		return got.Mark == "" && got.Note && want.Note && compare.SameBody(want, got)
	})
}
