package stricttest

import (
	"maps"
	"slices"

	"pgregory.net/rapid"

	"github.com/deskhaul/deskhaul/mapping/strict"
)

// Drawer makes values that a schema describes, and others.
type Drawer struct {
	Root  *strict.Schema
	Texts []string // what texts are drawn from; those that no pattern of the place fits are drawn too
	Names []string // of what people name
}

// Draw makes a value of the whole schema.
func (d Drawer) Draw(rt *rapid.T) any { return d.value(rt, d.Root) }

func (d Drawer) value(rt *rapid.T, s *strict.Schema) any {
	if s.Ref != "" {
		return d.value(rt, resolve(d.Root, s.Ref, nil))
	}
	if d.rarely(rt, 25) {
		return rapid.SampledFrom(junk()).Draw(rt, "junk")
	}
	switch {
	case s.Const != nil:
		return s.Const
	case s.Enum != nil:
		return rapid.SampledFrom(s.Enum).Draw(rt, "word")
	case s.AnyOf != nil:
		return d.value(rt, rapid.SampledFrom(s.AnyOf).Draw(rt, "choice"))
	case s.AllOf != nil:
		return d.value(rt, rapid.SampledFrom(s.AllOf).Draw(rt, "branch").Then)
	case s.Type == nil:
		return rapid.SampledFrom(junk()).Draw(rt, "anything")
	}
	switch kind := rapid.SampledFrom(s.Type).Draw(rt, "type"); kind {
	case "string":
		return rapid.SampledFrom(d.Texts).Draw(rt, "text")
	case "number", "integer":
		return rapid.SampledFrom([]any{0, 1, 7, -1, 3}).Draw(rt, "number")
	case "boolean":
		return rapid.Bool().Draw(rt, "bool")
	case "array":
		return d.list(rt, s)
	case "object":
		return d.object(rt, s)
	}
	return nil
}

func (d Drawer) list(rt *rapid.T, s *strict.Schema) any {
	out := []any{}
	for range rapid.IntRange(0, 2).Draw(rt, "items") {
		out = append(out, d.value(rt, s.Items))
	}
	return out
}

func (d Drawer) object(rt *rapid.T, s *strict.Schema) any {
	out := map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(s.Properties)) {
		needed := slices.Contains(s.Required, key) || key == "connector"
		if needed && !d.rarely(rt, 20) || !needed && rapid.Bool().Draw(rt, "often") {
			out[key] = d.value(rt, s.Properties[key])
		}
	}
	if each, ok := s.Additional.(*strict.Schema); ok {
		for range rapid.IntRange(0, 2).Draw(rt, "entries") {
			out[rapid.SampledFrom(d.Names).Draw(rt, "name")] = d.value(rt, each)
		}
	}
	for _, pattern := range slices.Sorted(maps.Keys(s.PatternProperties)) {
		if rapid.Bool().Draw(rt, "often") {
			out["fields.x"] = d.value(rt, s.PatternProperties[pattern])
		}
	}
	if d.rarely(rt, 25) {
		out["zzz"] = rapid.SampledFrom(junk()).Draw(rt, "stray")
	}
	return out
}

// rarely is true once in n times or less: what rapid draws is mostly small.
func (d Drawer) rarely(rt *rapid.T, n int) bool { return rapid.IntRange(1, n).Draw(rt, "rarely") == n }

// junk is one of each sort.
func junk() []any {
	return []any{nil, "x", "", 5, 2.5, true, []any{}, []any{"x"}, []any{[]any{1}}, []any{nil}, map[string]any{}, map[string]any{"zzz": 1}, map[string]any{"value": 1}}
}
