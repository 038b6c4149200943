package freshdesk

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// customValues are custom fields as Freshdesk takes them. What has no field there,
// or does not fit in it, is left out and told.
func (t *Target) customValues(ctx context.Context, kind string, r desk.Record, names []string) (map[string]any, []connectors.Loss, error) {
	if len(names) == 0 {
		return nil, nil, nil
	}
	s, err := t.schema(ctx, kind)
	if err != nil {
		return nil, nil, err
	}
	values, losses := map[string]any{}, []connectors.Loss(nil)
	m := r.About()
	for _, name := range names {
		f, ok := s.custom(name)
		if !ok {
			losses = append(losses, connectors.Loss{Field: "fields." + name, Why: connectors.WhyNoField, Detail: fmt.Sprintf("%s %s: Freshdesk has no field %q; make it, or name one in the mapping", r.Kind(), m.ID, name)})
			continue
		}
		v, has := m.Fields[name]
		fits := true
		if has && v != nil {
			v, fits = f.fit(v)
		}
		if !fits {
			losses = append(losses, connectors.Loss{Field: "fields." + name, Why: connectors.WhyValue, Value: fmt.Sprint(m.Fields[name]), Takes: strings.Join(f.options, "\n"), Detail: fmt.Sprintf("%s %s: %.60q does not fit into the field %q (%s)", r.Kind(), m.ID, fmt.Sprint(m.Fields[name]), name, f.Type)})
			continue
		}
		if said := m.Fields[name]; !desk.SameValue(v, said) {
			losses = append(losses, connectors.Loss{Field: "fields." + name, Why: connectors.WhyNotTaken, Value: fmt.Sprint(said), Detail: fmt.Sprintf("%s %s: the field %q keeps %.60q as %.60q", r.Kind(), m.ID, name, fmt.Sprint(said), fmt.Sprint(v))})
		}
		values[name] = v
	}
	return values, losses, nil
}

// fit turns a value into what the field holds.
func (f fieldShape) fit(v any) (any, bool) {
	switch f.Type {
	case "custom_checkbox":
		if b, err := strconv.ParseBool(fmt.Sprint(v)); err == nil {
			return b, true
		}
		return nil, false
	case "custom_number":
		n, err := strconv.ParseFloat(fmt.Sprint(v), 64)
		return int64(n), err == nil && n == float64(int64(n))
	case "custom_decimal":
		n, err := strconv.ParseFloat(fmt.Sprint(v), 64)
		return n, err == nil
	case "custom_dropdown":
		for _, o := range f.options {
			if same(o, fmt.Sprint(v)) {
				return o, true
			}
		}
		return nil, false
	}
	switch v := v.(type) {
	case string:
		return v, true
	case bool, float64:
		return fmt.Sprint(v), true
	}
	return nil, false
}
