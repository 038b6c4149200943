package rt

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// createTicket makes a ticket with its first message, and looks at what became of it.
func (t *Target) createTicket(ctx context.Context, r *desk.Ticket) (got connectors.Receipt, err error) {
	if len(r.Messages) > 1 {
		return got, connectors.Refuse(connectors.ReasonRefused, "", "ticket %s comes with %d messages, RT takes one at once", r.ID, len(r.Messages))
	}
	named, err := t.called(ctx, r)
	if err != nil {
		return got, err
	}
	object, later, err := t.cover(ctx, named)
	if err != nil {
		return got, err
	}
	var first *desk.Message // what opens a ticket is public
	if len(r.Messages) > 0 && !r.Messages[0].Note {
		first = &r.Messages[0]
	}
	id, all, err := t.open(ctx, r, object, first)
	if err != nil {
		return got, err
	}
	got.ID = id
	if err := t.finish(ctx, r, later, first, all, &got); err != nil {
		return got, afterwards(err)
	}
	return got, nil
}

// finish does what is left to do when a ticket was made, and sees what it became.
func (t *Target) finish(ctx context.Context, r *desk.Ticket, later map[string]any, first *desk.Message, all sent, got *connectors.Receipt) error {
	if len(later) > 0 && !t.watch.heard.Load() { // a change would set off more
		if err := t.listen(ctx, string(got.ID)); err != nil {
			return err
		}
	}
	if len(later) > 0 {
		if _, err := t.put(ctx, "ticket/"+string(got.ID), later); err != nil {
			return err
		}
	}
	err := t.listen(ctx, string(got.ID))
	switch {
	case err != nil:
		return err
	case first != nil:
		err = t.kept(ctx, first, "ticket/"+string(got.ID), all, got)
	case len(r.Messages) > 0:
		note := &r.Messages[0]
		var one connectors.Receipt
		one, err = t.say(ctx, got.ID, note)
		got.Messages, got.Files, got.Losses = map[desk.ID]desk.ID{note.ID: one.ID}, one.Files, one.Losses
	}
	if err != nil {
		return err
	}
	if err := t.account(ctx, r, got); err != nil || r.MergedInto.Target == "" {
		return err
	}
	return t.mergeLater(ctx, got.ID, r.MergedInto.Target)
}

// afterwards is an error after something was made: it is found again by its mark.
func afterwards(err error) error {
	switch {
	case errors.Is(err, connectors.ErrUnsure):
		return err
	case errors.Is(err, connectors.ErrDenied):
		return fmt.Errorf("%w: %w", err, connectors.ErrUnsure)
	}
	return fmt.Errorf("it was written, and what came after that failed: %v: %w", err, connectors.ErrUnsure) //nolint:errorlint // what err means must not be taken for what the write means
}

// cover is what stands on a new ticket, and what can be written only when it stands:
// the statuses that RT's standard lifecycle has no new ticket begin with.
func (t *Target) cover(ctx context.Context, r *desk.Ticket) (object, later map[string]any, err error) {
	name := cmp.Or(string(r.Category.Target), t.config.queue())
	q, err := t.queue(ctx, name)
	if err == nil {
		err = closed(q, r)
	}
	if err != nil {
		return nil, nil, err
	}
	cc, admin := copies(r)
	fields := t.customFields(r, nil)
	marks := encodeMark(r.Mark) + " "
	if len(r.Messages) > 0 && !r.Messages[0].Note {
		marks += encodeMark(r.Messages[0].Mark)
	}
	fields[t.config.mark()] = marks
	object = map[string]any{"Queue": string(q.ID), "Subject": onLine(r.Subject), "Priority": rank(r.Priority), "CustomFields": fields}
	for field, v := range map[string]string{
		"Requestor": string(r.Requester.Target), "Owner": string(r.Assignee.Target),
		"Created": moments(r.Created), "Due": moments(r.Due), "Resolved": moments(r.Solved),
	} {
		if v != "" {
			object[field] = v
		}
	}
	if len(cc) > 0 {
		object["Cc"] = cc
	}
	if len(admin) > 0 {
		object["AdminCc"] = admin
	}
	word := t.config.word(r.Status)
	if object["Status"] = word; onlyLater(word) {
		object["Status"], later = "open", map[string]any{"Status": word}
	}
	return object, later, nil
}

// onlyLater tells whether a ticket can have a status only when it stands.
func onlyLater(word string) bool { return word != "new" && word != "open" && word != "resolved" }

// moments is a time as RT takes it when something is written; "" for none.
func moments(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.DateTime)
}

// copies are the participants: agents as AdminCc, others as Cc.
func copies(r *desk.Ticket) (cc, admin []string) {
	cc, admin = []string{}, []string{}
	for _, p := range r.Participants {
		switch {
		case p.Target == "":
		case p.Kind == desk.KindAgent:
			admin = append(admin, string(p.Target))
		default:
			cc = append(cc, string(p.Target))
		}
	}
	return cc, admin
}

// customFields are the values of those that the configuration names; of an update,
// of those among the named fields, null where there is none.
func (t *Target) customFields(r *desk.Ticket, fields []string) map[string]any {
	values := map[string]any{}
	for _, name := range t.config.Fields {
		v, has := r.Fields[name]
		switch {
		case fields != nil && !slices.Contains(fields, "fields."+name):
		case !has && fields != nil:
			values[name] = nil
		case has:
			values[name] = plainValue(v)
		}
	}
	return values
}

// plainValue is a value as RT's custom fields take it: a text, or a list of texts.
func plainValue(v any) any {
	switch v := v.(type) {
	case nil, string:
		return v
	case []any:
		all := make([]string, len(v))
		for i := range v {
			all[i] = fmt.Sprint(v[i])
		}
		return all
	}
	return fmt.Sprint(v)
}

// open makes the ticket.
func (t *Target) open(ctx context.Context, r *desk.Ticket, object map[string]any, first *desk.Message) (id desk.ID, all sent, err error) {
	var files []desk.File
	if first != nil {
		content, kind, err := t.body(ctx, first)
		if err != nil {
			return "", all, err
		}
		object["Content"], object["ContentType"] = content, kind
		files, all.text = first.Files, int64(len(content))
	}
	up, sizes, done, err := t.upload(ctx, object, files, true)
	if err != nil {
		return "", all, err
	}
	defer done()
	var m made
	_, err = t.client.JSON(ctx, rest.Call{Method: http.MethodPost, Path: "ticket", Body: up}, &m)
	if err == nil && m.ID == "" {
		err = fmt.Errorf("ticket %s: the answer names no id: %w", r.ID, connectors.ErrUnsure)
	}
	all.files = sizes
	return desk.ID(m.ID), all, err
}

// account reads a ticket's cover back, and tells what RT did not keep of it. RT
// creates a ticket also where it refuses the owner or the value of a custom field.
func (t *Target) account(ctx context.Context, r *desk.Ticket, got *connectors.Receipt) error {
	back, err := t.cover1(ctx, got.ID)
	if err != nil {
		return err
	}
	if back.Mark != r.Mark {
		return fmt.Errorf("ticket %s: RT did not keep the mark in the custom field %q of ticket %s – see that it takes one value of any text: %w", r.ID, t.config.mark(), got.ID, connectors.ErrDenied)
	}
	want, kept := t.accounted(r)
	got.Version = stamp(back.Updated)
	got.Losses = append(got.Losses, losses(want, back, kept, nil)...)
	if r.MergedInto.Target != "" { // that comes last
		back.MergedInto = desk.To(desk.KindTicket, r.MergedInto.Target)
	}
	got.Returned = desk.PrintsOf(back)
	return nil
}

// accounted is what a new ticket is compared with, and in which fields.
func (t *Target) accounted(r *desk.Ticket) (want *desk.Ticket, kept []string) {
	_, writes := t.config.Caps(connectors.Caps{}, Spec().Writes)
	bare := *r
	bare.Messages = nil
	want = desk.Clone(&bare).(*desk.Ticket)
	want.MergedInto = desk.Ref{} // that comes last
	want.Created, want.Due, want.Solved = r.Created.Truncate(time.Second), r.Due.Truncate(time.Second), r.Solved.Truncate(time.Second)
	for _, p := range desk.PrintsOf(want) {
		if writes.Keeps(desk.KindTicket, p.Name) {
			kept = append(kept, p.Name)
		}
	}
	if want.Category.IsZero() { // the standard queue may stand for one
		kept = append(kept, "category")
	}
	return want, kept
}

// changed are those of the fields of a changed ticket that RT has room for.
func (t *Target) changed(fields []string) []string {
	_, writes := t.config.Caps(connectors.Caps{}, Spec().Writes)
	return slices.DeleteFunc(slices.Clone(fields), func(f string) bool { return f == "merged_into" || !writes.Keeps(desk.KindTicket, f) })
}

// cover1 reads what stands on a ticket, without its messages.
func (t *Target) cover1(ctx context.Context, id desk.ID) (*desk.Ticket, error) {
	var shape ticketShape
	if _, err := t.client.JSON(ctx, rest.Call{Path: "ticket/" + url.PathEscape(string(id))}, &shape); err != nil {
		return nil, err
	}
	ticket, err := t.ticket(ctx, shape, &tales{})
	if err == nil {
		err = t.unshelve(ctx, ticket)
	}
	return ticket, err
}

// findTicket looks for a ticket by its mark.
func (t *Target) findTicket(ctx context.Context, mark string) (desk.ID, error) {
	if mark != "" {
		for row, err := range pages[ticketShape](ctx, t.client, searchMark(t.config.mark(), mark)) {
			if err != nil {
				return "", err
			}
			if found, _ := splitMarks(value(row.CustomFields, t.config.mark())); found == mark {
				return desk.ID(row.ID), nil
			}
		}
	}
	return "", fmt.Errorf("a ticket with the mark %q: %w", mark, connectors.ErrNotFound)
}
