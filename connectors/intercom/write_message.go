package intercom

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/byline"
	"github.com/deskhaul/deskhaul/connectors/mail/plaintext"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Append adds a message to a ticket: a contact's as theirs, a teammate's as a reply or a
// note, and each with the word that nobody is to be notified. A reply may open a ticket
// again that is over, so its state is put back (see over).
func (t *Target) Append(ctx context.Context, ticket desk.ID, m *desk.Message) (connectors.Receipt, error) {
	if err := t.mayWrite(); err != nil {
		return connectors.Receipt{}, err
	}
	if !isID(ticket) {
		return connectors.Receipt{}, missing(desk.KindTicket, ticket)
	}
	if err := fits(m); err != nil {
		return connectors.Receipt{}, err
	}
	files, err := t.spool(ctx, m)
	if err != nil {
		return connectors.Receipt{}, err
	}
	defer drop(files)
	var before ticketShape
	if err := t.get(ctx, "tickets/"+string(ticket), nil, &before); err != nil {
		return connectors.Receipt{}, err
	}
	p, err := t.mates(ctx)
	if err != nil {
		return connectors.Receipt{}, err
	}
	me := string(p.me.ID)
	was := over(&before, m, me)
	receipt, err := t.say(ctx, ticket, m, said{files, before.Parts.all(), was, before.asker()})
	if err == nil && was != "" {
		if err = t.putBack(ctx, ticket, m.Mark, was, before.unfurnished(me) != "", nil); err != nil {
			err = fmt.Errorf("message %s was added to ticket %s, and its state was not put back: %w: %w", m.ID, ticket, err, connectors.ErrUnsure)
		}
	}
	return receipt, err
}

// fits refuses what Intercom cannot hold.
func fits(m *desk.Message) error {
	if strings.ContainsRune(textOf(m), 0) {
		return connectors.Refuse(connectors.ReasonRefused, "take it out in the mapping", "message %s has the character NUL in its text", m.ID)
	}
	return nil
}

// as is in whose name, and how, a message is written.
type as struct {
	contact string // "" a teammate writes it
	admin   string // who writes it if no contact does, and the files that they cannot
	note    bool
}

func (t *Target) as(ctx context.Context, m *desk.Message, asker desk.ID) (w as, err error) {
	p, err := t.mates(ctx)
	if err != nil {
		return w, err
	}
	w.admin, w.note = string(p.me.ID), m.Note
	switch {
	case m.Author.Target == "":
	case m.Author.Kind == desk.KindAgent:
		w.admin = string(m.Author.Target)
	case m.Author.Kind == desk.KindContact && !m.Note && t.mayReply(m.Author.Target, asker):
		w.contact = string(m.Author.Target)
	}
	return w, nil
}

// mayReply tells whether a contact's message is to stand in their own name.
func (t *Target) mayReply(who, asker desk.ID) bool {
	return who == asker || t.config.Others == othersThemselves
}

// asker is the contact of a ticket.
func (t *ticketShape) asker() desk.ID {
	if len(t.Contacts.Contacts) == 0 {
		return ""
	}
	return desk.ID(t.Contacts.Contacts[0].ID)
}

// said is what a message is said with.
type said struct {
	files []spooled
	there []partShape // parts of the ticket from before
	was   string      // see over
	asker desk.ID     // the ticket's contact
}

// say writes a message, and before it the parts of files that it has no room for, but for
// those that are there from an attempt before.
func (t *Target) say(ctx context.Context, ticket desk.ID, m *desk.Message, with said) (connectors.Receipt, error) {
	w, err := t.as(ctx, m, with.asker)
	if err != nil {
		return connectors.Receipt{}, err
	}
	receipt := connectors.Receipt{Losses: t.messageLosses(m, with.asker)}
	if m, err = t.named(ctx, m); err != nil {
		return receipt, err
	}
	before, own := shares(w, with.files)
	for i, some := range before {
		if !hasFiles(with.there, m.Mark, i+1) {
			if _, _, err := t.reply(ctx, ticket, as{admin: w.admin, note: w.note}, m, fileLine(m.Mark, i+1, len(before), with.was), some); err != nil {
				return receipt, fmt.Errorf("message %s: its files: %w", m.ID, err)
			}
		}
		for j := range some {
			receipt.Files = append(receipt.Files, some[j].receipt(m))
		}
	}
	text := written(m, t.config.prefaced(), with.was)
	id, losses, err := t.replyAs(ctx, ticket, w, m, text, own)
	receipt.ID, receipt.Losses = id, append(receipt.Losses, losses...)
	for i := range own {
		receipt.Files = append(receipt.Files, own[i].receipt(m))
	}
	return receipt, err
}

// shares are the files that go before a message, ten at a time, and those that go with it.
func shares(w as, files []spooled) (before [][]spooled, own []spooled) {
	for len(files) > mostFiles || len(files) > 0 && w.contact != "" {
		n := min(mostFiles, len(files))
		before, files = append(before, files[:n]), files[n:]
	}
	return before, files
}

// hasFiles tells whether the part that holds the nth files of a message is there.
func hasFiles(parts []partShape, mark string, nth int) bool {
	return slices.ContainsFunc(parts, func(k partShape) bool {
		l, ok := parseLine(plainOf(k.Body))
		return ok && l.files && l.mark == mark && l.nth == nth
	})
}

// reply makes the call, and tells what of it was not taken.
func (t *Target) reply(ctx context.Context, ticket desk.ID, w as, m *desk.Message, text string, files []spooled) (desk.ID, []connectors.Loss, error) {
	values := map[string]any{"message_type": "comment", "type": "admin", "body": text, "skip_notifications": true}
	switch {
	case w.contact != "":
		values["type"], values["intercom_user_id"] = "user", w.contact
	default:
		values["admin_id"] = w.admin
	}
	if w.note {
		values["message_type"], values["body"] = "note", textHTML(text)
	}
	if !m.At.IsZero() && !t.ahead(m.At) {
		values["created_at"] = m.At.Unix()
	}
	call := rest.Call{Method: http.MethodPost, Path: "tickets/" + string(ticket) + "/reply", JSON: values}
	if len(files) > 0 {
		body, err := withFiles(values, files)
		if err != nil {
			return "", nil, err
		}
		call.JSON, call.Body = nil, body
	}
	var got partShape
	id, err := t.post(ctx, call, &got)
	if err != nil {
		return "", nil, err
	}
	return id, notTaken(m, &got, text, files), nil
}

// notTaken compares what was written with the answer: whether a reply of a teammate is taken
// as a text or as HTML no source tells.
func notTaken(m *desk.Message, got *partShape, text string, files []spooled) (losses []connectors.Loss) {
	if got.Body != "" && squeezed(plainOf(got.Body)) != squeezed(text) {
		losses = append(losses, connectors.Loss{Field: "message.text", Message: m.ID, Why: connectors.WhyNotTaken, Detail: fmt.Sprintf("message %s: Intercom did not take the text as it is", m.ID)})
	}
	if len(got.Files) < len(files) && len(got.Files) > 0 {
		for _, f := range files[len(got.Files):] {
			losses = append(losses, connectors.Loss{Field: "file", Message: m.ID, File: f.file.Name, Why: connectors.WhyNotTaken, Detail: fmt.Sprintf("message %s: file %q was not taken", m.ID, f.file.Name)})
		}
	}
	return losses
}

func authorLoss(m *desk.Message, why string) connectors.Loss {
	return connectors.Loss{Field: "message.author", Message: m.ID, Why: connectors.WhyNobody, Detail: fmt.Sprintf("message %s: %s", m.ID, why)}
}

// notTheirs is why a message does not stand in its author's name.
const notTheirs = "not the ticket's contact"

// messageLosses tells what a message cannot keep.
func (t *Target) messageLosses(m *desk.Message, asker desk.ID) (losses []connectors.Loss) {
	lose := func(field string, why connectors.Why, format string, args ...any) {
		losses = append(losses, connectors.Loss{Field: "message." + field, Message: m.ID, Why: why, Detail: fmt.Sprintf("message %s: ", m.ID) + fmt.Sprintf(format, args...)})
	}
	if m.Author.Kind == desk.KindContact && m.Note {
		lose("author", connectors.WhyNobody, "a note is a teammate's in Intercom, and its author is a contact; it stands in the name of the token's owner")
	}
	if m.Author.Kind == desk.KindContact && !m.Note && m.Author.Target != "" && !t.mayReply(m.Author.Target, asker) {
		lose("author", connectors.WhyNobody, "its author is "+notTheirs+"; it stands in the name of the token's owner")
	}
	if m.HTML != "" && strings.TrimSpace(m.Text) != "" && squeezed(m.Text) != squeezed(plaintext.HTML(m.HTML)) {
		lose("html", connectors.WhyOneBody, "its plain text is kept, and its formatted text says something else")
	}
	if t.ahead(m.At) && !t.config.prefaced() {
		lose("at", connectors.WhyTime, "it says that it was written in time to come; it has the time at which it is written here")
	}
	for _, f := range m.Files {
		if f.Inline {
			lose("cid", connectors.WhyNoRoom, "file %q is attached and not shown inside the text", f.Name)
			break
		}
	}
	return losses
}

// standInKey begins the keys under which State keeps who is stood in for, by the source's
// ids.
const standInKey = "stood in for/"

// named is a message that names its author where somebody else stands for them.
func (t *Target) named(ctx context.Context, m *desk.Message) (*desk.Message, error) {
	if m.From != (desk.Address{}) || m.Author.Kind != desk.KindAgent || t.config.StandIn == "" {
		return m, nil
	}
	who, err := t.env.State.Get(ctx, standInKey+string(m.Author.ID))
	if err != nil || who == nil {
		return m, err
	}
	c := *m
	c.From = byline.Round.Unshow(string(who))
	return &c, nil
}
