package itsm365

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Deletes says ahead what is never deleted.
func (t *Target) Deletes(kind desk.Kind) error {
	switch kind {
	case desk.KindTicket, desk.KindContact, desk.KindOrganization:
		return nil
	case desk.KindAgent, desk.KindGroup, desk.KindCategory, desk.KindMessage, desk.KindFile:
	}
	return fmt.Errorf("a %s is the installation's own, and stays: %w", kind, connectors.ErrUnsupported)
}

// Delete takes back what was made.
func (t *Target) Delete(ctx context.Context, kind desk.Kind, id desk.ID) error {
	if err := errors.Join(t.mayWrite(), t.Deletes(kind)); err != nil {
		return err
	}
	if !isUUID(id) || classOf(string(id)) != classOf(t.config.kind(kind).Class) {
		return missing(string(kind), id)
	}
	if err := t.namedByNone(ctx, kind, id); err != nil {
		return err
	}
	err := t.remove(ctx, id)
	if err == nil || errors.Is(err, connectors.ErrNotFound) { // not found, if an answer before was lost
		t.forget(ctx, kind, id)
	}
	return err
}

// remove deletes an object, by a GET: it is sent once.
func (t *Target) remove(ctx context.Context, id desk.ID) error {
	resp, err := t.client.Do(ctx, rest.Call{Path: "delete/" + url.PathEscape(string(id)), Acts: true})
	if absent(err) {
		return missing("object", id)
	}
	if err != nil {
		return err
	}
	_ = resp.Body.Close() // it was done
	return nil
}

// namedByNone refuses a contact or organisation that is named by what stands there.
func (t *Target) namedByNone(ctx context.Context, kind desk.Kind, id desk.ID) error {
	type names struct {
		kind desk.Kind
		attr string
	}
	by := map[desk.Kind][]names{
		desk.KindContact:      {{desk.KindTicket, "requester"}},
		desk.KindOrganization: {{desk.KindContact, "organization"}, {desk.KindTicket, "organization"}},
	}[kind]
	for _, n := range by {
		k := t.config.kind(n.kind)
		if k.code(n.attr) == "" {
			continue
		}
		rows, err := t.find(ctx, classOf(k.Class), map[string]any{k.code(n.attr): string(id)}, []string{"UUID"}, 0, 1)
		if err != nil {
			return err
		}
		if len(rows) > 0 {
			return connectors.Refuse(connectors.ReasonRefused, "archive it there if nobody needs it", "%s %s is named by others there, such as %s", kind, id, rows[0].id())
		}
	}
	return nil
}

// DeleteMessage takes back a comment, with the files that it names. The comment goes first: if
// what follows fails, a message that is brought again takes the files that no line names, while
// one that stays without its files would count as whole.
func (t *Target) DeleteMessage(ctx context.Context, ticket, message desk.ID) error {
	if err := t.mayWrite(); err != nil {
		return err
	}
	k := t.config.kind(desk.KindMessage)
	if message == opening {
		return fmt.Errorf("the description of ticket %s goes with it alone: %w", ticket, connectors.ErrUnsupported)
	}
	if classOf(string(message)) != classOf(k.Class) {
		return missing("message", message)
	}
	r, err := t.get(ctx, message)
	if err != nil {
		return err
	}
	if r.ref(k.code("ticket")) != ticket {
		return missing("message", message)
	}
	if err := t.remove(ctx, message); err != nil {
		return err
	}
	p, _, _ := parsePreface(r.text(k.code("text")))
	for _, id := range p.files {
		if err := t.remove(ctx, desk.ID(id)); err != nil && !errors.Is(err, connectors.ErrNotFound) {
			return fmt.Errorf("message %s was taken out, and its file %s hangs on ticket %s still: delete that there, unless the message is brought again: %w", message, id, ticket, err)
		}
	}
	return nil
}
