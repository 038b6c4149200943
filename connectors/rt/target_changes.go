package rt

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// updateTicket changes the cover. A change of the queue or of the status makes RT
// change times; so they are written first, each on its own.
func (t *Target) updateTicket(ctx context.Context, id desk.ID, r *desk.Ticket, fields []string) (connectors.Receipt, error) {
	got := connectors.Receipt{ID: id}
	before, err := t.cover1(ctx, id)
	if err != nil {
		return got, err
	}
	if slices.Contains(fields, "merged_into") {
		if err := t.mergeLater(ctx, id, r.MergedInto.Target); err != nil {
			return got, err
		}
	}
	if before.ID != id {
		if r.MergedInto.Target == before.ID && len(fields) == 1 {
			return got, nil
		}
		got.Losses = []connectors.Loss{{Field: "merged_into", Detail: fmt.Sprintf("ticket %s was merged into %s in RT: its cover is not changed any more", id, before.ID)}}
		return got, nil
	}
	named, err := t.called(ctx, r)
	if err != nil {
		return got, err
	}
	var said []string
	for _, object := range t.changes(named, before, fields) {
		if len(object) == 0 {
			continue
		}
		more, err := t.put(ctx, "ticket/"+url.PathEscape(string(id)), object)
		if said = append(said, more...); err != nil {
			return got, err
		}
	}
	if err := t.listen(ctx, string(id)); err != nil {
		return got, afterwards(err)
	}
	back, err := t.cover1(ctx, id)
	if err != nil {
		return got, err
	}
	want, _ := t.accounted(r)
	got.Version, got.Losses = stamp(back.Updated), losses(want, back, t.changed(fields), said)
	if back.MergedInto, err = t.toMerge(ctx, id); err == nil {
		got.Returned = desk.PrintsOf(back)
	}
	return got, nil
}

// changes are the objects to write one after another.
func (t *Target) changes(r, before *desk.Ticket, fields []string) []map[string]any {
	has := func(name string) bool { return slices.Contains(fields, name) }
	queue, status, rest := map[string]any{}, map[string]any{}, map[string]any{}
	if has("category") {
		queue["Queue"] = cmp.Or(string(r.Category.Target), t.config.queue())
		rest["Due"] = moments(before.Due) // the queue may have one of its own
	}
	if has("status") {
		status["Status"] = t.config.word(r.Status)
		if ends := r.Status == desk.StatusSolved || r.Status == desk.StatusClosed; ends || !before.Solved.IsZero() { // RT would say just now
			rest["Resolved"] = moments(before.Solved)
		}
	}
	set := func(field, name string, v any) {
		if has(field) {
			rest[name] = v
		}
	}
	cc, admin := copies(r)
	requestor := []string{}
	if r.Requester.Target != "" {
		requestor = append(requestor, string(r.Requester.Target))
	}
	set("subject", "Subject", onLine(r.Subject))
	set("priority", "Priority", rank(r.Priority))
	set("due", "Due", moments(r.Due))
	set("solved", "Resolved", moments(r.Solved))
	set("assignee", "Owner", cmp.Or(string(r.Assignee.Target), "Nobody"))
	set("requester", "Requestor", requestor)
	set("participants", "Cc", cc)
	set("participants", "AdminCc", admin)
	if values := t.customFields(r, fields); len(values) > 0 {
		rest["CustomFields"] = values
	}
	return []map[string]any{queue, status, rest}
}
