package report

import (
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/assess"
)

// effortRow is one system that is read or written.
type effortRow struct {
	System, Calls string
	Times         []effortTime
}

// effortTime is how long it takes, and what is assumed.
type effortTime struct{ Takes, If string }

func effortRows(t Tongue, e *assess.Effort) (rows []effortRow) {
	if e == nil {
		return nil
	}
	for _, w := range e.Ways {
		row := effortRow{System: t.Say("reading %s", w.System), Calls: t.Say("%d calls", w.Calls)}
		if w.Writes {
			row.System = t.Say("writing to %s", w.System)
		}
		for _, l := range w.Times {
			row.Times = append(row.Times, effortTime{roughly(t, l.Takes), allowance(t, w, l)})
		}
		rows = append(rows, row)
	}
	return rows
}

// allowance says what bounds the calls.
func allowance(t Tongue, w assess.Way, l assess.Lasting) string {
	switch {
	case l.PerMinute == 0:
		return t.Say("%d at once, each taken to last %s", w.AtOnce, t.Took(w.Each))
	case l.Plan == "":
		return t.Say("%.0f calls a minute, as configured", l.PerMinute)
	}
	return t.Say("%s: %.0f calls a minute", l.Plan, l.PerMinute)
}

// roughly says of a guess what can be guessed.
func roughly(t Tongue, d time.Duration) string {
	if d < time.Minute {
		return t.Took(max(time.Second, d.Round(time.Second)))
	}
	return t.units(strings.TrimSuffix(Span(d.Round(time.Minute)), " 0 s"))
}

// effortNote is what is to be known of it all.
func effortNote(t Tongue, e *assess.Effort) string {
	if len(e.Ways) == 0 {
		return t.Say("Nothing of it goes by calls: --for zendesk tells what a move there takes.")
	}
	return t.Say("These are estimates of a whole move by the usual number of calls; a run tells what it took. Mailboxes and files are as fast as the line and the disk.")
}

// effortDisk is what it takes of the disk.
func effortDisk(t Tongue, e *assess.Effort) string {
	return t.Say("On the disk of the project: up to %s.", t.Bytes(e.Disk))
}

func (s *assessText) effort() {
	for _, row := range effortRows(s.Tongue, s.a.Effort) {
		s.line("  %s: %s", row.System, row.Calls)
		for _, l := range row.Times {
			s.line("    %s  (%s)", l.Takes, l.If)
		}
	}
	s.line("  %s", effortDisk(s.Tongue, s.a.Effort))
	s.line("  %s", effortNote(s.Tongue, s.a.Effort))
}

func (p *assessPage) effort() {
	if e := p.Effort; e != nil {
		p.Efforts, p.Disk, p.Note = effortRows(p.Tongue, e), effortDisk(p.Tongue, e), effortNote(p.Tongue, e)
	}
}
