package blend

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// Result is what comes together.
type Result struct {
	Sources []string `json:"sources"`
	// People are the contacts who are one person; nil nobody is looked for.
	People *People `json:"people,omitempty"`
	// Same are the shelves, agents and organisations that several sources have under one
	// name, or address, and that are one at the target; and the tickets of one number, which
	// stay two.
	Same map[desk.Kind]Same `json:"same"`
	// Shelves are groups and categories, with the tickets of each source on them.
	Shelves []Shelf `json:"shelves,omitempty"`
	Tags    []Word  `json:"tags,omitempty"`   // that several have
	Fields  []Field `json:"fields,omitempty"` // likewise
	More    bool    `json:"more,omitempty"`   // there was too much to tell all of it
}

// People are contacts who are one person.
type People struct {
	Contacts  int64    `json:"contacts"`  // who are not alone
	Persons   int64    `json:"persons"`   // whom they are
	Differing int64    `json:"differing"` // of whom they say something differently
	First     []Person `json:"first,omitempty"`
}

// Person is one person who is several contacts.
type Person struct {
	ID          desk.ID   `json:"id"` // of the contact that stands for all
	Name        string    `json:"name"`
	Of          []desk.ID `json:"of"`
	By          []string  `json:"by"`                    // what they share
	Differences []string  `json:"differences,omitempty"` // one sentence each
}

// Same is what has one name in several sources.
type Same struct {
	Count int64    `json:"count"`
	First []Shared `json:"first"`
}

// Shared is one name, and what has it.
type Shared struct {
	Name string    `json:"name"`
	Of   []desk.ID `json:"of"`
}

// Shelf is a group or category, and how many tickets of each source are on it.
type Shelf struct {
	Kind    desk.Kind        `json:"kind"`
	Name    string           `json:"name"`
	Tickets map[string]int64 `json:"tickets"`
}

// Word is a tag, and how many tickets of each source have it.
type Word struct {
	Name    string           `json:"name"`
	Tickets map[string]int64 `json:"tickets"`
}

// Field is a custom field, and of what type it is in each source.
type Field struct {
	Kind  desk.Kind         `json:"kind"`
	Name  string            `json:"name"`
	Types map[string]string `json:"types"`
}

// mostFirst is how many of each are listed.
const mostFirst = 100

// Result is what came together, once all was seen; nil if only one source had anything.
func (c *Counter) Result(ctx context.Context) (*Result, error) {
	if len(c.sources) < 2 {
		return nil, nil
	}
	r := &Result{Sources: in(c.sources), Same: map[desk.Kind]Same{}, More: c.more}
	if err := c.same(ctx, r); err != nil {
		return nil, err
	}
	for _, key := range slices.SortedFunc(maps.Keys(c.shelves), func(a, b shelf) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.name, b.name))
	}) {
		r.Shelves = append(r.Shelves, Shelf{key.kind, key.name, c.shelves[key]})
	}
	for _, tag := range slices.Sorted(maps.Keys(c.tags)) {
		if len(c.tags[tag]) > 1 {
			r.Tags = append(r.Tags, Word{tag, c.tags[tag]})
		}
	}
	for _, key := range slices.Sorted(maps.Keys(c.fields)) {
		if kind, name, _ := strings.Cut(key, idBreak); len(c.fields[key]) > 1 {
			r.Fields = append(r.Fields, Field{desk.Kind(kind), name, c.fields[key]})
		}
	}
	return r, nil
}

// same finds what has one name in several sources.
func (c *Counter) same(ctx context.Context, r *Result) error {
	if err := c.set.Done(); err != nil {
		return err
	}
	for first, err := range c.set.Groups(ctx) {
		if err != nil {
			return err
		}
		all, err := c.set.Together(ctx, first)
		if err != nil {
			return err
		}
		froms, shared := map[string]bool{}, Shared{}
		var kind desk.Kind
		for _, one := range all {
			parts := strings.SplitN(one, idBreak, 4)
			froms[parts[0]], kind, shared.Name = true, desk.Kind(parts[1]), parts[3]
			shared.Of = append(shared.Of, desk.ID(parts[2]))
		}
		if len(froms) < 2 {
			continue
		}
		s := r.Same[kind]
		if s.Count++; len(s.First) < mostFirst {
			s.First = append(s.First, shared)
		}
		r.Same[kind] = s
	}
	return nil
}
