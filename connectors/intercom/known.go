package intercom

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// The models that have attributes of their own.
const (
	modelContact = "contact"
	modelCompany = "company"
)

// dataAttributes are the attributes of contacts or companies, asked for once.
func (a *api) dataAttributes(ctx context.Context, model string) ([]dataAttribute, error) {
	if err := a.turn(ctx); err != nil {
		return nil, err
	}
	defer a.giveTurn()
	if all, ok := a.custom[model]; ok {
		return all, nil
	}
	var l list[dataAttribute]
	if err := a.get(ctx, "data_attributes", url.Values{"model": {model}}, &l); err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(l.rows(), func(d dataAttribute) bool { return !d.Custom || d.Archived })
	if a.custom == nil {
		a.custom = map[string][]dataAttribute{}
	}
	a.custom[model] = all
	return all, nil
}

// ticketTypes are the types of tickets, asked for once, by their ids.
func (a *api) ticketTypes(ctx context.Context) (map[string]ticketTypeShape, error) {
	if err := a.turn(ctx); err != nil {
		return nil, err
	}
	defer a.giveTurn()
	if a.types != nil {
		return a.types, nil
	}
	var l list[ticketTypeShape]
	if err := a.get(ctx, "ticket_types", nil, &l); err != nil {
		return nil, err
	}
	types := map[string]ticketTypeShape{}
	for _, t := range l.rows() {
		types[string(t.ID)] = t
	}
	a.types = types
	return types, nil
}

// ticketType is the type that tickets are written as. Its errors say what is to be done.
func (a *api) ticketType(ctx context.Context) (ticketTypeShape, error) {
	types, err := a.ticketTypes(ctx)
	if err != nil {
		return ticketTypeShape{}, err
	}
	t, ok := types[a.config.TicketType]
	switch {
	case !ok || t.Archived:
		var there []string
		for _, id := range slices.Sorted(maps.Keys(types)) {
			there = append(there, fmt.Sprintf("%s (%s, %s)", id, types[id].Name, types[id].Category))
		}
		return t, denied("ticket_type: the workspace has no ticket type %q; it has %s", a.config.TicketType, strings.Join(there, ", "))
	case t.Category != "Customer":
		return t, denied("ticket_type: %q is of the category %s, on which customers cannot reply: name one of the category Customer", t.Name, t.Category)
	}
	for _, of := range [][2]string{{"mark_attribute", a.config.mark()}, {"tags_attribute", a.config.Tags}, {"priority_attribute", a.config.Priority}} {
		if f, ok := t.attribute(of[1]); of[1] != "" && (!ok || f.Type != "string") {
			return t, denied("%s: the ticket type %q has no attribute %q of the type Text: make it there (Settings, Tickets), hidden from customers", of[0], t.Name, of[1])
		}
	}
	return t, nil
}

// attribute is the attribute of a name.
func (t ticketTypeShape) attribute(name string) (attributeShape, bool) {
	i := slices.IndexFunc(t.Attributes.Data, func(f attributeShape) bool { return f.Name == name && !f.Archived })
	if i < 0 {
		return attributeShape{}, false
	}
	return t.Attributes.Data[i], true
}

// item is one of the values of a list.
type item struct{ id, name string }

// items are the values of a list attribute. Under which key its options have them no source
// tells: what has an id and a name is one.
func (f attributeShape) items() (all []item) {
	options, _ := f.Input.(map[string]any)
	for _, v := range options {
		list, _ := v.([]any)
		for _, one := range list {
			m, _ := one.(map[string]any)
			it := item{}
			for _, key := range []string{"name", "label", "value"} {
				if s, ok := m[key].(string); ok && it.name == "" {
					it.name = s
				}
			}
			if id, err := json.Marshal(m["id"]); err == nil {
				var w word
				_ = w.UnmarshalJSON(id) // what is no id is none
				it.id = string(w)
			}
			if it.id != "" && it.name != "" {
				all = append(all, it)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b item) int { return slices.Compare([]string{a.name}, []string{b.name}) })
	return all
}

// label is a value as people know it: of a list the name of the item.
func (f attributeShape) label(v any) any {
	if f.Type != "list" {
		return v
	}
	for _, it := range f.items() {
		if it.id == fmt.Sprint(v) {
			return it.name
		}
	}
	return v
}

// state is the state of a type that a status becomes; "" if it has none of the category.
func (a *api) state(ctx context.Context, t ticketTypeShape, s desk.Status) (string, error) {
	category := stateCategory(s)
	states := t.States.Data
	if len(states) == 0 { // some answers leave them out
		all, err := a.ticketStates(ctx)
		if err != nil {
			return "", err
		}
		for _, one := range all {
			if len(one.Types.Data) == 0 || slices.ContainsFunc(one.Types.Data, func(of ticketTypeShape) bool { return of.ID == t.ID }) {
				states = append(states, one)
			}
		}
	}
	for _, one := range states {
		if one.Category == category && !one.Archived {
			return string(one.ID), nil
		}
	}
	return "", connectors.Refuse(connectors.ReasonRefused, "add one there (Settings, Tickets, States)", "the ticket type %q has no state of the category %s", t.Name, category)
}

func (a *api) ticketStates(ctx context.Context) ([]stateShape, error) {
	if err := a.turn(ctx); err != nil {
		return nil, err
	}
	defer a.giveTurn()
	if a.states == nil {
		var l list[stateShape]
		if err := a.get(ctx, "ticket_states", nil, &l); err != nil {
			return nil, err
		}
		a.states = l.rows()
	}
	return a.states, nil
}

// stateCategory is the category of states that a status becomes.
func stateCategory(s desk.Status) string {
	switch s {
	case desk.StatusNew:
		return "submitted"
	case desk.StatusPending:
		return "waiting_on_customer"
	case desk.StatusSolved, desk.StatusClosed:
		return "resolved"
	case desk.StatusOpen:
	}
	return "in_progress"
}
