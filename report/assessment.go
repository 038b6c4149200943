package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/deskhaul/deskhaul/assess"
	"github.com/deskhaul/deskhaul/desk"
)

// AssessmentText writes an assessment for a person to read.
func AssessmentText(w io.Writer, t Tongue, a *assess.Assessment) error {
	s := &assessText{Tongue: t, a: a}
	s.head()
	if empty(a) {
		s.line("%s", t.Say("Nothing was found there. Look whether it is the right place: deskhaul check shows how it is read."))
		_, err := io.WriteString(w, s.b.String())
		return err
	}
	for _, part := range []struct {
		question string
		say      func()
	}{
		{"How much is there?", s.volume},
		{"How clean is it?", s.flaws},
		{"Through which doors does it come?", s.doors},
		{"Who asks, and who answers?", s.people},
		{"What is it about?", s.labels},
		{"When is it quiet?", s.rhythm},
		{"How long do conversations stay active?", s.life},
		{"How well is it served?", s.service},
		{"What does a move take?", s.effort},
	} {
		if part.question == "What does a move take?" && a.Effort == nil {
			continue
		}
		s.line("")
		s.line("%s", t.Say(part.question))
		before := s.b.Len()
		if part.say(); s.b.Len() == before {
			s.line("  %s", t.Say("The data do not tell."))
		}
	}
	_, err := io.WriteString(w, s.b.String())
	return err
}

// empty tells that there is nothing at all.
func empty(a *assess.Assessment) bool {
	for _, n := range a.Kinds {
		if n > 0 {
			return false
		}
	}
	return len(a.Flaws) == 0
}

// assessText gathers the lines.
type assessText struct {
	Tongue
	a *assess.Assessment
	b strings.Builder
}

func (s *assessText) line(format string, args ...any) { fmt.Fprintf(&s.b, format+"\n", args...) }

// table writes rows of cells, the numbers to the right.
func (s *assessText) table(rows [][]string) {
	w := tabwriter.NewWriter(&s.b, 0, 0, 3, ' ', tabwriter.AlignRight)
	wide := 0
	for _, r := range rows {
		wide = max(wide, width(r[0]))
	}
	for _, r := range rows {
		fmt.Fprintln(w, "  "+r[0]+strings.Repeat(" ", wide-width(r[0]))+"\t"+strings.Join(r[1:], "\t")+"\t") //nolint:errcheck // into memory
	}
	_ = w.Flush() // likewise
}

func width(s string) int { return len([]rune(s)) }

func (s *assessText) head() {
	var all []string
	for _, kind := range slices.Concat([]desk.Kind{desk.KindTicket, desk.KindMessage, desk.KindFile}, slices.Clone(desk.Kinds)) {
		if n := s.a.Kinds[kind]; n > 0 && (kind != desk.KindTicket || len(all) == 0) {
			all = append(all, s.many(kind, n))
		}
	}
	if len(all) == 0 {
		s.line("%s", strings.Join(s.a.Sources, ", "))
		return
	}
	s.line("%s: %s", strings.Join(s.a.Sources, ", "), strings.Join(all, ", "))
	if !s.a.First.IsZero() {
		s.line("%s", s.Say("From %s to %s.", s.Day(s.a.First), s.Day(s.a.Last)))
	}
}

func (s *assessText) volume() {
	v := &s.a.Volume
	rows := [][]string{{"", s.Say("tickets"), s.Say("messages"), s.Say("files"), s.Say("size of files"), s.Say("size of texts")}}
	add := func(name string, a assess.Amount) {
		rows = append(rows, []string{name, s.Say("%d", a.Tickets), s.Say("%d", a.Messages), s.Say("%d", a.Files), s.Bytes(a.Bytes), s.Bytes(a.Text)})
	}
	for _, y := range v.Years {
		add(fmt.Sprint(y.Year), y.Amount)
	}
	if v.Undated.Tickets > 0 {
		add(s.Say("no date"), v.Undated)
	}
	add(s.Say("all"), v.Amount)
	s.table(rows)
	if len(v.Cuts) > 1 {
		s.line("  %s", s.Say("If only what was opened since a date is moved:"))
		for _, c := range v.Cuts[:len(v.Cuts)-1] {
			saved := 1 - ratio(c.Kept.Tickets, v.Tickets)
			s.line("    %s  %s", c.Since, s.Say("%s of the tickets stay behind, %s of the bytes", s.Percent(saved), s.Percent(1-ratio(c.Kept.Bytes+c.Kept.Text, v.Bytes+v.Text))))
		}
	}
	for i, p := range v.Categories {
		if i == shownParts {
			s.line("    %s", s.Say("and %d more", len(v.Categories)-i))
			break
		}
		if i == 0 {
			s.line("  %s", s.Say("By category:"))
		}
		s.line("    %s: %s", s.orNone(p.Name), s.Say("%d tickets", p.Tickets))
	}
}

// How many of each list the terminal shows; JSON and the page have more.
const (
	shownParts  = 8
	shownPeople = 5
	shownValues = 6
)

func ratio(a, b int64) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

func (s *assessText) orNone(name string) string {
	if name == "" {
		return s.Say("none")
	}
	return name
}

func (s *assessText) flaws() {
	if len(s.a.Flaws) == 0 {
		s.line("  %s", s.Say("Nothing was found amiss."))
		return
	}
	for _, f := range s.a.Flaws {
		title, advice := flawOf(s.Tongue, f.Key)
		of := ""
		if f.Of > 0 {
			of = " (" + s.Percent(ratio(f.Count, f.Of)) + ")"
		}
		s.line("  %s %s%s", s.Say("%d ×", f.Count), title, of)
		if len(f.Examples) > 0 {
			s.line("      %s", s.Say("for example %s", s.exampleOf(f.Examples[0])))
		}
		if advice != "" {
			s.line("      %s", advice)
		}
	}
}

// exampleOf names a place.
func (t Tongue) exampleOf(e assess.Example) string {
	out := t.Say(string(e.Kind)) + " " + string(e.ID)
	if e.Ticket != "" && e.Ticket != e.ID {
		out += " (" + t.Say("ticket") + " " + string(e.Ticket) + ")"
	}
	if e.What != "" {
		out += ": " + e.What
	}
	return out
}

// writeList writes the first rows of a list beneath its title, and how many more there are.
func writeList[T any](s *assessText, title string, list []T, shown int, row func(T) string) {
	if len(list) == 0 {
		return
	}
	s.line("  %s", s.Say(title))
	for _, one := range list[:min(shown, len(list))] {
		s.line("    %s", row(one))
	}
	if more := len(list) - shown; more > 0 {
		s.line("    %s", s.Say("and %d more", more))
	}
}

func (s *assessText) doors() {
	d := &s.a.Doors
	var channels []string
	for _, c := range d.Channels {
		channels = append(channels, s.Say("%s (%d)", c.Value, c.Count))
	}
	if len(channels) > 0 {
		s.line("  %s", s.Say("Channels: %s", strings.Join(channels, ", ")))
	}
	for _, x := range []struct {
		title string
		list  []assess.Door
	}{
		{"Addresses of your own that customers write to:", d.Addresses},
		{"Other addresses that stand beside them:", d.Elsewhere},
		{"Senders that are machines:", d.Machines},
		{"What the tickets themselves say:", d.Lists},
	} {
		writeList(s, x.title, x.list, shownParts, func(door assess.Door) string {
			return door.Name + ": " + s.Say("%d times, last on %s", door.Count, s.Day(door.Last))
		})
	}
	if d.Phones > 0 {
		s.line("  %s", s.Say("%d contacts have a telephone number.", d.Phones))
	}
}
