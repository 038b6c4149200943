package itsm365

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// coverOf are the named fields as attributes; the status is set by itself.
func (t *Target) coverOf(r *desk.Ticket, fields, custom []string) (map[string]any, []connectors.Loss) {
	k, values := t.config.kind(desk.KindTicket), map[string]any{}
	var losses []connectors.Loss
	lose := func(field string, why connectors.Why, value, takes, format string, args ...any) {
		losses = append(losses, connectors.Loss{Field: field, Why: why, Value: value, Takes: takes, Detail: fmt.Sprintf("ticket %s: ", r.ID) + fmt.Sprintf(format, args...)})
	}
	put := func(name string, v any) {
		if code := k.code(name); code != "" {
			values[code] = v
		}
	}
	for _, f := range fields {
		switch f {
		case "subject":
			if put("subject", r.Subject); strings.TrimSpace(r.Subject) == "" {
				put("subject", noSubject)
			}
		case "requester":
			put("requester", target(r.Requester))
		case "assignee":
			put("assignee", target(r.Assignee))
		case "group":
			put("group", target(r.Group))
		case "category":
			put("category", target(r.Category))
		case "due":
			put("due", t.date(r.Due))
		case "tags":
			t.tagsValue(r, put, lose)
		case "priority":
			t.priorityValue(r, put, lose)
		case "status":
			if to := t.stateToWrite(r.Status); r.Status != "" {
				if is, _ := t.config.status(to); is != r.Status {
					lose("status", connectors.WhyValue, string(r.Status), t.takenStatuses(), "no state stands for %q: name one in statuses or write", r.Status)
				}
			}
		}
	}
	return values, append(losses, t.custom(values, r, custom)...)
}

func (t *Target) priorityValue(r *desk.Ticket, put func(string, any), lose func(string, connectors.Why, string, string, string, ...any)) {
	if !t.config.writesPriority() {
		return
	}
	id := t.config.priorityFor(r.Priority)
	if put("priority", orNil(id)); id == "" && r.Priority != "" {
		lose("priority", connectors.WhyValue, string(r.Priority), "", "no priority that stands for %q is named by its UUID in priorities", r.Priority)
	}
}

// tagsValue joins tags in one text; commas part them.
func (t *Target) tagsValue(r *desk.Ticket, put func(string, any), lose func(string, connectors.Why, string, string, string, ...any)) {
	if t.config.kind(desk.KindTicket).code("tags") == "" {
		return
	}
	tags := slices.Clone(r.Tags)
	for i, tag := range tags {
		if strings.Contains(tag, ",") || tag != strings.TrimSpace(tag) {
			tags[i] = strings.TrimSpace(strings.ReplaceAll(tag, ",", ";"))
			lose("tags", connectors.WhyNotTaken, tag, "", "the tag %q is %q there, for commas part them", tag, tags[i])
		}
	}
	put("tags", orNil(strings.Join(tags, ", ")))
}

// updateTicket changes the named fields, and then the state, which the installation may refuse.
func (t *Target) updateTicket(ctx context.Context, id desk.ID, r *desk.Ticket, fields []string) (connectors.Receipt, error) {
	if classOf(string(id)) != classOf(t.config.kind(desk.KindTicket).Class) {
		return connectors.Receipt{}, missing("ticket", id)
	}
	now, err := t.get(ctx, id)
	if err != nil {
		return connectors.Receipt{}, err
	}
	values, losses := t.coverOf(r, fields, desk.CustomNames(fields))
	if len(values) > 0 {
		if err := t.edit(ctx, id, values); err != nil {
			return connectors.Receipt{}, fmt.Errorf("ticket %s: %w", id, t.lacking(err, "tickets"))
		}
	}
	if slices.Contains(fields, "status") {
		if err := t.setStatus(ctx, id, r, now.text(t.stateCode()), nil); err != nil {
			return connectors.Receipt{}, err
		}
	}
	receipt := connectors.Receipt{ID: id, Losses: losses}
	_ = t.lookBack(ctx, &receipt) // what was written was
	return receipt, nil
}
