package itsm365

import (
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// custom puts the named custom fields into their attributes. One that has none there is left
// out and told. Which values an attribute takes the server says.
func (t *Target) custom(values map[string]any, r desk.Record, names []string) (losses []connectors.Loss) {
	k := t.config.kind(r.Kind())
	for _, name := range names {
		said := r.About().Fields[name]
		code, ok := k.Fields[name]
		if !ok {
			losses = append(losses, connectors.Loss{
				Field: "fields." + name, Why: connectors.WhyNoField, Value: fmt.Sprint(said),
				Detail: fmt.Sprintf("%s %s: no attribute is named for the field %q: name one in fields of %s", r.Kind(), r.About().ID, name, sectionOf(r.Kind())),
			})
			continue
		}
		values[code] = said
	}
	return losses
}

// birth are the values of a new object: with what is written with each, and our mark, and
// without what is empty.
func (t *Target) birth(r desk.Record, fqn string, values map[string]any) map[string]any {
	out := map[string]any{"metaClass": fqn}
	for code, v := range t.config.kind(r.Kind()).Constants {
		out[code] = constant(v)
	}
	for code, v := range values {
		if v != nil && v != "" {
			out[code] = v
		}
	}
	if mark := r.About().Mark; mark != "" {
		out[t.config.Mark] = mark
	}
	return out
}

// target is what a reference points to; nil if to nothing, or to what is only planned.
func target(ref desk.Ref) any {
	if isUUID(ref.Target) {
		return string(ref.Target)
	}
	return nil
}
