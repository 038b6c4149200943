package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/report"
)

// checkedSilence is what keeps calls of a target quiet, and what that rests on here and
// now.
type checkedSilence struct {
	Calls string           `json:"calls"`
	By    connectors.Means `json:"by"`
	How   string           `json:"how"`
	Proof connectors.Proof `json:"proof"`
	Found string           `json:"found,omitempty"` // by who looked
	Doubt string           `json:"doubt,omitempty"`
}

// The proofs that a look at a target adds.
const (
	unmade connectors.Proof = "not made" // without its setting the call is not made
	loud   connectors.Proof = "loud"     // it was looked at, and is not so
)

// silence tells how the target is kept quiet as it is configured.
func (h *hop) silence(ctx context.Context) (out []checkedSilence) {
	probe := connectors.Probe{Found: "This target cannot be looked at."}
	if p, ok := h.target.(connectors.Prober); ok && h.writes.Declared != "" {
		var err error
		if probe, err = p.Probe(ctx); err != nil {
			probe = connectors.Probe{Found: plainly(err)}
		}
	}
	for _, line := range report.Alike(h.to.Spec.Silence) {
		l := checkedSilence{Calls: line.Calls(), By: line.By, How: line.How, Proof: line.Proof, Doubt: line.Doubt}
		switch {
		case line.Only != "" && line.Only != h.writes.Declared:
			l.Proof, l.How = unmade, "Only with "+line.Only+"."
		case line.Proof == connectors.Tested:
			l.Found = probe.Found
			if !probe.Looked {
				l.Proof = connectors.Declared
			} else if len(probe.Loud) > 0 {
				l.Proof = loud
			}
		}
		at := slices.IndexFunc(out, func(o checkedSilence) bool { return l.Proof == unmade && o.Proof == unmade && o.How == l.How })
		if at >= 0 { // what would keep them quiet differs, and they are not made
			out[at].Calls += ", " + l.Calls
			continue
		}
		out = append(out, l)
	}
	return out
}

// silences says it line by line, where there is somebody to mail.
func (s checkedSystem) silences(b *strings.Builder) {
	if s.Silent == nil || !*s.Silent {
		return
	}
	if slices.ContainsFunc(s.Silence, func(l checkedSilence) bool { return l.Proof == loud }) {
		b.WriteString("  writes would be heard: somebody may be sent an e-mail\n")
	} else {
		b.WriteString("  writes are silent: nobody is sent an e-mail\n")
	}
	words := map[connectors.Proof]string{connectors.Declared: "declared by you", connectors.Unconfirmed: "not confirmed", loud: "NOT SO"}
	for _, l := range s.Silence {
		word := words[l.Proof]
		if word == "" {
			word = string(l.Proof)
		}
		if l.By == connectors.ByNobody {
			word = "nobody to mail"
		}
		fmt.Fprintf(b, "    %-16s %s: %s\n", word, l.Calls, strings.TrimSpace(l.How+" "+l.Found))
	}
	if s.canary != "" {
		fmt.Fprintf(b, "    %-16s %s\n", "canary", s.canary)
	}
}

// checkCanary tells what the last canary showed, and what keeps a run from writing.
func (h *hop) checkCanary(c *checked, sys *checkedSystem) error {
	last, err := h.s.p.CanaryOf(h.to.UUID)
	switch {
	case err != nil:
		return err
	case h.writes.Declared == "" && (last == nil || !last.Loud()):
		return nil
	case last != nil:
		sys.Canary, sys.canary = stateOfCanary(last), shown(last)
	case h.to.Waived:
		sys.Canary, sys.canary = "waived", "waived by you"
	default:
		sys.Canary, sys.canary = "none", "none yet"
	}
	if err := h.proven(); err != nil {
		c.Findings = append(c.Findings, finding{Level: "error", Text: err.Error()})
	}
	return nil
}
