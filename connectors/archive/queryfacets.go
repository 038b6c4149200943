package archive

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/archive/words"
	"github.com/deskhaul/deskhaul/desk"
)

// Count is one value and how many tickets have it.
type Count struct {
	Value string // an id, a word, a year; what Filter takes
	Label string // what people call it, where that differs; else Value
	Count int64
}

// Facets are the values among the tickets that pass a filter, each list with the
// most frequent first (years: the latest), at most 200 of each.
type Facets struct {
	Status, Category, Group, Assignee, Channel, Tag, Year, Source []Count
}

// Facets counts.
func (l *Library) Facets(ctx context.Context, f Filter) (facets Facets, err error) {
	v, err := l.look(ctx)
	if err != nil {
		return facets, err
	}
	defer func() { err = v.close(ctx, err) }()
	set, all, err := v.passing(ctx, f)
	if err != nil {
		return facets, fmt.Errorf("find tickets: %w", err)
	}
	if set.Empty() {
		return facets, nil
	}
	if all {
		set = nil // every cover with these keys is a ticket's
	}
	for _, k := range [...]struct {
		name byte
		list *[]Count
	}{
		{keyStatus, &facets.Status},
		{keyCategory, &facets.Category},
		{keyGroup, &facets.Group},
		{keyAssignee, &facets.Assignee},
		{keyChannel, &facets.Channel},
		{keyTag, &facets.Tag},
		{keyYear, &facets.Year},
		{keySource, &facets.Source},
	} {
		if *k.list, err = mostFrequent(ctx, v.words, k.name, set); err != nil {
			return facets, fmt.Errorf("count tickets: %w", err)
		}
	}
	slices.SortFunc(facets.Year, func(a, b Count) int { return strings.Compare(b.Value, a.Value) })
	return facets, v.name(ctx, &facets)
}

// mostFrequent counts the values of a key on covers, of those in set if it is not
// nil, the most frequent first.
func mostFrequent(ctx context.Context, s *words.Snapshot, name byte, set *words.Set) ([]Count, error) {
	var list []Count
	cut := func() {
		slices.SortFunc(list, func(a, b Count) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value))
		})
		list = list[:min(len(list), mostOptions)]
	}
	err := s.Count(ctx, name, set, func(value string, n int64) {
		if list = append(list, Count{Value: value, Label: value, Count: n}); len(list) >= 4*mostOptions {
			cut()
		}
	})
	cut()
	return list, err
}

// name puts names to ids and prefixes to the numbers of sources.
func (v *view) name(ctx context.Context, all *Facets) error {
	prefixes, err := v.library.prefixes(ctx)
	if err != nil {
		return err
	}
	for i := range all.Source {
		var n int
		if _, err := fmt.Sscan(all.Source[i].Value, &n); err != nil {
			return err
		}
		all.Source[i].Value, all.Source[i].Label = prefixes[n], prefixes[n]
	}
	return errors.Join(
		v.nameIDs(ctx, desk.KindCategory, all.Category),
		v.nameIDs(ctx, desk.KindGroup, all.Group),
		v.nameIDs(ctx, desk.KindAgent, all.Assignee))
}

func (v *view) nameIDs(ctx context.Context, kind desk.Kind, counts []Count) error {
	for i := range counts {
		label, err := v.label(ctx, kind, counts[i].Value)
		if err != nil {
			return err
		}
		if label.Name != "" {
			counts[i].Label = label.Name
		}
	}
	return nil
}
