package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Of a source so many records of a kind are looked at, for fields and values that its schema
// does not tell. What has few values, each short, is taken for a choice among them.
const (
	sampled     = 200
	mostChoices = 12
	longestOf   = 40
)

// sample looks at the first records of a source.
func sample(ctx context.Context, source connectors.Source, reads connectors.Caps, s *connectors.Schema) error {
	for _, kind := range []desk.Kind{desk.KindTicket, desk.KindContact, desk.KindOrganization} {
		if !reads.Has(kind) || kind != desk.KindTicket && customFields(*s) > 0 {
			continue // a schema that lists fields lists them of all kinds, and a call costs time
		}
		seen, n := map[string]map[string]int{}, 0
		for item, err := range source.Read(ctx, kind, "") {
			if err != nil {
				return err
			}
			if item.Record == nil || item.Record.About().Deleted {
				continue
			}
			note(item.Record, seen)
			if n++; n == sampled {
				break
			}
		}
		learnt(kind, seen, n, s)
	}
	return nil
}

// note counts the values of a record's custom fields, and of a ticket's type and channel.
func note(r desk.Record, seen map[string]map[string]int) {
	count := func(name string, v any) {
		if seen[name] == nil {
			seen[name] = map[string]int{}
		}
		if text := fmt.Sprint(v); v != nil && text != "" {
			seen[name][text]++
		}
	}
	for name, v := range r.About().Fields {
		if list, is := v.([]any); is {
			for _, item := range list {
				count("fields."+name, item)
			}
			continue
		}
		count("fields."+name, v)
	}
	if t, ok := r.(*desk.Ticket); ok {
		count("type", t.Type)
		count("channel", t.Channel)
	}
}

// learnt adds to a schema what was seen, where it does not say so itself.
func learnt(kind desk.Kind, seen map[string]map[string]int, n int, s *connectors.Schema) {
	for _, name := range slices.Sorted(maps.Keys(seen)) {
		values := seen[name]
		if len(values) == 0 {
			continue
		}
		at := slices.IndexFunc(s.Fields, func(f connectors.Field) bool { return f.Kind == kind && f.Name == name })
		if at < 0 {
			s.Fields = append(s.Fields, connectors.Field{Kind: kind, Name: name})
			at = len(s.Fields) - 1
		}
		if f := &s.Fields[at]; len(f.Options) == 0 && few(values, n) {
			f.Options = slices.Sorted(maps.Keys(values))
		}
	}
}

// few tells whether values look like choices: few, short, and each used again.
func few(values map[string]int, n int) bool {
	for v := range values {
		if utf8.RuneCountInString(v) > longestOf {
			return false
		}
	}
	return len(values) <= mostChoices && len(values)*2 <= max(n, 2)
}
