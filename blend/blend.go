// Package blend tells what comes together when several sources become one target: shelves
// and people of one name, tickets of one number, tags and fields that both have, and whose
// tickets each team will see.
package blend

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/unions"
)

// Counter gathers what comes together. It is for one goroutine, and holds a file until it is closed.
type Counter struct {
	set     *unions.Set
	sources map[string]bool
	names   map[desk.Ref]string // of groups and categories
	shelves map[shelf]map[string]int64
	tags    map[string]map[string]int64
	fields  map[string]map[string]string // by kind and name: each source's type
	more    bool                         // there is too much of something: not all is told
}

type shelf struct {
	kind desk.Kind
	name string
}

// mostWords bounds how many shelves, tags and fields are told apart.
const mostWords = 20_000

// New begins with nothing; temp is a folder for what is soon gone.
func New(ctx context.Context, temp string) (*Counter, error) {
	set, err := unions.New(ctx, temp)
	if err != nil {
		return nil, err
	}
	return &Counter{
		set: set, sources: map[string]bool{}, names: map[desk.Ref]string{}, shelves: map[shelf]map[string]int64{},
		tags: map[string]map[string]int64{}, fields: map[string]map[string]string{},
	}, nil
}

// Close forgets all.
func (c *Counter) Close() error { return c.set.Close() }

// idBreak parts the source, kind and id of what is in the set.
const idBreak = "\x00"

// Saw takes a record as it would be written. Shelves come before the tickets on them.
func (c *Counter) Saw(ctx context.Context, source string, r desk.Record) error {
	c.sources[source] = true
	var word string
	switch r := r.(type) {
	case *desk.Ticket:
		word = r.Number
		c.ticket(source, r)
	case *desk.Group:
		c.name(r, r.Name)
		word = desk.Normal(r.Name)
	case *desk.Category:
		word = c.path(r)
		c.name(r, word)
	case *desk.Contact:
		return nil // who is one person is told elsewhere
	default:
		word = desk.Natural(r)
	}
	c.custom(source, r)
	if word == "" {
		return nil
	}
	kind := string(r.Kind())
	return c.set.Add(ctx, source+idBreak+kind+idBreak+string(r.About().ID)+idBreak+nameOf(r), 0, []string{kind + " " + desk.Normal(word)})
}

// nameOf is what people call it.
func nameOf(r desk.Record) string {
	switch r := r.(type) {
	case *desk.Ticket:
		return r.Number
	case *desk.Group:
		return r.Name
	case *desk.Category:
		return r.Name
	case *desk.Organization:
		return r.Name
	case *desk.Agent:
		return r.Email
	}
	return ""
}

func (c *Counter) name(r desk.Record, name string) {
	if len(c.names) < mostWords {
		c.names[desk.To(r.Kind(), r.About().ID)] = name
	}
}

// path is a category's name below those around it.
func (c *Counter) path(r *desk.Category) string {
	if above := c.names[desk.To(desk.KindCategory, r.Parent.ID)]; r.Parent.ID != "" && above != "" {
		return above + " / " + r.Name
	}
	return r.Name
}

func (c *Counter) ticket(source string, t *desk.Ticket) {
	for _, ref := range []desk.Ref{t.Group, t.Category} {
		if name := c.names[desk.To(ref.Kind, ref.ID)]; name != "" {
			count(c, c.shelves, shelf{ref.Kind, name}, source)
		}
	}
	for _, tag := range t.Tags {
		count(c, c.tags, desk.Normal(tag), source)
	}
}

func count[K comparable](c *Counter, in map[K]map[string]int64, key K, source string) {
	of := in[key]
	if of == nil {
		if len(in) >= mostWords {
			c.more = true
			return
		}
		of = map[string]int64{}
		in[key] = of
	}
	of[source]++
}

// custom notes of what type a source's custom fields are.
func (c *Counter) custom(source string, r desk.Record) {
	for name, v := range r.About().Fields {
		key := string(r.Kind()) + idBreak + name
		is := typeOf(v)
		of := c.fields[key]
		switch {
		case is == "":
			continue
		case of == nil && len(c.fields) >= mostWords:
			c.more = true
			continue
		case of == nil:
			of = map[string]string{}
			c.fields[key] = of
		}
		if was := of[source]; was != "" && !slices.Contains(strings.Split(was, " or "), is) {
			is = was + " or " + is
		} else if was != "" {
			is = was
		}
		of[source] = is
	}
}

func typeOf(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		if v == "" {
			return ""
		}
		return "text"
	case bool:
		return "yes/no"
	case float64, int, int64:
		return "number"
	case []any, []string:
		return "list"
	}
	return fmt.Sprintf("%T", v)
}

// in lists the sources that have something.
func in[V any](of map[string]V) []string { return slices.Sorted(maps.Keys(of)) }
