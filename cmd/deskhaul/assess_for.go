package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/assess"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/project"
)

// endsOf are systems as an estimate takes them.
func endsOf(systems []*project.System) (ends []assess.End) {
	for _, sys := range systems {
		ends = append(ends, endOf(sys.Name, sys.Spec, sys.Config))
	}
	return ends
}

func endOf(name string, spec connectors.Spec, config any) assess.End {
	e := assess.End{Name: name, Connector: spec.Name}
	if spec.Pace != nil {
		e.Pace = spec.Pace(config)
	}
	return e
}

// wouldBe are the project's targets, and the systems that --for names, as they are without
// a configuration.
func (s *session) wouldBe(ask *assessAsk) ([]assess.End, error) {
	ends := endsOf(s.p.Targets)
	for _, name := range ask.to {
		specs := s.specs()
		at := slices.IndexFunc(specs, func(spec connectors.Spec) bool { return spec.Name == name && paced(spec) })
		if at < 0 {
			var can []string
			for _, spec := range specs {
				if paced(spec) {
					can = append(can, spec.Name)
				}
			}
			return nil, fmt.Errorf("--for %s: it is no system that is written to by calls – an estimate can be made for %s", name, strings.Join(can, ", "))
		}
		ends = append(ends, endOf(name, specs[at], specs[at].Config()))
	}
	return ends, nil
}

func paced(spec connectors.Spec) bool { return spec.Target != nil && spec.Pace != nil }
