package draft

import (
	"fmt"
	"strings"

	"github.com/deskhaul/deskhaul/suggest"
)

// LookAtThis begins the comment of what a person has to decide.
const LookAtThis = "look at this: "

func (d *Draft) note(format string, args ...any) {
	d.Notes = append(d.Notes, fmt.Sprintf(format, args...))
}

// say is a guess in words: how sure, why, what came next.
func say(g suggest.Guess) string {
	var b strings.Builder
	if g.To != "" {
		if !g.Firm() {
			b.WriteString(LookAtThis)
		}
		fmt.Fprintf(&b, "%s (%.2f), %s", g.Word(), g.Sure, g.Why)
	} else {
		b.WriteString("nothing there is like it")
	}
	switch {
	case g.Tied:
		fmt.Fprintf(&b, "; %s is as good", g.Next)
	case g.Next != "":
		fmt.Fprintf(&b, "; next: %s (%.2f)", g.Next, g.NextSure)
	}
	if g.Rival != "" {
		fmt.Fprintf(&b, "; %s is as like it", g.Rival)
	}
	if g.Taken != "" {
		fmt.Fprintf(&b, "; %s would be likest, but %s has it", g.Taken, g.By)
	}
	if len(g.With) > 0 {
		fmt.Fprintf(&b, "; the same as %s", strings.Join(g.With, ", "))
	}
	return b.String()
}

// some names the first of many.
func some(names []string) string {
	const few = 12
	if len(names) > few {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:few], ", "), len(names)-few)
	}
	return strings.Join(names, ", ")
}
