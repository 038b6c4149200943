package okdesk

import (
	"context"
	"errors"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/byline"
	"github.com/deskhaul/deskhaul/desk"
)

// noSubject is the title of an issue that has none: Okdesk asks for one.
const noSubject = "(no subject)"

// coverFields are the fields of a ticket that are written.
var coverFields = []string{"subject", "status", "priority", "type", "requester", "assignee", "group", "due", "tags", "participants"}

// createTicket makes an issue with its first message as the description; then it is given
// its status, for none is born with one, and looked at. A private note cannot be the
// description: the issue then opens with a word that nothing was said there, and the note
// follows. If something fails after the issue is made, ErrUnsure says so.
func (t *Target) createTicket(ctx context.Context, r *desk.Ticket) (connectors.Receipt, error) {
	c, err := t.coverOf(ctx, r, coverFields, r.FieldNames())
	if err != nil {
		return connectors.Receipt{}, err
	}
	if err := errors.Join(t.mayOpen(r), t.mayName(ctx, r.Requester, ticketWhat(r)), t.mayNameAuthor(ctx, r)); err != nil {
		return connectors.Receipt{}, err
	}
	opens, err := t.openWith(ctx, c.issue, r)
	if err != nil {
		return connectors.Receipt{}, err
	}
	dropEmpty(c.issue)
	got, err := t.postIssue(ctx, c.issue, r, opens)
	if err != nil {
		return connectors.Receipt{}, err
	}
	receipt := connectors.Receipt{ID: idOf(got.id), Files: got.files, Losses: append(c.losses, got.losses...), Messages: map[desk.ID]desk.ID{}}
	err = t.finish(ctx, r, opens, &receipt, got)
	if err != nil {
		err = fmt.Errorf("ticket %s was made as %s, and not finished: %w: %w", r.ID, receipt.ID, err, connectors.ErrUnsure)
	}
	return receipt, err
}

func ticketWhat(r *desk.Ticket) string { return "ticket " + string(r.ID) }

func (t *Target) mayNameAuthor(ctx context.Context, r *desk.Ticket) error {
	if len(r.Messages) == 0 || r.Messages[0].Author == r.Requester {
		return nil
	}
	return t.mayName(ctx, r.Messages[0].Author, ticketWhat(r))
}

// openWith puts the description and the author into the values.
func (t *Target) openWith(ctx context.Context, values map[string]any, r *desk.Ticket) (opens *desk.Message, err error) {
	if len(r.Messages) == 0 || r.Messages[0].Note {
		values["description"] = preface{kind: "p", mark: "-", ticket: r.Mark}.html() + "<p>This issue opens without a message to its contact.</p>"
		return nil, nil
	}
	if opens, err = t.named(ctx, &r.Messages[0]); err != nil {
		return nil, err
	}
	values["description"] = t.said(opens, r.Mark)
	if author := authorOf(opens.Author); author != nil {
		values["author"] = author
	}
	return opens, nil
}

// said is a message as it is written.
func (t *Target) said(m *desk.Message, ticket string) string {
	if !t.config.prefaced() {
		return byline.Page(m)
	}
	return prefaceOf(m, ticket).html() + byline.Page(m)
}

// authorOf names somebody as the author of an issue; nil nobody.
func authorOf(who desk.Ref) map[string]any {
	if who.Target == "" {
		return nil
	}
	return map[string]any{"id": string(who.Target), "type": sortOf(who)}
}

func sortOf(who desk.Ref) string {
	if who.Kind == desk.KindAgent {
		return "employee"
	}
	return "contact"
}

// finish does what is left when the issue is made.
func (t *Target) finish(ctx context.Context, r *desk.Ticket, opens *desk.Message, receipt *connectors.Receipt, got posted) error {
	n, _ := numberOf(receipt.ID)
	issue, err := t.issue(ctx, n)
	if err != nil {
		return err
	}
	if err := t.setStatus(ctx, receipt.ID, r, issue.Status); err != nil {
		return err
	}
	if opens != nil {
		receipt.Messages[opens.ID] = opening
		receipt.Losses = append(receipt.Losses, messageLosses(opens)...)
		got.taken = issue.Attachments
		more, err := t.attachRest(ctx, receipt.ID, opens, got)
		if err != nil {
			return err
		}
		receipt.Losses = append(receipt.Losses, more...)
	} else if len(r.Messages) > 0 {
		note, err := t.Append(ctx, receipt.ID, &r.Messages[0])
		if err != nil {
			return err
		}
		receipt.Messages[r.Messages[0].ID], receipt.Files = note.ID, note.Files
		receipt.Losses = append(receipt.Losses, note.Losses...)
	}
	receipt.Returned, err = t.returned(ctx, issue, r)
	return err
}

// returned are the fields of an issue that was made, as Fetch would tell them: what it was
// when it was looked at, and its status, which it has by now.
func (t *Target) returned(ctx context.Context, issue issueShape, r *desk.Ticket) (desk.Prints, error) {
	back, err := t.record(ctx, issue, nil)
	if err != nil {
		return nil, err
	}
	d, err := t.dictionary(ctx)
	if err != nil {
		return nil, err
	}
	if w, ok := t.config.statusFor(d, r.Status); ok {
		back.Status, _ = t.config.status(w)
	}
	if err := t.onlyOurs(back); err != nil {
		return nil, err
	}
	return desk.PrintsOf(back), nil
}

// mayOpen refuses what cannot be an issue there.
func (t *Target) mayOpen(r *desk.Ticket) error {
	if len(r.Messages) > 1 {
		return connectors.Refuse(connectors.ReasonRefused, "", "ticket %s comes with %d messages, one is allowed", r.ID, len(r.Messages))
	}
	err := fits(r.Messages)
	if err == nil && len(r.Messages) > 0 && r.Messages[0].Note { // which is to follow when the issue is there
		_, err = t.writer(&r.Messages[0])
	}
	return err
}
