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
}

func (l *losses) add(hop string, e pipeline.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := hop + "\x00" + string(e.Kind) + "\x00" + e.Loss.Field
	if l.seen == nil {
		l.seen = map[string]*report.Loss{}
	}
	if l.seen[key] == nil {
		l.seen[key] = &report.Loss{Hop: hop, Kind: e.Kind, Field: e.Loss.Field, Example: e.Loss.Detail, ID: string(e.ID), Ticket: string(e.Parent)}
		l.all = append(l.all, l.seen[key])
	}
	l.seen[key].Count++
}

func (l *losses) list() (out []report.Loss) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, x := range l.all {
		out = append(out, *x)
	}
	return out
}
