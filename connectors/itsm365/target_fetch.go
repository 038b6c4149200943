package itsm365

import (
	"context"
	"errors"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Fetch reads one record as far as we write it: what the system puts there by itself is left
// out. What is not there is not found under its name any more either.
func (t *Target) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	var r desk.Record
	var err error
	if kind == desk.KindContact && classOf(string(id)) == classOf(t.config.kind(kind).Class) { // also an agent who asks
		var there row
		if there, err = t.get(ctx, id); err == nil {
			r = t.person(kind, there)
		}
	} else {
		r, err = t.source.Fetch(ctx, kind, id)
	}
	if errors.Is(err, connectors.ErrNotFound) {
		t.forget(ctx, kind, id)
	}
	if err != nil {
		return nil, err
	}
	return r, t.onlyOurs(r)
}

// onlyOurs leaves in r the fields that Caps promise to keep.
func (t *Target) onlyOurs(r desk.Record) error {
	_, caps := Spec().CapsOf(t.config)
	kind := r.Kind()
	for name := range r.About().Fields {
		if !slices.Contains(caps.Fields[kind], "fields."+name) {
			delete(r.About().Fields, name)
		}
	}
	if len(r.About().Fields) == 0 {
		r.About().Fields = nil
	}
	return caps.OnlyKept(r)
}
