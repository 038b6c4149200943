package zendesk

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// systemFields are the types of ticket fields that are the ticket itself. Two of
// them (type and priority) can be removed, so that "removable" does not tell.
var systemFields = []string{"subject", "description", "status", "custom_status", "tickettype", "priority", "basic_priority", "group", "assignee"}

// fieldSet are the custom fields of one kind, by the names that people see.
type fieldSet struct {
	kind   desk.Kind
	all    []fieldShape
	titles map[string]int // title or key in small letters → index
}

// newFieldSet gives every field a name of its own: its title, with its number or key
// where several have one title.
func newFieldSet(kind desk.Kind, all []fieldShape) *fieldSet {
	s := &fieldSet{kind: kind, titles: map[string]int{}}
	for _, f := range all {
		if kind == desk.KindTicket && slices.Contains(systemFields, f.Type) {
			continue
		}
		if _, taken := s.titles[desk.Normal(f.Title)]; taken {
			f.Title = fmt.Sprintf("%s (%s)", f.Title, f.key())
		}
		s.all = append(s.all, f)
		s.titles[desk.Normal(f.Title)] = len(s.all) - 1
	}
	for i, f := range s.all {
		if _, taken := s.titles[desk.Normal(f.key())]; !taken {
			s.titles[desk.Normal(f.key())] = i
		}
	}
	return s
}

// key is what the field is called in records: its number on tickets, its key on
// people.
func (f *fieldShape) key() string {
	if f.Key != "" {
		return f.Key
	}
	return strconv.FormatInt(f.ID, 10)
}

// named finds a field by title or key, however it is spelt.
func (s *fieldSet) named(name string) *fieldShape {
	if i, ok := s.titles[desk.Normal(name)]; ok {
		return &s.all[i]
	}
	return nil
}

func (s *fieldSet) keyed(key string) *fieldShape {
	for i := range s.all {
		if s.all[i].key() == key || strconv.FormatInt(s.all[i].ID, 10) == key {
			return &s.all[i]
		}
	}
	return nil
}

// read puts the value of a field into a record. Values of unknown fields are kept
// under their keys; a box that is not ticked says nothing, for it is so on every
// record.
func (s *fieldSet) read(m *desk.Meta, key string, v any) {
	f := s.keyed(key)
	if f == nil {
		if v != nil && v != "" && v != false {
			m.SetField(key, v)
		}
		return
	}
	if v = f.read(v); v != nil {
		m.SetField(f.Title, v)
	}
}

// read turns a value into what people see: labels for the tags of options, numbers
// for texts that are numbers.
func (f *fieldShape) read(v any) any {
	switch x := v.(type) {
	case bool:
		if !x {
			return nil
		}
	case string:
		if x == "" {
			return nil
		}
		if f.Type == "decimal" || f.Type == "integer" {
			if n, err := strconv.ParseFloat(x, 64); err == nil {
				return n
			}
		}
		return f.label(x)
	case []any:
		if len(x) == 0 {
			return nil
		}
		out := make([]any, len(x))
		for i, item := range x {
			out[i] = item
			if s, is := item.(string); is {
				out[i] = f.label(s)
			}
		}
		return out
	}
	return v
}

func (f *fieldShape) label(tag string) string {
	for _, o := range f.Options {
		if o.Value == tag {
			return o.Name
		}
	}
	return tag
}

// write turns what people see into what the field takes; it says what is lost.
func (f *fieldShape) write(v any) (value any, lost string) {
	if list, is := v.([]any); is {
		return f.writeList(list)
	}
	switch f.Type {
	case "checkbox":
		b, is := v.(bool)
		if !is {
			b = slices.Contains([]string{"true", "yes", "1", "on"}, strings.ToLower(fmt.Sprint(v)))
		}
		return b, ""
	case "tagger", "dropdown", "multiselect":
		tag, missing := f.tag(fmt.Sprint(v))
		switch {
		case missing != "":
			return nil, missing
		case f.Type == "multiselect":
			return []any{tag}, ""
		}
		return tag, ""
	}
	switch x := v.(type) {
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64), ""
	case nil:
		return nil, ""
	case map[string]any:
		return fmt.Sprint(x), ""
	}
	return fmt.Sprint(v), ""
}

func (f *fieldShape) writeList(list []any) (value any, lost string) {
	if f.Type != "multiselect" {
		return plain(list), ""
	}
	var tags []any
	var unknown []string
	for _, item := range list {
		tag, missing := f.tag(fmt.Sprint(item))
		if missing != "" {
			unknown = append(unknown, missing)
			continue
		}
		tags = append(tags, tag)
	}
	return tags, strings.Join(unknown, "; ")
}

func plain(list []any) string {
	parts := make([]string, len(list))
	for i, v := range list {
		parts[i] = fmt.Sprint(v)
	}
	return strings.Join(parts, ", ")
}

// choices are the options as people see them.
func (f *fieldShape) choices() (names []string) {
	for _, o := range f.Options {
		names = append(names, o.Name)
	}
	return names
}

// tag is the option of a label or tag.
func (f *fieldShape) tag(label string) (tag, missing string) {
	for _, o := range f.Options {
		if desk.Normal(o.Name) == desk.Normal(label) || o.Value == label {
			return o.Value, ""
		}
	}
	return "", fmt.Sprintf("the field %q has no option %q", f.Title, label)
}
