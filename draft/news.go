package draft

import (
	"slices"
	"strings"
)

// Seen is what a draft was made of: of each thing of the source, by Line.Of, what it was
// taken for; and the lines that stand for no thing, by their keys.
type Seen struct {
	Things map[string]string `json:"things"`
	Lines  []string          `json:"lines,omitempty"`
}

// Seen is what the draft was made of.
func (d *Draft) Seen() Seen {
	s := Seen{Things: map[string]string{}}
	for _, l := range d.Lines {
		switch {
		case l.Of != "":
			s.Things[l.Of] = l.like()
		case l.Live:
			s.Lines = append(s.Lines, l.key())
		}
	}
	slices.Sort(s.Lines)
	return s
}

func (l Line) key() string { return strings.Join(l.Path, "\x1f") }

// like is what the thing was taken for, "" nothing.
func (l Line) like() string {
	last := l.Path[len(l.Path)-1]
	if last == custom+"NAME" || slices.Contains([]string{"NAME", "VALUE", "NEW@ADDRESS"}, l.Value) {
		return ""
	}
	return last + " " + l.Value
}

// News are the lines of the draft about what was not there before: things of the source that
// are new, and things that are like something now. Each says so, with the day: a person
// finds them by it. gone are the things that were there and are not any more.
func (d *Draft) News(before Seen, day string) (lines []Line, gone []string) {
	now := d.Seen()
	live := false
	for _, l := range d.Lines {
		was, known := before.Things[l.Of]
		switch {
		case l.Of == "":
			continue
		case !known:
			l.Say = "new " + day + ": " + l.Say
			live = live || l.Live
		case l.like() != "" && was != l.like():
			l.Live = false // what stands there for it is the person's
			l.Say = "new " + day + ", " + LookAtThis + strings.TrimPrefix(l.Say, LookAtThis)
		default:
			continue
		}
		lines = append(lines, l)
	}
	for _, l := range d.Lines { // without them the new ones would not act
		if l.Of == "" && l.Live && live && !slices.Contains(before.Lines, l.key()) {
			lines = append(lines, l)
		}
	}
	for of := range before.Things {
		if _, still := now.Things[of]; !still {
			gone = append(gone, of)
		}
	}
	slices.Sort(gone)
	return lines, gone
}
