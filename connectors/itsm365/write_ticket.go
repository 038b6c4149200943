package itsm365

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"html"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/byline"
	"github.com/deskhaul/deskhaul/desk"
)

// noSubject is the subject of a ticket that has none.
const noSubject = "(no subject)"

// nothingSaid is what a ticket opens with that opens without a message to its requester.
const nothingSaid = "This ticket opens without a message to its requester."

// coverFields are the fields of a ticket that are written.
var coverFields = []string{"subject", "priority", "requester", "assignee", "group", "category", "due", "tags", "status"}

// createTicket makes a ticket with its first message as the description. Then come the files
// of that message, and the status, for a ticket begins in the first of its states; and with the
// last step the description says that all is there, and which files. If something fails before,
// ErrUnsure says so, and Find finishes it.
func (t *Target) createTicket(ctx context.Context, r *desk.Ticket) (connectors.Receipt, error) {
	if err := t.mayOpen(r); err != nil {
		return connectors.Receipt{}, err
	}
	values, losses := t.coverOf(r, coverFields, r.FieldNames())
	opens, err := t.named(ctx, opensWith(r))
	if err != nil {
		return connectors.Receipt{}, err
	}
	if err := t.putDescription(values, opens, waits(r, opens), nil); err != nil {
		return connectors.Receipt{}, err
	}
	if err := t.organizationOf(ctx, values, r); err != nil {
		return connectors.Receipt{}, err
	}
	var files *spooled
	if opens != nil {
		if files, err = t.spool(ctx, opens); err != nil {
			return connectors.Receipt{}, err
		}
		defer files.drop()
	}
	fqn := t.config.classFor(r.Type)
	got, err := t.make(ctx, fqn, t.birth(r, fqn, values), "UUID")
	if err != nil {
		return connectors.Receipt{}, fmt.Errorf("ticket %s: %w", r.ID, t.lacking(t.refusedSurely(ctx, err, r), "tickets"))
	}
	receipt := connectors.Receipt{ID: got.id(), Losses: losses, Messages: map[desk.ID]desk.ID{}}
	if err := t.finish(ctx, r, files, &receipt); err != nil {
		err = fmt.Errorf("ticket %s was made as %s, and not finished: %w: %w", r.ID, receipt.ID, err, connectors.ErrUnsure)
		return receipt, err
	}
	return receipt, nil
}

// opensWith is the message that is the description; nil if the first is private, or there is
// none.
func opensWith(r *desk.Ticket) *desk.Message {
	if len(r.Messages) == 0 || r.Messages[0].Note {
		return nil
	}
	return &r.Messages[0]
}

// mayOpen refuses what cannot be a ticket there.
func (t *Target) mayOpen(r *desk.Ticket) error {
	if len(r.Messages) > 1 {
		return connectors.Refuse(connectors.ReasonRefused, "", "ticket %s comes with %d messages, one is allowed", r.ID, len(r.Messages))
	}
	var note error
	if len(r.Messages) > 0 && r.Messages[0].Note {
		note = t.mayNote(&r.Messages[0])
	}
	return errors.Join(fits(r.Messages), note)
}

// waits tells whether a ticket is not all there when it is made.
func waits(r *desk.Ticket, opens *desk.Message) bool {
	return opens != nil && len(opens.Files) > 0 || r.Status != desk.StatusNew && r.Status != ""
}

// putDescription puts a message into the values as the description.
func (t *Target) putDescription(values map[string]any, opens *desk.Message, waits bool, files []string) error {
	k := t.config.kind(desk.KindTicket)
	p := preface{kind: "p", mark: "-"}
	if opens != nil {
		p = prefaceOf(opens, files)
	}
	if p.waits = waits; waits {
		p.mark = "-"
	}
	if code := k.code("html"); code != "" {
		said := "<p>" + html.EscapeString(nothingSaid) + "</p>"
		if opens != nil {
			said = byline.Page(opens)
		}
		values[code] = p.html() + said
		return nil
	}
	code := k.code("text")
	if code == "" {
		return connectors.Refuse(connectors.ReasonRefused, "name an attribute in tickets, html or text", "there is no attribute for what a ticket says")
	}
	said := nothingSaid
	if opens != nil {
		said = opens.Text
	}
	values[code] = p.line() + "\n" + said
	return nil
}

// organizationOf puts the organisation of the requester into the values, where a ticket has
// one there.
func (t *Target) organizationOf(ctx context.Context, values map[string]any, r *desk.Ticket) error {
	code, of := t.config.kind(desk.KindTicket).code("organization"), t.config.kind(desk.KindContact).code("organization")
	if _, constant := t.config.kind(desk.KindTicket).Constants[code]; code == "" || of == "" || constant || !isUUID(r.Requester.Target) {
		return nil
	}
	who, err := t.get(ctx, r.Requester.Target)
	if errors.Is(err, connectors.ErrNotFound) {
		return connectors.Refuse(connectors.ReasonRefused, "", "ticket %s: its requester %s is not there any more", r.ID, r.Requester.Target)
	}
	if err != nil {
		return err
	}
	if org := who.ref(of); org != "" {
		values[code] = string(org)
	}
	return nil
}

// finish does what is left when a ticket is made.
func (t *Target) finish(ctx context.Context, r *desk.Ticket, opens *spooled, receipt *connectors.Receipt) error {
	now, err := t.get(ctx, receipt.ID)
	if err != nil {
		return err
	}
	if err := t.complete(ctx, r, opens, now, receipt); err != nil {
		return err
	}
	switch {
	case opens != nil:
		receipt.Messages[opens.ID] = opening
		receipt.Losses = append(receipt.Losses, t.messageLosses(opens.Message, true)...)
	case len(r.Messages) > 0:
		note, err := t.Append(ctx, receipt.ID, &r.Messages[0])
		if err != nil {
			return err
		}
		receipt.Messages[r.Messages[0].ID], receipt.Files = note.ID, note.Files
		receipt.Losses = append(receipt.Losses, note.Losses...)
	}
	return t.lookBack(ctx, receipt)
}

// complete attaches the files of a description that says that it waits, and sets the status;
// with the last step the description says that it waits no more.
func (t *Target) complete(ctx context.Context, r *desk.Ticket, opens *spooled, now row, receipt *connectors.Receipt) error {
	if !t.waiting(now) {
		return nil
	}
	values, up := map[string]any{}, uploaded{}
	var message *desk.Message
	if opens != nil {
		var err error
		if up, err = t.upload(ctx, receipt.ID, opens); err != nil {
			return err
		}
		message = opens.Message
	}
	receipt.Files, receipt.Losses = up.receipts, append(receipt.Losses, up.losses...)
	if err := t.putDescription(values, message, false, up.ids); err != nil {
		return err
	}
	state := now.text(t.stateCode())
	var err error
	if is, _ := t.config.status(state); is != desk.StatusNew && !slices.Contains(t.config.path(t.stateToWrite(r.Status)), state) && receipt.Messages == nil {
		err = t.edit(ctx, receipt.ID, values) // somebody gave it a status meanwhile
	} else {
		err = t.setStatus(ctx, receipt.ID, r, state, values)
	}
	if err == nil {
		t.forgetLoose(ctx, receipt.ID, up.files)
	}
	return err
}

func (t *Target) waiting(now row) bool {
	k := t.config.kind(desk.KindTicket)
	p, _, ok := parsePreface(cmp.Or(now.text(k.code("html")), now.text(k.code("text"))))
	return ok && p.waits
}

// finishFound completes a ticket whose making was broken off before.
func (t *Target) finishFound(ctx context.Context, id desk.ID, r *desk.Ticket) error {
	there, err := t.get(ctx, id)
	if errors.Is(err, connectors.ErrNotFound) || err == nil && !t.waiting(there) {
		return nil
	}
	if err != nil {
		return err
	}
	opens, err := t.named(ctx, opensWith(r))
	if err != nil {
		return err
	}
	var files *spooled
	if opens != nil {
		if files, err = t.spool(ctx, opens); err != nil {
			return err
		}
		defer files.drop()
	}
	return t.complete(ctx, r, files, there, &connectors.Receipt{ID: id})
}

// lookBack tells in a receipt what stands there now, but for messages.
func (t *Target) lookBack(ctx context.Context, receipt *connectors.Receipt) error {
	now, err := t.get(ctx, receipt.ID)
	if err != nil {
		return err
	}
	back, err := t.record(ctx, now, nil, nil)
	if err != nil {
		return err
	}
	if err := t.onlyOurs(back); err != nil {
		return err
	}
	receipt.Version, receipt.Returned = now.text(t.config.kind(desk.KindTicket).code("updated")), desk.PrintsOf(back)
	return nil
}
