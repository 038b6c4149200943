package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Loss is how often a target could not keep a field, for one sort of reason.
type Loss struct {
	Hop   string         `json:"hop"`
	Kind  desk.Kind      `json:"kind"`
	Field string         `json:"field"`
	Why   connectors.Why `json:"why,omitempty"`
	Kept  bool           `json:"kept,omitempty"` // a private note of the ticket holds it
	Count int64          `json:"count"`
	// Example is the first one in words.
	Example string `json:"example"`
	ID      string `json:"id"`
	Ticket  string `json:"ticket,omitempty"` // of a message
	// Tickets are the first ones that it befalls.
	Tickets []string `json:"tickets,omitempty"`
	// Values are what was not taken, the first ones that differ; OtherValues is how often
	// it was another. Takes are what would be.
	Values      []Value  `json:"values,omitempty"`
	OtherValues int64    `json:"other_values,omitempty"`
	Takes       []string `json:"takes,omitempty"`
	// At is the line of the mapping that gives the field its value.
	At string `json:"at,omitempty"`
	// Save are changes of the configuration that would each save it; none: none would.
	Save []Save `json:"save,omitempty"`
	// Remark is what else there is to know: what to do at the target, where it stands.
	Remark string `json:"remark,omitempty"`
}

// Value is a value that was not taken, and how often.
type Value struct {
	Value string `json:"value"`
	Count int64  `json:"count"`
}

// Save is a change of the configuration.
type Save struct {
	YAML string `json:"yaml"` // to be added to deskhaul.yaml, where its keys stand
	Does string `json:"does"` // one sentence
}

// Losing is how much a plan loses.
type Losing struct {
	Tickets int64 `json:"tickets"` // that lose something, of their own or of their messages
	Of      int64 `json:"of"`      // tickets
	Lost    int64 `json:"lost"`    // things
	Kept    int64 `json:"kept"`    // things that a private note holds
}

// mostSorts is how many sorts of losses a person is shown.
const mostSorts = 20

// forecast writes what a plan would lose, most of it first, and below what would save it.
func forecast(b *strings.Builder, all []Loss) {
	var shown []Loss
	for _, part := range split(all) {
		if some := sorts(b, part.title("The target cannot keep"), part.losses); !part.kept() {
			shown = append(shown, some...)
		}
	}
	saves(b, shown)
}

// ofOnePlace is losses for which the same is to blame.
type ofOnePlace struct {
	place  string // target, source, mapping, or note: where a private note holds it
	losses []Loss
}

func (o ofOnePlace) kept() bool { return o.place == "note" }

// title says whose losses they are; target is what is said of the target's.
func (o ofOnePlace) title(target string) string {
	if o.place == "target" {
		return target
	}
	return map[string]string{
		"source": "It refers to what does not come", "mapping": "Taken out by the mapping", "note": "Kept in a private note of the ticket",
	}[o.place]
}

// places are in the order in which people read of them.
var places = []string{"target", "source", "mapping", "note"}

// place is to blame for a loss: the target has no say in what the source does not have, or
// what the mapping took out.
func (l Loss) place() string {
	switch {
	case l.Kept:
		return "note"
	case l.Why == connectors.WhyReference:
		return "source"
	case l.Why == connectors.WhyRedacted:
		return "mapping"
	}
	return "target"
}

// split parts losses by who is to blame, the most first.
func split(all []Loss) (out []ofOnePlace) {
	for _, place := range places {
		part := ofOnePlace{place: place}
		for _, l := range all {
			if l.place() == place {
				part.losses = append(part.losses, l)
			}
		}
		slices.SortStableFunc(part.losses, func(x, y Loss) int { return cmp.Compare(y.Count, x.Count) })
		out = append(out, part)
	}
	return out
}

func sorts(b *strings.Builder, title string, all []Loss) (shown []Loss) {
	shown = all[:min(len(all), mostSorts)]
	lines(b, title, shown)
	if rest := all[len(shown):]; len(rest) > 0 {
		var n int64
		for _, l := range rest {
			n += l.Count
		}
		fmt.Fprintf(b, "  and %s of %d more sorts: --json and --losses FILE tell all\n", count(n, "loss", "losses"), len(rest))
	}
	return shown
}

// saves writes each change once, with all that it would save.
func saves(b *strings.Builder, all []Loss) {
	var order []string
	does, of := map[string]string{}, map[string][]string{}
	nothing := []string{}
	for _, l := range all {
		what := l.what()
		if len(l.Save) == 0 && !slices.Contains(nothing, what) {
			nothing = append(nothing, what)
		}
		for _, s := range l.Save {
			if of[s.YAML] == nil {
				order = append(order, s.YAML)
			}
			does[s.YAML] = s.Does
			if !slices.Contains(of[s.YAML], what) {
				of[s.YAML] = append(of[s.YAML], what)
			}
		}
	}
	if len(order) > 0 {
		b.WriteString("\nTo be added to deskhaul.yaml, each by itself:\n")
	}
	for _, yaml := range order {
		fmt.Fprintf(b, "  # %s: %s\n", does[yaml], strings.Join(of[yaml], ", "))
		for line := range strings.Lines(yaml) {
			b.WriteString("  " + strings.TrimRight(line, "\n") + "\n")
		}
	}
	if len(nothing) > 0 {
		fmt.Fprintf(b, "\nNo setting saves: %s.\n", strings.Join(nothing, ", "))
	}
}

// what is the field and the kind in words.
func (l Loss) what() string {
	what := plural[l.Kind]
	if l.Field != "" {
		what = strings.TrimPrefix(l.Field, "message.") + " of " + what
	}
	return what
}

// lines writes losses, a line each.
func lines(b *strings.Builder, title string, losses []Loss) {
	if len(losses) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s:\n", title)
	for _, l := range losses {
		b.WriteString(l.line())
		l.more(b)
	}
}

// more is what is known of a loss besides.
func (l Loss) more(b *strings.Builder) {
	if len(l.Tickets) > 1 {
		rest := ""
		if l.Count > int64(len(l.Tickets)) {
			rest = ", …"
		}
		fmt.Fprintf(b, "      tickets %s%s\n", strings.Join(l.Tickets, ", "), rest)
	}
	if len(l.Values) > 1 || len(l.Values) == 1 && l.Count > 1 {
		var said []string
		for _, v := range l.Values[:min(len(l.Values), mostExamples)] {
			said = append(said, fmt.Sprintf("%q %s times", v.Value, Number(v.Count)))
		}
		rest := l.OtherValues
		for _, v := range l.Values[len(said):] {
			rest += v.Count
		}
		if rest > 0 {
			said = append(said, "others "+Number(rest)+" times")
		}
		fmt.Fprintf(b, "      %s\n", strings.Join(said, ", "))
	}
	if l.At != "" {
		fmt.Fprintf(b, "      given by %s\n", l.At)
	}
	if l.Remark != "" {
		fmt.Fprintf(b, "      %s\n", l.Remark)
	}
}
