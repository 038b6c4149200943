package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/assess"
)

func (s *assessText) people() {
	p := &s.a.People
	agents, _ := agentsBy(p)
	for _, x := range []struct {
		title string
		list  []assess.Person
	}{
		{agents, p.Agents},
		{"Groups, by tickets:", p.Groups},
		{"Customers with most tickets:", p.Customers},
		{"Organisations with most tickets:", p.Organizations},
	} {
		writeList(s, x.title, x.list, shownPeople, func(one assess.Person) string {
			said := one.Name + ": " + s.Say("%d tickets", one.Tickets)
			if one.Messages > 0 {
				said += ", " + s.Say("%d messages", one.Messages)
			}
			return said + ", " + s.Say("last on %s", s.Day(one.Last))
		})
	}
	if p.Asking > 0 {
		s.line("  %s", s.Say("%d customers ever asked, %d of them once.", p.Asking, p.Once))
	}
	if silent := s.silent(p); silent != "" {
		s.line("  %s", silent)
	}
}

// agentsBy is the title of the agents, and whether they are told by what they wrote: a table
// of tickets without messages says only whose they are.
func agentsBy(p *assess.People) (title string, messages bool) {
	titles := []string{"Agents, by tickets:", "Agents, by messages written:"}
	if len(p.Agents) > 0 && p.Agents[0].Messages > 0 {
		return titles[1], true
	}
	return titles[0], false
}

// silent says how many agents need no seat; "" none. Where no ticket says who works on it,
// nobody can tell.
func (t Tongue) silent(p *assess.People) string {
	switch {
	case p.Silent == 0:
		return ""
	case len(p.Agents) == 0:
		return t.Say("No ticket names an agent, and none wrote: the data do not tell who needs a seat.")
	}
	return t.Say("%d agents never wrote, nor had a ticket: they need no seat.", p.Silent)
}

func (s *assessText) labels() {
	l := &s.a.Labels
	for _, x := range []struct {
		title string
		list  []assess.Value
	}{{"Statuses", s.words(l.Statuses)}, {"Priorities", s.words(l.Priorities)}, {"Types", l.Types}, {"Tags", l.Tags}} {
		if len(x.list) > 0 {
			s.line("  %s: %s", s.Say(x.title), s.valuesOf(x.list))
		}
	}
	for _, f := range l.Fields {
		if f.Filled == 0 {
			s.line("  %s", s.Say("Field %q of %s: nobody fills it in", f.Name, s.Say(Plural(f.Kind))))
			continue
		}
		s.line("  %s", s.Say("Field %q of %s: filled in %s, %d values: %s", f.Name, s.Say(Plural(f.Kind)), s.Percent(ratio(f.Filled, f.Of)), f.Distinct, s.valuesOf(f.Values)))
	}
}

func (s *assessText) valuesOf(all []assess.Value) string {
	var out []string
	for i, v := range all {
		if i == shownValues {
			out = append(out, "…")
			break
		}
		out = append(out, s.Say("%s (%d)", v.Value, v.Count))
	}
	return strings.Join(out, ", ")
}

func (s *assessText) rhythm() {
	r := &s.a.Rhythm
	if len(r.Windows) == 0 {
		return
	}
	s.line("  %s", s.Say("Time zone: %s", s.zone(r)))
	for _, w := range r.Windows {
		s.line("    %s %s – %s  %s", s.Weekday((int(w.From.Weekday())+6)%7), w.From.Format("2006-01-02 15:04"), w.To.Format("15:04"), s.Say("about %.1f messages", w.Messages))
	}
}

func (s *assessText) life() {
	l := &s.a.Life
	if len(l.Over) == 0 {
		s.line("  %s", s.Say("No ticket has a second message."))
	}
	for _, o := range l.Over {
		s.line("  %s", s.Say("%d %% of the conversations that had an answer are over after %.1f days", o.Percent, o.Days))
	}
	for _, d := range l.Deltas {
		if slices.Contains([]int{1, 3, 7, 14, 30}, d.Days) {
			s.line("    %s", s.Say("a delta on day %d brings about %s in %s, %s of all that will come",
				d.Days, s.Say("%d messages", whole(d.Messages)), s.Say("%d tickets", whole(d.Tickets)), s.Percent(d.Share)))
		}
	}
	if l.Days > 0 {
		s.line("  %s", s.lastDelta(l))
	}
}

func whole(n float64) int64 { return int64(math.Round(n)) }

// lastDelta says when nearly all has come.
func (t Tongue) lastDelta(l *assess.Life) string {
	over := t.Say("%d months", l.Months)
	if l.Months < 3 {
		over = t.Say("%d days", l.Period)
	}
	return t.Say("A last delta after %s brings 95 %% of it, by what came in %s.", t.Say("%d days", l.Days), over)
}

// zone is the team's, and how it is known.
func (t Tongue) zone(r *assess.Rhythm) string {
	switch {
	case !r.Guessed:
		return r.Zone
	case r.By == "agents":
		return t.Say("%s, guessed by when agents write; --zone says it", r.Zone)
	case r.By == "customers":
		return t.Say("%s, guessed by when customers write; --zone says it", r.Zone)
	}
	return t.Say("%s, since there is too little to guess it from; --zone says it", r.Zone)
}

func (s *assessText) service() {
	f := &s.a.Service
	if f.FirstResponse.Tickets > 0 {
		s.line("  %s: %s", s.Say("First response (mean, median)"), s.times(f.FirstResponse))
	}
	if f.Resolution.Tickets > 0 {
		s.line("  %s: %s", s.Say("Resolution (mean, median)"), s.times(f.Resolution))
	}
	if f.Solved > 0 && f.Tracked > 0 {
		s.line("  %s: %s", s.Say("Reopened"), s.Percent(ratio(f.Reopened, f.Solved)))
	}
	if f.Rated > 0 {
		s.line("  %s: %s", s.Say("Satisfaction"), s.Say("%s good, of %d that were rated: %s", s.Percent(ratio(f.Good, f.Rated)), f.Rated, s.valuesOf(f.Scores)))
	}
}

func (s *assessText) times(t assess.Spell) string {
	return fmt.Sprintf("%s, %s (%s)", s.units(Span(t.MeanTime())), s.units(Span(t.MedianTime())), s.Say("%d tickets", t.Tickets))
}

// words are values of ours, such as statuses, with what they are called in the tongue.
func (t Tongue) words(all []assess.Value) []assess.Value {
	if t.Name != "ru" {
		return all
	}
	out := slices.Clone(all)
	for i, v := range out {
		if said, ours := russianValues[v.Value]; ours {
			out[i].Value = said + " – " + v.Value
		}
	}
	return out
}
