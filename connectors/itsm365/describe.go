package itsm365

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// described is a schema in the making.
type described struct {
	connectors.Schema
	meta   *metadata
	sample []row // some tickets
}

func (d *described) note(level, format string, args ...any) {
	d.Notes = append(d.Notes, connectors.Note{Level: level, Text: fmt.Sprintf(format, args...)})
}

// describe looks at what the installation has, and compares it with the configuration.
func (a *api) describe(ctx context.Context) (*described, error) {
	d := &described{Schema: connectors.Schema{Title: "Naumen Service Desk " + a.host}}
	k := a.config.kind(desk.KindTicket)
	var err error
	if d.sample, err = a.find(ctx, k.Class, nil, nil, 0, sureRows); errors.Is(err, connectors.ErrRefused) || errors.Is(err, connectors.ErrNotFound) {
		return d, fmt.Errorf("tickets: the installation has no class %q, or the key's user does not see it: %w: %w", k.Class, err, connectors.ErrDenied)
	}
	if err != nil {
		return d, err
	}
	if d.meta, err = a.metadata(ctx); err != nil {
		return d, err
	}
	if !d.meta.told {
		d.note("info", "The key may not read the installation's metadata (smpsync/metainfo): attributes and states are those that some objects show, and there may be others.")
	}
	a.compare(d)
	a.compareStates(d)
	a.fields(d)
	a.times(d)
	return d, a.tryGet(ctx, d)
}

// compare looks whether the attributes are there that the configuration names.
func (a *api) compare(d *described) {
	for _, section := range slices.Sorted(maps.Keys(usual)) {
		k, said := a.config.of(section), a.config.sections()[section]
		has := d.meta.of(k.Class)
		if _, known := d.meta.classes[k.Class]; !known {
			d.note("error", "%s: the installation has no class %q, or the key's user does not see it.", section, k.Class)
			continue
		}
		if has == nil {
			continue // nobody is there to look at
		}
		for _, name := range slices.Sorted(maps.Keys(k.Attributes)) {
			if code := k.code(name); code != "" && !isThere(d, k, code) {
				level := "warning"
				if said.Attributes[name] != "" {
					level = "error"
				}
				d.note(level, "%s: attributes: %s: %s has no attribute %q%s.", section, name, k.Class, code, hint(code, has))
			}
		}
		for _, name := range slices.Sorted(maps.Keys(k.Fields)) {
			if code := k.Fields[name]; !isThere(d, k, code) {
				d.note("error", "%s: fields: %s: %s has no attribute %q%s.", section, name, k.Class, code, hint(code, has))
			}
		}
		for _, code := range slices.Sorted(maps.Keys(said.Where)) {
			if !isThere(d, k, code) {
				d.note("error", "%s: where: %s has no attribute %q%s.", section, k.Class, code, hint(code, has))
			}
		}
	}
}

// isThere tells whether a class has an attribute, or one of its types.
func isThere(d *described, k Class, code string) bool {
	for fqn := range d.meta.classes {
		if fqn == k.Class || classOf(fqn) == k.Class || fqn == classOf(k.Class) {
			if _, ok := d.meta.classes[fqn].attributes[code]; ok {
				return true
			}
		}
	}
	return false
}

func hint(code string, has map[string]attribute) string {
	if near := nearest(code, has); near != "" {
		return fmt.Sprintf(" – is it %q (%s)?", near, has[near].title)
	}
	return ""
}

// compareStates tells which states are not understood.
func (a *api) compareStates(d *described) {
	f := connectors.Field{Kind: desk.KindTicket, Name: "fields." + a.config.kind(desk.KindTicket).code("status"), Title: "Статус", Type: "option", Means: map[string]string{}, Sure: 1}
	for _, st := range d.meta.states {
		f.Options = append(f.Options, st.code)
		to, known := a.config.stateMeans(st)
		if known {
			f.Means[st.code] = string(to)
			continue
		}
		d.note("warning", "The state %q (%s) is read as %s, for want of a better guess: say in statuses what it stands for.", st.code, st.title, to)
	}
	for _, code := range slices.Sorted(maps.Keys(a.config.Statuses)) {
		if len(d.meta.states) > 0 && d.meta.told && !slices.ContainsFunc(d.meta.states, func(st titled) bool { return same(st.code, code) }) {
			d.note("error", "statuses: the installation has no state %q.", code)
		}
	}
	d.Fields = append(d.Fields, f)
}

// fields tells the attributes of tickets that are fields of ours.
func (a *api) fields(d *described) {
	k := a.config.kind(desk.KindTicket)
	named := append(k.codes(), own...)
	names := map[string]string{}
	for name, code := range k.Fields {
		names[code] = name
	}
	for fqn, c := range d.meta.classes {
		if classOf(fqn) != classOf(k.Class) {
			continue
		}
		for code, at := range c.attributes {
			if name, mapped := names[code]; mapped || !slices.Contains(named, code) && code != a.config.Mark {
				f := connectors.Field{Kind: desk.KindTicket, Name: "fields." + cmp.Or(name, code), Title: at.title, Source: code, Type: typeOf(at.sort), Required: at.required, Sure: 1}
				if !slices.ContainsFunc(d.Fields, func(had connectors.Field) bool { return had.Name == f.Name }) {
					d.Fields = append(d.Fields, f)
				}
			}
		}
	}
	slices.SortFunc(d.Fields, func(a, b connectors.Field) int { return strings.Compare(a.Name, b.Name) })
}

// typeOf is our word for a sort of attribute.
func typeOf(sort string) string {
	lower := strings.ToLower(sort)
	switch {
	case strings.Contains(lower, "date"):
		return "time"
	case strings.Contains(lower, "bool"):
		return "bool"
	case strings.Contains(lower, "int"), strings.Contains(lower, "double"), strings.Contains(lower, "decimal"):
		return "number"
	case strings.Contains(lower, "catalog"), strings.Contains(lower, "object"):
		return "option"
	}
	return "text"
}

// times tells in which zone dates are taken to be, and whether that cannot be.
func (a *api) times(d *described) {
	k := a.config.kind(desk.KindTicket)
	code := cmp.Or(k.code("updated"), k.code("created"))
	var last time.Time
	for _, r := range d.sample {
		at := a.time(r[code])
		if at.IsZero() && r.text(code) != "" {
			d.note("error", "dates: %q is no date that is written as %s.", r.text(code), cmp.Or(a.config.Dates, "yyyy.MM.dd HH:mm:ss"))
			return
		}
		if at.After(last) {
			last = at
		}
	}
	if now := a.client.Now(); last.Sub(now) > 5*time.Minute {
		d.note("error", "zone: a ticket was last changed at %s, which is later than it is by the server's clock (%s): %s is not its zone.", last.UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339), a.config.zone())
		return
	}
	d.note("info", "Dates are taken to be in the zone %s (zone): none of them says its own.", a.config.zone())
}

// tryGet looks whether single objects can be read: one client found that its key could list
// tickets and read none of them.
func (a *api) tryGet(ctx context.Context, d *described) error {
	if len(d.sample) == 0 {
		return nil
	}
	_, err := a.get(ctx, d.sample[0].id())
	if errors.Is(err, connectors.ErrNotFound) {
		d.note("error", "The key may list tickets, and get says that %s is not there: give its user the right to read single objects.", d.sample[0].id())
		return nil
	}
	return err
}
