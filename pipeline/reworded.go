package pipeline

import (
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

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
