package report

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Figure is one total or key figure on both sides.
type Figure struct {
	Group  string `json:"group,omitempty"` // status, month, category or agent; "" a key figure
	Name   string `json:"name"`
	Source string `json:"source"`
	Target string `json:"target"`
	// Difference is what the target has more; "" nothing.
	Difference string `json:"difference,omitempty"`
	Note       string `json:"note,omitempty"` // why they may differ
}

// Defined is one sort of figure and how it is counted.
type Defined struct{ Group, Title, Means string }

// Definitions are the sorts of totals, and then those of key figures by their names.
var Definitions = []Defined{
	{"status", "Tickets by status", "as each ticket stands now"},
	{"month", "Tickets by month", "of the ticket's creation, or of its first message where that is not known; in UTC"},
	{"category", "Tickets by category", "as the target calls it"},
	{"agent", "Tickets by agent", "to whom the ticket is assigned now, as the target calls them"},
}

// The key figures.
const (
	FirstResponse = "first response"
	Resolution    = "resolution"
	Reopened      = "reopened"
	Satisfied     = "satisfaction"
)

// KeyDefinitions say how key figures are counted.
var KeyDefinitions = []Defined{
	{FirstResponse, "First response (mean, median)", "time from a ticket's creation to the first public message of an agent after the first one; mean and median of the tickets that have one"},
	{Resolution, "Resolution (mean, median)", "time from a ticket's creation to when it was last solved, or closed where that is not known; mean and median of the tickets that were"},
	{Reopened, "Reopened", "of the tickets that are or were solved or closed, those that went back to another status at least once"},
	{Satisfied, "Satisfaction", "of the tickets with a rating, those whose score is good: a word of praise, or a number of at least four fifths of the scale"},
}

// in is it in a tongue.
func (d Defined) in(t Tongue) Defined { return Defined{d.Group, t.Say(d.Title), t.Say(d.Means)} }

// noRoomFor begins why a figure differs where the target keeps less.
const noRoomFor = "the target does not keep "

// FigureLacks is why a figure differs where the target has no room for fields.
func FigureLacks(fields []string) string { return noRoomFor + strings.Join(fields, ", ") }

// in is it in a tongue.
func (f Figure) in(t Tongue) Figure {
	if f.Group == "" {
		f.Name, f.Source, f.Target, f.Difference = t.Say(titleOf(f.Name)), t.units(f.Source), t.units(f.Target), t.units(f.Difference)
	} else if f.Name == "none" {
		f.Name = t.Say("none")
	}
	if fields, lacks := strings.CutPrefix(f.Note, noRoomFor); lacks {
		var names []string
		for _, name := range strings.Split(fields, ", ") {
			names = append(names, t.field(name))
		}
		f.Note = t.Say("the target does not keep %s", strings.Join(names, ", "))
	}
	return f
}

// FiguresMean says of which tickets figures are.
const FiguresMean = "Both sides are counted over the same tickets: those that stand on both and were looked at."

func (h *VerifiedHop) group(name string) (out []Figure) {
	for _, f := range h.Figures {
		if f.Group == name {
			out = append(out, f)
		}
	}
	return out
}

// figureWidth is how wide the columns are at least.
const figureWidth = 22

// figures writes the key figures, and of the totals those that differ.
func (h *VerifiedHop) figures(b *strings.Builder) {
	if len(h.Figures) == 0 {
		return
	}
	wide := figureWidth
	for _, f := range h.Figures {
		wide = max(wide, utf8.RuneCountInString(f.Source), utf8.RuneCountInString(f.Target))
	}
	fmt.Fprintf(b, "\n  %-36s %*s %*s %s\n", "", wide, "source", wide, "target", "difference")
	line := func(f Figure, name string) {
		said := strings.TrimSpace(f.Difference + " " + inBrackets(f.Note))
		fmt.Fprintln(b, strings.TrimRight(fmt.Sprintf("  %-36s %*s %*s %s", name, wide, f.Source, wide, f.Target, said), " "))
	}
	for _, f := range h.group("") {
		line(f, titleOf(f.Name))
	}
	for _, d := range Definitions {
		h.totals(b, d, line)
	}
	fmt.Fprintf(b, "\n  %s\n", FiguresMean)
	for _, d := range KeyDefinitions {
		for _, f := range h.group("") {
			if f.Name == d.Group {
				fmt.Fprintf(b, "  %s: %s.\n", d.Title, d.Means)
			}
		}
	}
}

// totals writes those of one sort that differ, and how many do not.
func (h *VerifiedHop) totals(b *strings.Builder, d Defined, line func(Figure, string)) {
	same := 0
	all := h.group(d.Group)
	for _, f := range all {
		if f.Difference == "" {
			same++
			continue
		}
		line(f, d.Group+": "+f.Name)
	}
	switch {
	case len(all) == 0:
	case same == len(all):
		fmt.Fprintf(b, "  %s (%s): the same on both sides\n", d.Title, d.Means)
	default:
		fmt.Fprintf(b, "  %s (%s): %d of %d are the same on both sides\n", d.Title, d.Means, same, len(all))
	}
}

func inBrackets(s string) string {
	if s == "" {
		return ""
	}
	return "(" + s + ")"
}

// TotalFigure is a number of tickets on both sides.
func TotalFigure(group, name string, source, target int64) Figure {
	f := Figure{Group: group, Name: name, Source: Number(source), Target: Number(target)}
	if d := target - source; d != 0 {
		f.Difference = signed(d)
	}
	return f
}

func signed(d int64) string {
	if d >= 0 {
		return "+" + Number(d)
	}
	return "−" + Number(-d)
}

// Times are a number of spans with their mean and median.
type Times struct {
	Count        int64
	Mean, Median time.Duration
}

func (t Times) String() string {
	if t.Count == 0 {
		return "–"
	}
	return fmt.Sprintf("%s, %s (%s)", Span(t.Mean), Span(t.Median), Number(t.Count))
}

// TimesFigure is a mean, a median, and of how many tickets, on both sides.
func TimesFigure(name string, source, target Times) Figure {
	f := Figure{Name: name, Source: source.String(), Target: target.String()}
	switch d := target.Mean - source.Mean; {
	case source == target:
	case source.Count == 0 || target.Count == 0:
		f.Difference = signed(target.Count-source.Count) + " tickets"
	case d.Abs() >= time.Second:
		f.Difference = Span(d)
		if d > 0 {
			f.Difference = "+" + f.Difference
		}
	default:
		f.Difference = signed(target.Count-source.Count) + " tickets"
	}
	return f
}

// ShareFigure is a share of tickets on both sides.
func ShareFigure(name string, sn, sof, tn, tof int64) Figure {
	f := Figure{Name: name, Source: share(sn, sof), Target: share(tn, tof)}
	switch {
	case sof == 0 && tof == 0:
	case sof == 0:
		f.Difference = "+" + Number(tof)
	case tof == 0:
		f.Difference = "−" + Number(sof)
	case sn != tn || sof != tof:
		f.Difference = signed(tn - sn)
		if sof != tof {
			f.Difference += " of " + signed(tof-sof)
		}
	}
	return f
}

// titleOf is what a key figure is called.
func titleOf(name string) string {
	for _, d := range KeyDefinitions {
		if d.Group == name {
			return d.Title
		}
	}
	return name
}

func share(n, of int64) string {
	if of == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f%% (%s of %s)", 100*float64(n)/float64(of), Number(n), Number(of))
}

// Span is a time that customers wait, as people say it: in its two largest units.
func Span(d time.Duration) string {
	d = d.Round(time.Second)
	if d < 0 {
		return "−" + Span(-d)
	}
	days, hours, minutes, seconds := int64(d/(24*time.Hour)), int64(d.Hours())%24, int64(d.Minutes())%60, int64(d.Seconds())%60
	switch {
	case days > 0:
		return fmt.Sprintf("%s d %d h", Number(days), hours)
	case d >= time.Hour:
		return fmt.Sprintf("%d h %d min", int64(d.Hours()), minutes)
	case d >= time.Minute:
		return fmt.Sprintf("%d min %d s", minutes, seconds)
	}
	return fmt.Sprintf("%d s", seconds)
}
