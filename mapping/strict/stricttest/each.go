package stricttest

import (
	"maps"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/mapping/strict"
)

// Each yields, for each key that a schema has anywhere, a value of the whole with that key
// alone (and those that must be there): once holding each sort of thing, good or bad, and
// each of the texts.
func Each(root *strict.Schema, texts []string, yield func(value any)) {
	e := &walker{root: root, yield: yield, samples: junk()}
	for _, text := range texts {
		e.samples = append(e.samples, text)
	}
	e.walk(root, func(v any) any { return v })
}

type walker struct {
	root    *strict.Schema
	yield   func(any)
	samples []any
}

// walk visits what s describes; whole puts such a thing where it belongs.
func (w *walker) walk(s *strict.Schema, whole func(any) any) {
	s = resolve(w.root, s.Ref, s)
	for _, x := range s.AnyOf {
		w.walk(x, whole)
	}
	for _, x := range s.AllOf {
		w.walk(x.Then, whole)
	}
	if s.Items != nil {
		w.each(s.Items, func(v any) any { return whole([]any{v}) })
	}
	if s.AllOf != nil {
		return
	}
	for _, key := range slices.Sorted(maps.Keys(s.Properties)) {
		w.each(s.Properties[key], func(v any) any { return whole(w.with(s, key, v)) })
	}
	for range s.PatternProperties {
		w.each(s.PatternProperties[`^fields\..`], func(v any) any { return whole(w.with(s, "fields.x", v)) })
	}
	if each, ok := s.Additional.(*strict.Schema); ok {
		w.each(each, func(v any) any { return whole(map[string]any{"a": v}) })
		for _, key := range []string{"*", "keep", "from", "a@b.example"} {
			for _, v := range w.samples {
				w.yield(whole(map[string]any{key: v}))
			}
		}
	}
	if s.Properties != nil {
		w.yield(whole(w.with(s, "zzz", nil)))
	}
}

// each yields every sort of thing in the place of s, then goes into it.
func (w *walker) each(s *strict.Schema, whole func(any) any) {
	s = resolve(w.root, s.Ref, s)
	for _, v := range slices.Concat(w.samples, s.Enum) {
		w.yield(whole(v))
	}
	for _, x := range s.AnyOf {
		for _, v := range x.Enum {
			w.yield(whole(v))
		}
	}
	w.walk(s, whole)
}

// with is a map with a key, and with those that s wants.
func (w *walker) with(s *strict.Schema, key string, v any) map[string]any {
	out := map[string]any{}
	for name, p := range s.Properties {
		p = resolve(w.root, p.Ref, p)
		if slices.Contains(s.Required, name) || name == "connector" {
			out[name] = p.Const
			if p.Const == nil {
				out[name] = "x"
			}
		}
	}
	out[key] = v
	return out
}

// resolve follows a reference; without one it is s itself.
func resolve(root *strict.Schema, ref string, s *strict.Schema) *strict.Schema {
	if ref == "" {
		return s
	}
	parts := strings.Split(strings.TrimPrefix(ref, "#/$defs/"), "/")
	found := root.Defs[parts[0]]
	if len(parts) == 3 {
		found = found.Properties[parts[2]]
	}
	return found
}
