// Package byline writes and reads the line that stands at the top of a message in a
// helpdesk that keeps less of it than the one it comes from: who wrote it, to whom, and
// when.
//
//	2011-03-04 05:06:07 UTC · Olga <olga@a.test> → Help <help@b.test> · cc Boss <boss@a.test>
package byline

import (
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// Time is how times are written, to the second.
const Time = "2006-01-02 15:04:05 UTC"

// Line is what such a line says. It names no blind copies: people may read it who must
// not know of them.
type Line struct {
	At     time.Time
	From   desk.Address
	To, CC []desk.Address
}

// Of is the line of a message.
func Of(m *desk.Message) Line { return Line{At: m.At, From: m.From, To: m.To, CC: m.CC} }

const cut = " · "

// Write is the line with addresses in such brackets; "" if it says nothing.
func (l Line) Write(b Brackets) string {
	var parts []string
	if !l.At.IsZero() {
		parts = append(parts, l.At.UTC().Format(Time))
	}
	who := b.Show(l.From)
	if len(l.To) > 0 {
		who = strings.TrimSpace(who + " → " + b.showAll(l.To))
	}
	if who != "" {
		parts = append(parts, who)
	}
	if len(l.CC) > 0 {
		parts = append(parts, "cc "+b.showAll(l.CC))
	}
	return strings.Join(parts, cut)
}

// Parse reads what Write wrote.
func Parse(s string, b Brackets) (l Line) {
	for _, part := range splitOutside(s, cut) {
		if when, err := time.Parse(Time, part); err == nil {
			l.At = when
		} else if cc, is := strings.CutPrefix(part, "cc "); is {
			l.CC = b.unshowAll(cc)
		} else if from, to, both := cutOutside(part, "→"); both {
			l.From, l.To = b.Unshow(from), b.unshowAll(to)
		} else {
			l.From = b.Unshow(part)
		}
	}
	return l
}
