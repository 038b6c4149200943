package znuny

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// noSubject is the subject of a ticket that has none: Znuny asks for one.
const noSubject = "(no subject)"

// mostTitle is how many letters of a title Znuny keeps.
const mostTitle = 255

// title is a subject as Znuny keeps it.
func title(subject string) string {
	s := strings.TrimSpace(strings.Join(strings.FieldsFunc(subject, func(r rune) bool { return r == '\n' || r == '\r' }), " "))
	if rs := []rune(s); len(rs) > mostTitle {
		s = strings.TrimSpace(string(rs[:mostTitle]))
	}
	if s == "" || s == "0" { // which Perl takes for nothing
		return noSubject
	}
	return s
}

// coverFields are the fields of a ticket that are written, the dynamic ones apart.
var coverFields = []string{"subject", "status", "priority", "type", "requester", "assignee", "category"}

// cover is what stands on a ticket, of the named fields, as Znuny takes it.
func (t *Target) coverOf(ctx context.Context, r *desk.Ticket, fields []string) (object, error) {
	o := object{}
	for _, f := range fields {
		switch f {
		case "subject":
			o["Title"] = title(r.Subject)
		case "status":
			if o["State"] = t.config.state(r.Status); o["State"] == statePending {
				o["PendingTime"] = object{"Diff": t.minutesAhead(r)}
			}
		case "priority":
			o["Priority"] = rank(r.Priority)
		case "type":
			kind, err := t.typeFor(ctx, r.Type)
			if err != nil {
				return nil, err
			}
			o["Type"] = cmp.Or(kind, t.config.kind())
		case "requester":
			who, err := t.askerOf(ctx, r)
			if err != nil {
				return nil, err
			}
			o["CustomerUser"] = who
		case "assignee":
			if o["OwnerID"] = 1; r.Assignee.Target != "" {
				delete(o, "OwnerID")
				o["Owner"] = string(r.Assignee.Target)
			}
		case "category":
			o["Queue"] = cmp.Or(string(r.Category.Target), t.config.queue())
		}
	}
	return o, nil
}

// minutesAhead is when agents are reminded of a ticket that waits.
func (t *Target) minutesAhead(r *desk.Ticket) int {
	ahead := t.config.ahead()
	if due := r.Due.Sub(t.client.Now()); !r.Due.IsZero() && due > ahead {
		ahead = due
	}
	return int(ahead / time.Minute)
}

// askerOf is who asks, by the login if Znuny was seen to know one for the address.
func (t *Target) askerOf(ctx context.Context, r *desk.Ticket) (string, error) {
	id := r.Requester.Target
	if r.Requester.Kind == desk.KindAgent { // no customer of Znuny's has an agent's login
		address, err := t.env.State.Get(ctx, addressKey(id))
		if err != nil {
			return "", err
		}
		if id = ""; mailable(string(address)) {
			id = customerID(string(address))
		}
	}
	if id == "" {
		id = customerID(t.config.Customer)
	}
	if id == "" {
		return "", connectors.Refuse(connectors.ReasonReference, "name in customer somebody who asks for those who are not known", "ticket %s has no requester, and Znuny takes none without", r.ID)
	}
	login, err := t.env.State.Get(ctx, loginKey(id))
	return cmp.Or(string(login), string(id)), err
}

func loginKey(id desk.ID) string { return "login/" + string(id) }

// addressKey is where the address of an agent is, by the login, for tickets that agents ask.
func addressKey(login desk.ID) string { return "address/" + string(login) }

// dynamic are the dynamic fields of a ticket: those that are named, or all; with the mark.
func (t *Target) dynamic(r *desk.Ticket, fields []string) (out []object) {
	for _, name := range t.config.Fields {
		v, has := r.Fields[name]
		if fields == nil && !has || fields != nil && !slices.Contains(fields, "fields."+name) {
			continue
		}
		out = append(out, object{"Name": name, "Value": plainValue(v)})
	}
	if name := t.config.CreatedField; name != "" && (fields == nil && !r.Created.IsZero() || slices.Contains(fields, "created")) {
		said := ""
		if !r.Created.IsZero() {
			said = r.Created.UTC().Format(stamp)
		}
		out = append(out, object{"Name": name, "Value": said})
	}
	return out
}

// plainValue is a value as dynamic fields take it: a text, or a list of texts.
func plainValue(v any) any {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		return map[bool]string{true: "1", false: "0"}[v]
	case []any:
		all := make([]string, len(v))
		for i := range v {
			all[i] = fmt.Sprint(v[i])
		}
		return all
	}
	return strings.TrimSpace(fmt.Sprint(v))
}

// createTicket makes a ticket with its first message, and looks at what became of it. One
// that has none opens with a note that says so.
func (t *Target) createTicket(ctx context.Context, r *desk.Ticket) (got connectors.Receipt, err error) {
	if len(r.Messages) > 1 {
		return got, connectors.Refuse(connectors.ReasonRefused, "", "ticket %s comes with %d messages, one is allowed", r.ID, len(r.Messages))
	}
	if err := hasNUL(r.Messages...); err != nil {
		return got, err
	}
	cover, err := t.coverOf(ctx, r, coverFields)
	if err != nil {
		return got, err
	}
	cover["Lock"] = "unlock"
	fields, err := t.taken(ctx, t.dynamic(r, nil))
	if err != nil {
		return got, err
	}
	args := object{"Ticket": cover, "DynamicField": append(fields, object{"Name": t.config.mark(), "Value": r.Mark})}
	began := t.client.Now()
	opens := first(r)
	made, files, more, err := t.post(ctx, opCreate, args, opens, title(r.Subject))
	if err != nil {
		return got, err
	}
	got = connectors.Receipt{ID: desk.ID(made.Ticket), Files: files, Losses: more}
	if len(r.Messages) > 0 {
		got.Messages = map[desk.ID]desk.ID{opens.ID: desk.ID(made.Article)}
	}
	if err := t.listen(ctx, string(made.Ticket), began); err != nil {
		return got, afterwards(err)
	}
	if err := t.account(ctx, r, nil, &got); err != nil {
		return got, afterwards(err)
	}
	return got, nil
}

// first is the message that a ticket opens with; nil if it has none.
func first(r *desk.Ticket) *desk.Message {
	if len(r.Messages) == 0 {
		return nil
	}
	return &r.Messages[0]
}

// updateTicket changes the cover.
func (t *Target) updateTicket(ctx context.Context, id desk.ID, r *desk.Ticket, fields []string) (got connectors.Receipt, err error) {
	got.ID = id
	if slices.Contains(fields, "requester") && r.Requester.Target == "" && t.config.Customer == "" {
		fields = slices.DeleteFunc(slices.Clone(fields), func(f string) bool { return f == "requester" }) // it cannot be emptied
	}
	cover, err := t.coverOf(ctx, r, fields)
	if err != nil {
		return got, err
	}
	dynamic, err := t.taken(ctx, t.dynamic(r, fields))
	if err != nil {
		return got, err
	}
	if len(cover)+len(dynamic) == 0 {
		return got, t.standing(ctx, id)
	}
	args := object{"TicketID": string(id)}
	if len(cover) > 0 {
		args["Ticket"] = cover
	}
	if len(dynamic) > 0 {
		args["DynamicField"] = dynamic
	}
	began := t.client.Now()
	var made madeShape
	if err := t.call(ctx, opUpdate, args, &made); err != nil {
		return got, err
	}
	if err := t.listen(ctx, string(id), began); err != nil {
		return got, afterwards(err)
	}
	if err := t.account(ctx, r, fields, &got); err != nil {
		return got, afterwards(err)
	}
	return got, nil
}

// standing tells whether a ticket is there and not thrown away.
func (t *Target) standing(ctx context.Context, id desk.ID) error {
	shape, err := t.cover(ctx, string(id))
	if err == nil && shape.gone() {
		err = missing(desk.KindTicket, id)
	}
	return err
}

// account reads a ticket's cover back, and tells what Znuny did not keep of it.
func (t *Target) account(ctx context.Context, r *desk.Ticket, fields []string, got *connectors.Receipt) error {
	shape, err := t.cover(ctx, string(got.ID))
	if err != nil {
		return err
	}
	if err := t.alias(ctx, shape, r, fields); err != nil {
		return err
	}
	back, err := t.there(ctx, shape)
	if err != nil {
		return err
	}
	if back.Mark != r.Mark && fields == nil {
		return fmt.Errorf("ticket %s: Znuny did not keep the mark in the dynamic field %q of ticket %s – see that it is one of tickets, of the type Text: %w", r.ID, t.config.mark(), got.ID, connectors.ErrDenied)
	}
	got.Version, got.Returned = string(shape.Changed), desk.PrintsOf(back)
	got.Losses = append(got.Losses, t.losses(r, back, fields)...)
	return nil
}

// alias keeps the login that Znuny put in the place of an address.
func (t *Target) alias(ctx context.Context, shape *ticketShape, r *desk.Ticket, fields []string) error {
	id, login := r.Requester.Target, customerID(string(shape.Customer))
	if id == "" || r.Requester.Kind == desk.KindAgent || login == "" || login == id || fields != nil && !slices.Contains(fields, "requester") {
		return nil
	}
	for key, v := range map[string]desk.ID{aliasKey(login): id, loginKey(id): login} {
		if err := t.env.State.Put(ctx, key, []byte(v)); err != nil {
			return err
		}
	}
	return nil
}

// kept are the fields of a ticket that are compared when it was written.
func (t *Target) kept(r *desk.Ticket, fields []string) (out []string) {
	_, writes := t.config.Caps(connectors.Caps{}, Spec().Writes)
	always := writes.Always[desk.KindTicket]
	prints := desk.PrintsOf(r)
	for _, name := range append(besides(r), coverFields...) {
		asked := fields == nil && prints.Has(name) || slices.Contains(fields, name)
		if asked && writes.Keeps(desk.KindTicket, name) && (prints.Has(name) || !slices.Contains(always, name)) {
			out = append(out, name)
		}
	}
	return out
}

// besides are the names of what a ticket says besides its cover.
func besides(r *desk.Ticket) (out []string) {
	for _, name := range slices.Sorted(maps.Keys(r.Fields)) {
		out = append(out, "fields."+name)
	}
	return append(out, "created")
}
