package main

import (
	"sync"

	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/report"
)

// losses gathers what targets could not keep, a line for each field.
type losses struct {
	mu   sync.Mutex
	all  []*report.Loss
	seen map[string]*report.Loss

	conflicts *losses // what was changed on both sides; nil: not gathered
}

func (l *losses) add(hop string, e pipeline.Event) {
	l.put(hop, e, e.Loss.Field, e.Loss.Detail)
}

// put counts one under its field.
func (l *losses) put(hop string, e pipeline.Event, field, detail string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := hop + "\x00" + string(e.Kind) + "\x00" + field
	if l.seen == nil {
		l.seen = map[string]*report.Loss{}
	}
	if l.seen[key] == nil {
		l.seen[key] = &report.Loss{Hop: hop, Kind: e.Kind, Field: field, Example: detail, ID: string(e.ID), Ticket: string(e.Parent)}
		l.all = append(l.all, l.seen[key])
	}
	l.seen[key].Count++
}

func (l *losses) list() (out []report.Loss) {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, x := range l.all {
		out = append(out, *x)
	}
	return out
}
