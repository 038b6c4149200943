package freshdesk

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/deskhaul/deskhaul/desk"
)

// The kinds of fields, by the paths that list them.
const (
	ticketFields  = "ticket_fields"
	contactFields = "contact_fields"
	companyFields = "company_fields"
)

// schema is what fields there are of one kind.
type schema struct {
	fields   []fieldShape
	statuses map[int64]string
	sources  map[int64]string
	types    []string
}

type fieldShape struct {
	Name     string          `json:"name"`
	Label    string          `json:"label"`
	Type     string          `json:"type"`
	Default  bool            `json:"default"`
	Required bool            `json:"required_for_agents"`
	Closing  bool            `json:"required_for_closure"`
	Choices  json.RawMessage `json:"choices"`

	options []string
}

// custom is the custom field of that name.
func (s schema) custom(name string) (fieldShape, bool) {
	i := slices.IndexFunc(s.fields, func(f fieldShape) bool { return f.Name == name && !f.Default })
	if i < 0 {
		return fieldShape{}, false
	}
	return s.fields[i], true
}

// schema asks for the fields of a kind, once.
func (a *api) schema(ctx context.Context, kind string) (schema, error) {
	if err := a.turn(ctx); err != nil {
		return schema{}, err
	}
	defer a.giveTurn()
	if s, ok := a.known[kind]; ok {
		return s, nil
	}
	s := schema{}
	for f, err := range pages[fieldShape](ctx, a, kind, nil) {
		if err != nil {
			return s, err
		}
		if err := s.take(f); err != nil {
			return s, fmt.Errorf("%s: field %q: %w", kind, f.Name, err)
		}
	}
	a.known[kind] = s
	return s, nil
}

// take reads a field's choices. They come in three shapes: labels; numbers by
// labels; labels (the agents' and the portal's) by numbers.
func (s *schema) take(f fieldShape) (err error) {
	switch f.Type {
	case "default_status":
		s.statuses, err = statusesOf(f.Choices)
		f.options = labels(s.statuses)
	case "default_source":
		var numbers map[string]int64
		if err = json.Unmarshal(f.Choices, &numbers); err == nil {
			s.sources = map[int64]string{}
			for label, n := range numbers {
				s.sources[n] = label
			}
			f.options = labels(s.sources)
		}
	case "default_ticket_type", "custom_dropdown":
		if len(f.Choices) > 0 {
			err = json.Unmarshal(f.Choices, &f.options)
		}
		if f.Type == "default_ticket_type" {
			s.types = f.options
		}
	}
	s.fields = append(s.fields, f)
	return err
}

func statusesOf(raw json.RawMessage) (map[int64]string, error) {
	var byNumber map[string][]string
	if err := json.Unmarshal(raw, &byNumber); err != nil {
		return nil, err
	}
	out := map[int64]string{}
	for number, names := range byNumber {
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil || len(names) == 0 {
			return nil, fmt.Errorf("status %q has no number and label", number)
		}
		out[n] = names[0]
	}
	return out, nil
}

func labels(by map[int64]string) (out []string) {
	for _, n := range slices.Sorted(maps.Keys(by)) {
		out = append(out, by[n])
	}
	return out
}

// same compares labels as people write them.
func same(a, b string) bool { return desk.Normal(a) == desk.Normal(b) }
