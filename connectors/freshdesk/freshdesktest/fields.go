package freshdesktest

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// fields answers with what fields there are. Their choices come in three shapes:
// labels, numbers by labels, and labels by numbers.
func (x *exchange) fields(kind string) {
	if x.r.Method != http.MethodGet {
		x.notAllowed()
		return
	}
	a := &x.s.account
	var rows []row
	add := func(name, label, sort string, choices any) {
		r := row{
			"id": 80000554368 + int64(len(rows)), "name": name, "label": label, "description": label, "position": len(rows) + 1, "type": sort,
			"default": !strings.HasPrefix(sort, "custom_"), "customers_can_edit": true, "label_for_customers": label, "required_for_customers": false,
			"displayed_to_customers": true, "required_for_agents": false, "required_for_closure": false, "created_at": stamp(x.s.now()), "updated_at": stamp(x.s.now()),
		}
		if choices != nil {
			r["choices"] = choices
		}
		rows = append(rows, r)
	}
	if kind == "ticket_fields" {
		add("requester", "Search a requester", "default_requester", nil)
		add("subject", "Subject", "default_subject", nil)
		add("ticket_type", "Type", "default_ticket_type", a.types)
		add("source", "Source", "default_source", row{"Email": 1, "Portal": 2, "Phone": 3, "Forum": 4, "Twitter": 5, "Facebook": 6, "Chat": 7, "MobiHelp": 8, "Feedback Widget": 9, "Outbound Email": 10, "Ecommerce": 11, "Bot": 12})
		statuses := row{}
		for _, s := range a.statuses {
			statuses[strconv.FormatInt(s.ID, 10)] = []string{s.Label, "The portal says " + s.Label}
		}
		add("status", "Status", "default_status", statuses)
		add("priority", "Priority", "default_priority", row{"Low": 1, "Medium": 2, "High": 3, "Urgent": 4})
		groups, agents := row{}, row{}
		for _, g := range a.groups {
			groups[g.name] = g.id
		}
		for _, p := range a.agents {
			agents[p.name] = p.id
		}
		add("group", "Group", "default_group", groups)
		add("agent", "Agent", "default_agent", agents)
		add("description", "Description", "default_description", nil)
	}
	for _, f := range a.custom[kind] {
		var choices any
		if f.Choices != nil {
			choices = f.Choices
		}
		add(f.Name, f.Label, f.Type, choices)
		rows[len(rows)-1]["required_for_agents"], rows[len(rows)-1]["required_for_closure"] = f.Required, f.ForClosure
	}
	x.list(rows, 0)
}

// custom checks custom fields and puts them into have. Values of a form are texts
// and are taken for what the field holds.
func (x *exchange) custom(kind string, have row) (bad []mistake) {
	in, _ := x.in["custom_fields"].(map[string]any)
	for name, v := range in {
		f, ok := find(x.s.account.custom[kind], func(f Field) bool { return f.Name == name })
		if !ok {
			bad = append(bad, mistake{Field: name, Message: "Unexpected/invalid field in request", Code: "invalid_field"})
			continue
		}
		v, fits := x.cast(f, v)
		if !fits {
			bad = append(bad, mistake{Field: name, Message: fmt.Sprintf("Value set is of type %T. It should be a/an %s", v, f.Type), Code: "datatype_mismatch"})
			continue
		}
		have[name] = v
	}
	return bad
}

func (x *exchange) cast(f Field, v any) (any, bool) {
	text, isText := v.(string)
	if v == nil || x.form && text == "" && f.Type != "custom_text" {
		return nil, true
	}
	switch f.Type {
	case "custom_checkbox":
		if x.form && (text == "true" || text == "false") {
			return text == "true", true
		}
		_, ok := v.(bool)
		return v, ok
	case "custom_number", "custom_decimal":
		if n, err := strconv.ParseFloat(text, 64); x.form && err == nil {
			v = n
		}
		n, ok := v.(float64)
		return v, ok && (f.Type == "custom_decimal" || n == float64(int64(n)))
	case "custom_dropdown":
		_, ok := find(f.Choices, func(c string) bool { return c == text })
		return v, isText && ok
	}
	return v, isText
}

// lacking are the fields that must have a value and have none.
func (a *account) lacking(kind string, has row, closing bool) (bad []mistake) {
	for _, f := range a.custom[kind] {
		if (f.Required || closing && f.ForClosure) && (has[f.Name] == nil || has[f.Name] == "") {
			bad = append(bad, mistake{Field: f.Name, Message: "It should be a/an " + f.Type, Code: "missing_field"})
		}
	}
	return bad
}
