package main

import (
	"hash/maphash"
	"maps"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// losing counts the tickets that lose something, each once, whenever it is told: that a
// reference leads nowhere is known only at the end. Of each a number is remembered.
type losing struct {
	seed maphash.Seed
	seen map[uint64]bool
}

func newLosing() *losing { return &losing{seed: maphash.MakeSeed(), seen: map[uint64]bool{}} }

func (l *losing) event(e pipeline.Event) {
	if id := ticketIn(e); id != "" && e.Loss != nil && !e.Loss.Kept {
		l.seen[maphash.String(l.seed, string(id))] = true
	}
}

func (l *losing) tickets() int64 { return int64(len(l.seen)) }

// handedOn is what a plan's legs into the archive lose. The archive has it no more, so
// that a run does not lose it again on the legs from there; a plan, which reads the
// sources on those too, would tell it twice.
type handedOn struct {
	losing *losing
	refs   map[string]int // how many references each loss is of
}

func newHandedOn() *handedOn { return &handedOn{losing: newLosing(), refs: map[string]int{}} }

// told puts down what a leg into the archive loses, under the name that it has there.
func (h *handedOn) told(e pipeline.Event, prefix string) {
	if e.Loss == nil {
		return
	}
	e.ID = desk.ID(prefix) + e.ID
	if e.Parent != "" {
		e.Parent = desk.ID(prefix) + e.Parent
	}
	h.losing.event(e)
	if n := references(e); n > 0 { // of other losses nothing is asked
		h.refs[referenceIn(e)] = n
	}
}

// again tells whether the event is of a loss that was told.
func (h *handedOn) again(e pipeline.Event) bool {
	return e.Loss != nil && strings.HasPrefix(e.Loss.Field, "reference to ") && references(e) <= h.refs[referenceIn(e)]
}

// begun is what the tickets of a leg from there lose before it.
func (h *handedOn) begun() *losing {
	return &losing{seed: h.losing.seed, seen: maps.Clone(h.losing.seen)}
}

func referenceIn(e pipeline.Event) string {
	return string(e.Kind) + "\x00" + string(e.ID) + "\x00" + e.Loss.Field
}

// references is of how many references the loss tells.
func references(e pipeline.Event) int {
	return strings.Count(e.Loss.Detail, "; the reference is left out")
}
