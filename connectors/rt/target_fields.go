package rt

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// fieldShape is the definition of a custom field. Only of those that are chosen from a
// list RT tells values (REST2/Resource/CustomField.pm).
type fieldShape struct {
	Type   text       `json:"Type"`
	Most   text       `json:"MaxValues"` // 0: any number
	Values list[text] `json:"Values"`
}

// definition looks at a custom field of a queue, once. One that the account may not see
// has none.
func (t *Target) definition(ctx context.Context, q *queueShape, name string) (*fieldShape, error) {
	i := slices.IndexFunc(q.TicketFields, func(f customField) bool { return f.Name == name })
	if i < 0 || q.TicketFields[i].ID == "" {
		return new(fieldShape), nil
	}
	id := string(q.TicketFields[i].ID)
	t.looking.Lock()
	defer t.looking.Unlock()
	if f := t.definitions[id]; f != nil {
		return f, nil
	}
	f := new(fieldShape)
	_, err := t.client.JSON(ctx, rest.Call{Path: "customfield/" + url.PathEscape(id)}, f)
	if err != nil && !isAbsent(err) && !hidden(err) {
		return nil, err
	}
	t.definitions[id] = f
	return f, nil
}

// hidden tells whether RT does not show something to the account.
func hidden(err error) bool {
	var e *rest.Error
	return errors.As(err, &e) && e.Status == http.StatusForbidden
}

// foreseeFields gives a ticket the values that RT would keep: texts; of a list that
// allows one the last; of a choice those that there are, as they are spelt there
// (RT/CustomField.pm, _CanonicalizeValueSelect).
func (t *Target) foreseeFields(ctx context.Context, q *queueShape, r, back *desk.Ticket) error {
	for name, v := range t.customFields(r, nil) {
		f, err := t.definition(ctx, q, name)
		if err != nil {
			return err
		}
		var values []any
		switch v := v.(type) {
		case nil:
		case []string:
			for _, one := range v {
				values = append(values, one)
			}
		default:
			values = []any{v}
		}
		values = f.kept(values)
		if len(values) == 1 {
			back.SetField(name, values[0])
		} else if len(values) > 1 {
			back.SetField(name, values)
		}
	}
	return nil
}

func (f *fieldShape) kept(values []any) (kept []any) {
	for _, v := range values {
		said, _ := v.(string)
		if f.Type == "Select" {
			i := slices.IndexFunc(f.Values, func(choice text) bool { return strings.EqualFold(string(choice), said) })
			if i < 0 {
				continue
			}
			said = string(f.Values[i])
		}
		if said != "" {
			kept = append(kept, said)
		}
	}
	if n := number(f.Most); n > 0 && len(kept) > n {
		kept = kept[len(kept)-n:]
	}
	return kept
}

// statuses are those that come back as they were written.
func (c *Config) statuses() (words []string) {
	for _, s := range desk.Statuses {
		if c.status(c.word(s)) == s {
			words = append(words, string(s))
		}
	}
	return words
}

// choices names, with the losses of statuses and custom fields, the values that would
// be taken.
func (t *Target) choices(ctx context.Context, q *queueShape, all []connectors.Loss) ([]connectors.Loss, error) {
	for i := range all {
		if all[i].Field == "status" {
			all[i].Takes = strings.Join(t.config.statuses(), "\n")
		}
		name, custom := strings.CutPrefix(all[i].Field, "fields.")
		if !custom {
			continue
		}
		f, err := t.definition(ctx, q, name)
		if err != nil {
			return nil, err
		}
		if f.Type == "Select" && all[i].Why == connectors.WhyValue {
			var takes []string
			for _, v := range f.Values {
				takes = append(takes, string(v))
			}
			all[i].Takes = strings.Join(takes, "\n")
		}
	}
	return all, nil
}

// Saves implements connectors.Savior: custom fields are written that the configuration
// names.
func (c *Config) Saves(kind desk.Kind, l connectors.Loss) (settings map[string]any, also string, ok bool) {
	name, custom := strings.CutPrefix(l.Field, "fields.")
	if f := strings.TrimPrefix(l.Field, "message."); kind == desk.KindMessage && c.preface() && (f == "at" || f == "from" || f == "author") {
		return nil, "it stands at the top of the message, as text (preface)", false
	}
	if kind != desk.KindTicket || !custom || l.Why != connectors.WhyNoRoom || strings.ContainsAny(name, "{}'\\") || slices.Contains(c.Fields, name) {
		return nil, "", false
	}
	all := []any{}
	for _, f := range append(slices.Clone(c.Fields), name) {
		all = append(all, f)
	}
	return map[string]any{"fields": all}, "make the custom field " + name + " in RT (Admin → Custom Fields → Create: Enter one value, applies to Tickets) and apply it to all queues", true
}
