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

// Write is the line in a style; "" if it says nothing.
func (l Line) Write(s Style) string {
	var parts []string
	if !l.At.IsZero() {
		parts = append(parts, l.At.UTC().Format(Time))
	}
	who := s.Show(l.From)
	if len(l.To) > 0 {
		who = strings.TrimSpace(who + " → " + s.showAll(l.To))
	}
	if who != "" {
		parts = append(parts, who)
	}
	if len(l.CC) > 0 {
		parts = append(parts, "cc "+s.showAll(l.CC))
	}
	return strings.Join(parts, cut)
}

// Before is the line with a tag of ours at its end.
func (l Line) Before(tag string, s Style) string {
	if said := l.Write(s); said != "" {
		return said + cut + tag
	}
	return tag
}

// Parse reads what Write wrote.
func Parse(said string, s Style) (l Line) {
	for _, part := range s.split(said, cut) {
		if when, err := time.Parse(Time, part); err == nil {
			l.At = when
		} else if cc, is := strings.CutPrefix(part, "cc "); is {
			l.CC = s.unshowAll(cc)
		} else if from, to, both := s.cut(part, "→"); both {
			l.From, l.To = s.Unshow(from), s.unshowAll(to)
		} else {
			l.From = s.Unshow(part)
		}
	}
	return l
}
