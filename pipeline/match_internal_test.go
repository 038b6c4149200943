package pipeline

import (
	"testing"

	"github.com/deskhaul/deskhaul/desk"
)

// Messages that look the same are nobody's in particular, and neither are their copies:
// where there are no more copies than of ours that look so, each is found, in order. One
// copy more, and any may be somebody else's.
func TestLookAlikes(t *testing.T) {
	said := func(id desk.ID, text string) desk.Message { return desk.Message{ID: id, Text: text} }
	for name, c := range map[string]struct {
		there, ours []desk.Message
		want        []desk.ID // where each is; "?" it may be any of several, "" nowhere
	}{
		"two of two":            {[]desk.Message{said("x", "ok"), said("y", "ok")}, []desk.Message{said("a", "ok"), said("b", "ok")}, []desk.ID{"x", "y"}},
		"three, and two copies": {[]desk.Message{said("x", "ok"), said("y", "ok")}, []desk.Message{said("a", "ok"), said("b", "ok"), said("c", "ok")}, []desk.ID{"x", "y", ""}},
		"a copy too many":       {[]desk.Message{said("x", "ok"), said("y", "ok")}, []desk.Message{said("a", "ok"), said("b", "no")}, []desk.ID{"?", ""}},
		"two, and three copies": {[]desk.Message{said("x", "ok"), said("y", "ok"), said("z", "ok")}, []desk.Message{said("a", "ok"), said("b", "ok")}, []desk.ID{"?", "?"}},
		"others between them":   {[]desk.Message{said("x", "ok"), said("o", "no"), said("y", "ok")}, []desk.Message{said("a", "ok"), said("n", "no"), said("b", "ok")}, []desk.ID{"x", "o", "y"}},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMatcher(c.there, false)
			var ours []*desk.Message
			for i := range c.ours {
				ours = append(ours, &c.ours[i])
			}
			m.expect(ours)
			for i, want := range ours {
				id, found, clear := m.match(want)
				if !clear {
					id = "?"
				}
				if id != c.want[i] || found != (id != "" && id != "?") {
					t.Errorf("%s is %q, want %q", want.ID, id, c.want[i])
				}
			}
		})
	}
}
