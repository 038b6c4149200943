package okdesk

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// updateTicket changes the named fields, each by the call that is documented for it; the
// status first, which the account may refuse. What has no call of its own is asked of the
// issue as a whole (PATCH issues/ID), of which nothing more is documented: what it did not
// take is seen in the end, and told.
func (t *Target) updateTicket(ctx context.Context, id desk.ID, r *desk.Ticket, fields []string) (connectors.Receipt, error) {
	n, _ := numberOf(id)
	now, err := t.issue(ctx, n)
	if err != nil {
		return connectors.Receipt{}, err
	}
	c, err := t.coverOf(ctx, r, fields, desk.CustomNames(fields))
	if err == nil && slices.Contains(fields, "requester") {
		err = t.mayName(ctx, r.Requester, ticketWhat(r))
	}
	if err != nil {
		return connectors.Receipt{}, err
	}
	if c.status {
		if err := t.setStatus(ctx, id, r, now.Status); err != nil {
			return connectors.Receipt{}, err
		}
	}
	if err := t.changeParts(ctx, id, c, now, fields); err != nil {
		return connectors.Receipt{}, err
	}
	receipt := connectors.Receipt{ID: id, Losses: c.losses}
	back, err := t.Fetch(ctx, desk.KindTicket, id)
	if err != nil {
		return receipt, nil //nolint:nilerr // what was written was
	}
	receipt.Version, receipt.Returned = stamp(back.About().Updated), desk.PrintsOf(back)
	receipt.Losses = append(receipt.Losses, t.notTaken(c, back.(*desk.Ticket), r, fields)...)
	return receipt, nil
}

// changeParts makes the calls that are needed.
func (t *Target) changeParts(ctx context.Context, id desk.ID, c *cover, now issueShape, fields []string) error {
	path := "issues/" + string(id)
	if c.kind != "" && slices.Contains(fields, "type") && (now.Type == nil || now.Type.Code != c.kind) {
		if err := t.patch(ctx, path+"/types", map[string]any{"code": c.kind}); err != nil {
			return err
		}
	}
	if c.assignee != nil {
		only := maps.Clone(c.assignee)
		if err := t.patch(ctx, path+"/assignees", only); err != nil {
			return err
		}
	}
	if c.due != nil {
		due := c.due
		if due == "" {
			due = nil
		}
		if err := t.patch(ctx, path+"/deadlines", map[string]any{"deadline_at": due}); err != nil {
			return err
		}
	}
	if len(c.parameters) > 0 {
		if err := t.patch(ctx, path+"/parameters", map[string]any{"custom_parameters": c.parameters}); err != nil {
			return err
		}
	}
	return t.changeRest(ctx, id, c, fields)
}

// changeRest asks for what has no call of its own.
func (t *Target) changeRest(ctx context.Context, id desk.ID, c *cover, fields []string) error {
	rest := map[string]any{}
	for field, keys := range map[string][]string{
		"subject": {"title"}, "priority": {"priority"}, "requester": {"contact_id"}, "participants": {"observer_ids", "contact_observer_ids"},
		"fields.company": {"company_id"}, "fields.maintenance_entity": {"maintenance_entity_id"},
	} {
		for _, key := range keys {
			if v, ok := c.issue[key]; ok && slices.Contains(fields, field) && v != "" && (v != nil || field != "requester") {
				rest[key] = v
			}
		}
	}
	if len(rest) == 0 {
		return nil
	}
	err := t.patch(ctx, "issues/"+string(id), map[string]any{"issue": rest})
	if code := status(err); code == 404 || code == 405 || code == 501 {
		return nil // there is no such call: what stands there is seen in the end
	}
	return err
}

// wholeFields are the fields that are asked of the issue as a whole.
var wholeFields = []string{"subject", "priority", "requester", "due", "participants", "fields.company", "fields.maintenance_entity"}

// notTaken tells which fields stand there as they were.
func (t *Target) notTaken(c *cover, back, r *desk.Ticket, fields []string) (losses []connectors.Loss) {
	want, got := desk.Clone(r).(*desk.Ticket), desk.PrintsOf(back)
	for _, ref := range desk.Refs(want) {
		*ref = desk.To(ref.Kind, ref.Target)
	}
	if strings.TrimSpace(want.Subject) == "" {
		want.Subject = ""
	}
	for _, name := range desk.PrintsOf(want).Changed(got) {
		told := slices.ContainsFunc(c.losses, func(l connectors.Loss) bool { return l.Field == name })
		if !slices.Contains(fields, name) || !slices.Contains(wholeFields, name) || told || name == "participants" && t.config.Observers != "yes" || !desk.PrintsOf(want).Has(name) {
			continue
		}
		losses = append(losses, connectors.Loss{Field: name, Why: connectors.WhyFixed, Detail: fmt.Sprintf("ticket %s: Okdesk took no other %s for the issue, and it stays as it was", r.ID, name)})
	}
	return losses
}
