package main

import (
	"github.com/deskhaul/deskhaul/pipeline"
)

// overhears tells whether the legs after this one can be planned from what this one reads:
// if it reads all that is new.
func (h *hop) overhears(pick pipeline.Selection) bool {
	return h.pull && !h.last && pick.Kinds == nil && pick.Tickets == nil && pick.Since.IsZero()
}

// overhear keeps what the plan of a leg into the archive would put there, for the legs
// after it: their sources are not asked for it again.
func (h *hop) overhear(pick pipeline.Selection) (hear func(pipeline.Event), done func(error) error, err error) {
	if !h.overhears(pick) {
		return func(pipeline.Event) {}, func(err error) error { return err }, nil
	}
	m, err := newMemory(h.s.temp())
	if err != nil {
		return nil, nil, err
	}
	var failed error
	hear = func(e pipeline.Event) {
		if failed == nil && arrives(e) {
			failed = m.put(e.Counted.Record)
		}
	}
	return hear, func(err error) error {
		if err == nil {
			err = failed
		}
		if err != nil {
			_ = m.Close() // what matters is why
			return err
		}
		h.s.overheard[h.from.UUID] = m
		return nil
	}, nil
}

// arrives tells of an event whether it is of a record that is written, or stands already.
func arrives(e pipeline.Event) bool {
	c := e.Counted
	return c != nil && c.Record != nil && c.Record.Kind() == e.Kind && c.To != pipeline.Skipped && c.To != pipeline.Failed
}
