package intercom

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// fieldOf is a custom field there: what it is called, what it takes.
type fieldOf struct {
	name, kind string
	options    []item // of a list; the id is what is written
}

// fieldsOf are the custom fields that records of a kind have there.
func (t *Target) fieldsOf(ctx context.Context, kind desk.Kind) (all []fieldOf, err error) {
	if kind == desk.KindTicket {
		of, err := t.ticketType(ctx)
		if err != nil {
			return nil, err
		}
		for _, f := range of.Attributes.Data {
			if !f.Archived && !f.Default && !strings.HasPrefix(f.Name, "_default_") && !slices.Contains([]string{t.config.mark(), t.config.Tags, t.config.Priority}, f.Name) {
				all = append(all, fieldOf{f.Name, f.Type, f.items()})
			}
		}
		return all, nil
	}
	attributes, err := t.dataAttributes(ctx, map[desk.Kind]string{desk.KindContact: modelContact, desk.KindOrganization: modelCompany}[kind])
	if err != nil {
		return nil, err
	}
	for _, f := range attributes {
		if f.Writable {
			all = append(all, fieldOf{f.Name, f.Type, f.items()})
		}
	}
	return all, nil
}

// items are the values of an attribute that takes some alone, as texts or as objects.
func (d dataAttribute) items() (all []item) {
	for _, o := range d.Options {
		switch o := o.(type) {
		case string:
			all = append(all, item{o, o})
		case map[string]any:
			if s, ok := o["value"].(string); ok {
				all = append(all, item{s, s})
			}
		}
	}
	return all
}

// customValues are custom fields as Intercom takes them. What has no field there, or does
// not fit in it, is left out and told.
func (t *Target) customValues(ctx context.Context, r desk.Record, names []string) (map[string]any, []connectors.Loss, error) {
	if len(names) == 0 {
		return nil, nil, nil
	}
	all, err := t.fieldsOf(ctx, r.Kind())
	if err != nil {
		return nil, nil, err
	}
	values, losses := map[string]any{}, []connectors.Loss(nil)
	m := r.About()
	lose := func(name string, why connectors.Why, takes, format string, args ...any) {
		l := connectors.Loss{Field: "fields." + name, Why: why, Takes: takes, Detail: fmt.Sprintf("%s %s: ", r.Kind(), m.ID) + fmt.Sprintf(format, args...)}
		if why != connectors.WhyNoField {
			l.Value = fmt.Sprint(m.Fields[name])
		}
		losses = append(losses, l)
	}
	for _, name := range names {
		i := slices.IndexFunc(all, func(f fieldOf) bool { return f.name == name })
		if i < 0 {
			lose(name, connectors.WhyNoField, "", "Intercom has no attribute %q; make it, or name one in the mapping", name)
			continue
		}
		said, has := m.Fields[name]
		if !has || said == nil {
			values[name] = nil
			continue
		}
		v, back, fits := all[i].fit(said)
		if !fits {
			lose(name, connectors.WhyValue, all[i].takes(), "%.60q does not fit into the attribute %q (%s)", fmt.Sprint(said), name, all[i].kind)
			continue
		}
		if !desk.SameValue(back, said) {
			lose(name, connectors.WhyNotTaken, "", "the attribute %q keeps %.60q as %.60q", name, fmt.Sprint(said), fmt.Sprint(back))
		}
		values[name] = v
	}
	return values, losses, nil
}

func (f fieldOf) takes() string {
	names := make([]string, len(f.options))
	for i, o := range f.options {
		names[i] = o.name
	}
	return strings.Join(names, "\n")
}

// fit turns a value into what the field holds, and into what comes back of it.
func (f fieldOf) fit(v any) (in, back any, ok bool) {
	if len(f.options) > 0 {
		for _, o := range f.options {
			if desk.Normal(o.name) == desk.Normal(fmt.Sprint(v)) {
				return o.id, o.name, true
			}
		}
		return nil, nil, false
	}
	switch f.kind {
	case "boolean":
		b, err := strconv.ParseBool(fmt.Sprint(v))
		return b, b, err == nil
	case "integer":
		n, err := strconv.ParseFloat(fmt.Sprint(v), 64)
		return int64(n), n, err == nil && n == math.Trunc(n) && math.Abs(n) < 1<<53
	case "float", "decimal":
		n, err := strconv.ParseFloat(fmt.Sprint(v), 64)
		return n, n, err == nil
	case "date", "datetime":
		at, err := time.Parse(time.RFC3339, fmt.Sprint(v))
		return at.Unix(), float64(at.Unix()), err == nil
	case "files", "list":
		return nil, nil, false
	}
	switch v := v.(type) {
	case string:
		return v, v, true
	case bool, float64:
		return fmt.Sprint(v), fmt.Sprint(v), true
	}
	return nil, nil, false
}
