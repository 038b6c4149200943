package okdesk

import (
	"context"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// posted is what a call made, and what became of the files with it.
type posted struct {
	id     number
	sent   []desk.File       // files that went with it
	way    bool              // how they were named: as attributes
	tried  bool              // and that was a try, which the message says
	again  bool              // they had been refused, or not come to be sent, before
	taken  []attachmentShape // as the answer says
	files  []connectors.FileReceipt
	losses []connectors.Loss
}

// postIssue makes an issue. An author whom the token's owner may not name is left out, and
// told; so is an assignee without his group given the group.
func (t *Target) postIssue(ctx context.Context, values map[string]any, r *desk.Ticket, opens *desk.Message) (posted, error) {
	post := func() (posted, error) { return t.post(ctx, "issues/", "issue", values, opens) }
	got, err := post()
	var losses []connectors.Loss
	if refusedOver(err, "author", "автор") && values["author"] != nil && opens != nil {
		delete(values, "author")
		losses = append(losses, authorLoss(opens, "Okdesk does not let the token's owner name its author, which wants the role Administrator; the issue stands in the owner's name"))
		got, err = post()
	}
	if refusedOver(err, "group", "групп") && values["assignee_id"] != nil && values["group_id"] == nil {
		group, asking := t.groupOf(ctx, r.Assignee)
		if asking != nil {
			return got, asking
		}
		if group != 0 {
			values["group_id"] = group
			losses = append(losses, connectors.Loss{Field: "group", Why: connectors.WhyNotTaken, Detail: fmt.Sprintf("ticket %s: Okdesk wants a group with an assignee; it is one of the assignee's", r.ID)})
			got, err = post()
		}
	}
	got.losses = append(losses, got.losses...)
	return got, err
}

// groupOf is the first group of an employee; 0 if he is in none.
func (t *Target) groupOf(ctx context.Context, who desk.Ref) (number, error) {
	s, err := t.staff(ctx)
	n, ok := numberOf(who.Target)
	if err != nil || !ok || len(s.by[n].Groups) == 0 {
		return 0, err
	}
	return s.by[n].Groups[0].ID, nil
}

func (t *Target) postComment(ctx context.Context, ticket desk.ID, values map[string]any, m *desk.Message) (posted, error) {
	return t.post(ctx, "issues/"+string(ticket)+"/comments", "comment", values, m)
}

// post sends values, and the files of a message with them. If Okdesk refuses the call over
// its files, they are named the other way; then the largest is left out, and told.
func (t *Target) post(ctx context.Context, path, what string, values map[string]any, m *desk.Message) (posted, error) {
	var files []desk.File
	if m != nil {
		files = append(files, m.Files...)
	}
	var losses []connectors.Loss
	way, known, err := t.naming(ctx)
	if err != nil {
		return posted{}, err
	}
	says := map[string]string{"issue": "description", "comment": "content"}[what]
	said, _ := values[says].(string)
	for turned := false; ; {
		if values[says] = said; len(files) > 0 && !known {
			values[says] = trying(said, way)
		}
		got, err := t.postOnce(ctx, path, what, values, files, m, way)
		got.losses, got.tried = losses, !known
		if err == nil && (turned || len(got.taken) > 0 && what == "comment") {
			err = t.found(ctx, way)
		}
		if err == nil || len(files) == 0 || !overFiles(err) {
			return got, err
		}
		if !turned && status(err) != 413 && !refusedOver(err, "size", "размер", "больш", "превыш") {
			turned, way = true, !way
			continue
		}
		var left desk.File
		files, left = rest.WithoutLargest(files)
		losses = append(losses, connectors.Loss{
			Field: "file", Message: m.ID, File: left.Name, Why: connectors.WhyTooLarge, Detail: fmt.Sprintf("message %s: file %q (%d bytes) is left out: Okdesk refuses it: %v", m.ID, left.Name, left.Size, err),
		})
	}
}

// overFiles tells whether a call was refused for its files.
func overFiles(err error) bool {
	return status(err) == 413 || refusedOver(err, "attach", "file", "файл", "вложен")
}

func (t *Target) postOnce(ctx context.Context, path, what string, values map[string]any, files []desk.File, m *desk.Message, way bool) (posted, error) {
	call := rest.Call{Method: "POST", Path: path, JSON: map[string]any{what: values}}
	var reading []*rest.Sent
	if len(files) > 0 {
		call.JSON = nil
		call.Body, reading = form(ctx, what, values, files, !m.Note, way)
	}
	var answer struct {
		ID    number            `json:"id"`
		Files []attachmentShape `json:"attachments"`
	}
	if err := t.send(ctx, call, &answer); err != nil {
		return posted{}, err
	}
	if answer.ID == 0 {
		return posted{}, fmt.Errorf("POST %s: the answer does not say what was made: %w", path, connectors.ErrUnsure)
	}
	got := posted{id: answer.ID, sent: files, way: way, taken: answer.Files}
	if m != nil {
		got.files = rest.Receipts(m, reading)
	}
	return got, nil
}
