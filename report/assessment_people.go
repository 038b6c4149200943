package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/assess"
)

func (s *assessText) people() {
	p := &s.a.People
	for _, x := range []struct {
		title string
		list  []assess.Person
	}{
		{"Agents, by messages written:", p.Agents},
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
	if p.Silent > 0 {
		s.line("  %s", s.Say("%d agents never wrote, nor had a ticket: they need no seat.", p.Silent))
	}
}

func (s *assessText) labels() {
	l := &s.a.Labels
	for _, x := range []struct {
		title string
		list  []assess.Value
	}{{"Statuses", l.Statuses}, {"Priorities", l.Priorities}, {"Types", l.Types}, {"Tags", l.Tags}} {
		if len(x.list) > 0 {
			s.line("  %s: %s", s.Say(x.title), s.valuesOf(x.list))
		}
	}
	for _, f := range l.Fields {
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
	zone := r.Zone
	if r.Guessed {
		zone = s.Say("%s, guessed by when agents write; --zone says it", r.Zone)
	}
	s.line("  %s", s.Say("Time zone: %s", zone))
	for _, w := range r.Windows {
		s.line("    %s %s – %s  %s", s.Weekday((int(w.From.Weekday())+6)%7), w.From.Format("2006-01-02 15:04"), w.To.Format("15:04"), s.Say("about %.1f messages", w.Messages))
	}
}

func (s *assessText) life() {
	l := &s.a.Life
	for _, o := range l.Over {
		s.line("  %s", s.Say("%d %% of the conversations that had an answer are over after %.1f days", o.Percent, o.Days))
	}
	for _, d := range l.Deltas {
		if slices.Contains([]int{1, 3, 7, 14, 30}, d.Days) {
			s.line("    %s", s.Say("a delta on day %d brings about %.0f messages in %.0f tickets, %s of all that will come", d.Days, d.Messages, d.Tickets, s.Percent(d.Share)))
		}
	}
	if l.Days > 0 {
		s.line("  %s", s.Say("A last delta after %d days brings 95 %% of it, by what came in %d months.", l.Days, l.Months))
	}
}

func (s *assessText) service() {
	f := &s.a.Service
	if f.FirstResponse.Tickets > 0 {
		s.line("  %s: %s", s.Say("First response (mean, median)"), s.times(f.FirstResponse))
	}
	if f.Resolution.Tickets > 0 {
		s.line("  %s: %s", s.Say("Resolution (mean, median)"), s.times(f.Resolution))
	}
	if f.Solved > 0 {
		s.line("  %s: %s", s.Say("Reopened"), s.Percent(ratio(f.Reopened, f.Solved)))
	}
	if f.Rated > 0 {
		s.line("  %s: %s", s.Say("Satisfaction"), s.Percent(ratio(f.Good, f.Rated)))
	}
	if f.FirstResponse.Tickets+f.Resolution.Tickets+f.Solved+f.Rated == 0 {
		s.line("  %s", s.Say("The data do not tell."))
	}
}

func (s *assessText) times(t assess.Spell) string {
	return fmt.Sprintf("%s, %s (%s)", Span(t.MeanTime()), Span(t.MedianTime()), s.Say("%d tickets", t.Tickets))
}
