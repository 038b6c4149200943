package project

import (
	"slices"

	"github.com/deskhaul/deskhaul/mapping"
	"github.com/deskhaul/deskhaul/mapping/strict"
)

// exits checks that routes lead to targets that there are, and that one leads to each: a
// target without a route would get nothing.
func (l *loader) exits(p *Project) {
	exits := p.Mapping.Exits()
	if len(exits) == 0 || l.bad.Len() > 0 {
		return
	}
	var names []string
	for _, t := range p.Targets {
		names = append(names, t.Name)
	}
	for _, e := range exits {
		switch {
		case slices.Contains(names, e.Target):
		case len(names) == 0:
			l.bad.At(e.Place, "route %q leads to %q, and there is no target – name one under targets", e.Route, e.Target)
		default:
			l.bad.At(e.Place, "route %q leads to %q, which is no target%s", e.Route, e.Target, strict.DidYouMean(e.Target, names))
		}
	}
	for _, t := range p.Targets {
		if !slices.ContainsFunc(exits, func(e mapping.Exit) bool { return e.Target == t.Name }) {
			l.bad.At(exits[0].Place, "no route leads to the target %q, so it would get nothing – add a route, or take the target away", t.Name)
		}
	}
}
