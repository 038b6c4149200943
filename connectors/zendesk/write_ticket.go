package zendesk

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// ticketWrite is a ticket on its way, and what its receipt will say.
type ticketWrite struct {
	obj    obj
	losses []connectors.Loss
	files  []connectors.FileReceipt
	before time.Time // as inputs has it
	solved time.Time // as it was written
}

// importTicket makes a ticket with its history. Imports run no triggers and tell
// nobody (https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_import/).
func (t *Target) importTicket(ctx context.Context, w *words, r *desk.Ticket) (connectors.Receipt, error) {
	one, err := t.prepare(ctx, w, r)
	if err != nil {
		return connectors.Receipt{}, err
	}
	var out struct {
		Ticket json.RawMessage `json:"ticket"`
	}
	call := rest.Call{Method: http.MethodPost, Path: "imports/tickets", JSON: obj{"ticket": one.obj}, Before: one.before}
	if _, err := t.client.JSON(ctx, call, &out); err != nil {
		return connectors.Receipt{}, err
	}
	var made ticketShape
	if err := json.Unmarshal(out.Ticket, &made); err != nil || made.ID == 0 {
		return connectors.Receipt{}, fmt.Errorf("imports/tickets: the answer names no ticket: %w", connectors.ErrUnsure)
	}
	one.compare(&made)
	got := one.receipt(number(made.ID))
	got.Returned = t.returned(ctx, r, out.Ticket)
	return got, nil
}

func (o *ticketWrite) receipt(id desk.ID) connectors.Receipt {
	return connectors.Receipt{ID: id, Losses: o.losses, Files: o.files}
}

// tags are those that are written.
func (o *ticketWrite) tags() []string {
	all, _ := o.obj["tags"].([]string)
	return all
}

// compare tells what Zendesk made of the tags: it has rules of its own for them.
func (o *ticketWrite) compare(t *ticketShape) {
	for _, tag := range o.tags() {
		if !slices.Contains(t.Tags, tag) {
			o.losses = append(o.losses, connectors.Loss{Field: "tags", Why: connectors.WhyNotTaken, Value: tag, Detail: fmt.Sprintf("Zendesk did not take the tag %q as it is", tag)})
		}
	}
}

// prepare uploads the files of a ticket and says all of it in Zendesk's words.
func (t *Target) prepare(ctx context.Context, w *words, r *desk.Ticket) (*ticketWrite, error) {
	in := t.said(w, r)
	one := &ticketWrite{obj: in.obj, solved: r.Solved}
	var comments []obj
	for i := range r.Messages {
		m := &r.Messages[i]
		c, files, err := t.comment(ctx, m, in)
		if err != nil {
			return nil, fmt.Errorf("ticket %s, message %s: %w", r.ID, m.ID, err)
		}
		if at := t.stamp(new(inputs), "message.at", firstTime(m.At, r.Created)); at != "" {
			c["created_at"] = at
		}
		comments, one.files = append(comments, c), append(one.files, files...)
	}
	if len(comments) == 0 {
		comments = []obj{{"body": noMessages, "public": false}}
	}
	in.obj["comments"], one.losses, one.before = comments, in.losses, in.before
	return one, nil
}

// said is all that is said of a new ticket but for its messages, and what is lost of it
// and of them.
func (t *Target) said(w *words, r *desk.Ticket) *inputs {
	in := &inputs{obj: obj{}}
	t.cover(w, r, in)
	in.obj["external_id"] = r.Mark
	for _, time := range []struct {
		field, key string
		at         time.Time
	}{{"created", "created_at", r.Created}, {"updated", "updated_at", r.Updated}, {"solved", "solved_at", r.Solved}} {
		if at := t.stamp(in, time.field, time.at); at != "" {
			in.obj[time.key] = at
		}
	}
	for i := range r.Messages {
		m, before := &r.Messages[i], len(in.losses)
		bodies(m, in)
		t.stamp(in, "message.at", firstTime(m.At, r.Created))
		in.loseOf(m, before)
	}
	return in
}

func firstTime(all ...time.Time) time.Time {
	for _, t := range all {
		if !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

var epoch = time.Unix(0, 0).UTC()

// stamp is a time as Zendesk takes it: to the second, not before 1970 and not in the
// future. What it takes otherwise is told.
func (t *Target) stamp(in *inputs, field string, at time.Time) string {
	switch now := t.now(); {
	case at.IsZero():
		return ""
	case at.Before(epoch):
		in.lose(connectors.WhyTime, field, "Zendesk has no times before 1970: %s became 1970", at.UTC().Format(time.RFC3339))
		at = epoch
	case at.After(now):
		if field != "updated" {
			in.lose(connectors.WhyTime, field, "Zendesk has no times in the future: %s became now", at.UTC().Format(time.RFC3339))
		}
		at = now
	}
	return at.UTC().Truncate(time.Second).Format(time.RFC3339)
}

var ticketTypes = []string{"problem", "incident", "question", "task"}

// cover is what is said of a ticket besides its messages and times.
func (t *Target) cover(w *words, r *desk.Ticket, in *inputs) {
	in.set("subject", "subject", r.Subject, false)
	in.set("status", "status", string(r.Status), r.Status == "")
	in.set("priority", "priority", string(r.Priority), r.Priority == "")
	if in.asked("type") && r.Type != "" && !slices.Contains(ticketTypes, r.Type) {
		in.lose(connectors.WhyValue, "type", "Zendesk has no type %q: its types are %s", r.Type, strings.Join(ticketTypes, ", "))
		in.takes(r.Type, ticketTypes...)
	} else {
		in.set("type", "type", r.Type, r.Type == "")
	}
	if r.Type == "task" && !r.Due.IsZero() && in.fields == nil {
		in.obj["due_at"] = r.Due.UTC().Truncate(time.Second).Format(time.RFC3339)
	}
	for field, ref := range map[string]desk.Ref{"requester": r.Requester, "assignee": r.Assignee, "group": r.Group} {
		if in.asked(field) && (in.fields != nil || ref.Target != "") {
			in.obj[field+"_id"] = idNumber(ref.Target)
		}
	}
	if in.fields == nil && r.Requester.Target == "" {
		in.lose(connectors.WhyNobody, "requester", "the ticket has nobody who asks; Zendesk puts the account that imports there")
	}
	if in.asked("tags") && (in.fields != nil || len(r.Tags) > 0) {
		in.obj["tags"] = tags(r.Tags, in)
	}
	if in.fields == nil {
		followers, copies := followersOf(r)
		if len(followers) > 0 {
			in.obj["follower_ids"] = followers
		}
		if len(copies) > 0 {
			in.obj["email_cc_ids"] = copies
		}
	}
	var values []obj
	in.custom(w.fields[desk.KindTicket], &r.Meta, func(f *fieldShape, v any) { values = append(values, obj{"id": f.ID, "value": v}) })
	if len(values) > 0 {
		in.obj["custom_fields"] = values
	}
}

// followersOf parts those who take part: agents follow, all others get copies.
func followersOf(r *desk.Ticket) (followers, copies []any) {
	for _, p := range r.Participants {
		switch id := idNumber(p.Target); {
		case id == nil:
		case p.Kind == desk.KindAgent:
			followers = append(followers, id)
		default:
			copies = append(copies, id)
		}
	}
	return followers, copies
}

// tags are tags as Zendesk takes them: white space parts one from the next.
func tags(all []string, in *inputs) []string {
	out := []string{}
	for _, tag := range all {
		one := strings.Join(strings.Fields(tag), "_")
		if one != tag {
			in.lose(connectors.WhyNotTaken, "tags", "Zendesk has no white space in tags: %q became %q", tag, one)
			in.takes(tag)
		}
		if one != "" && !slices.Contains(out, one) {
			out = append(out, one)
		}
	}
	return out
}

// bodies tells of a message whose text Zendesk has no room for beside its HTML.
func bodies(m *desk.Message, in *inputs) {
	if asPage(m) && saysElse(m.Text, m.HTML) {
		in.lose(connectors.WhyOneBody, "message.text", "message %s says something else as text than as HTML; Zendesk has room for the HTML alone", m.ID)
	}
}

// comment is a message as Zendesk takes it; its files are uploaded before.
func (t *Target) comment(ctx context.Context, m *desk.Message, in *inputs) (obj, []connectors.FileReceipt, error) {
	c := obj{"public": !m.Note}
	if id := idNumber(m.Author.Target); id != nil {
		c["author_id"] = id
	}
	var tokens []string
	var files []connectors.FileReceipt
	addresses := map[string]string{}
	for i := range m.Files {
		in.keepsUploads(t.ours())
		up, err := t.upload(ctx, m, &m.Files[i])
		if err != nil {
			return nil, nil, err
		}
		tokens, files = append(tokens, up.token), append(files, up.receipt)
		if cid := m.Files[i].CID; cid != "" {
			addresses[cid] = up.address
		}
	}
	if len(tokens) > 0 {
		c["uploads"] = tokens
	}
	switch {
	case asPage(m):
		c["html_body"] = addressed(m.HTML, addresses)
	case strings.TrimSpace(m.Text) == "":
		c["body"] = noText + m.Text
	default:
		c["body"] = m.Text
	}
	return c, files, nil
}
