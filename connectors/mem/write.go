package mem

import (
	"context"
	"fmt"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Create makes r, with a ticket its messages.
func (d *Desk) Create(ctx context.Context, r desk.Record) (connectors.Receipt, error) {
	before, after := d.fail("create", r)
	if before != nil {
		return connectors.Receipt{}, before
	}
	rec, err := d.prepare(ctx, r)
	if err != nil {
		return connectors.Receipt{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if k, ok := d.marks[markKey(r)]; ok && d.Idempotent && r.About().Mark != "" && !d.rows[k].gone {
		return d.receipt(d.rows[k].rec, r), after
	}
	if t, ok := rec.(*desk.Ticket); ok {
		for i := range t.Messages {
			t.Messages[i].ID = d.next(desk.KindMessage)
		}
	}
	d.put(key{rec.Kind(), d.next(rec.Kind())}, rec)
	return d.receipt(rec, r), after
}

// prepare is r as it would stand here: linked, its files read, what the knobs
// leave no room for dropped.
func (d *Desk) prepare(ctx context.Context, r desk.Record) (desk.Record, error) {
	_, caps := d.Caps(Spec().Reads, Spec().Writes)
	if !caps.Has(r.Kind()) {
		return nil, fmt.Errorf("a %s: %w", r.Kind(), connectors.ErrUnsupported)
	}
	rec := desk.Clone(r)
	if t, ok := rec.(*desk.Ticket); ok && d.AtOnce > 0 && len(t.Messages) > d.AtOnce {
		return nil, connectors.Refuse(connectors.ReasonRefused, "",
			"ticket %s comes with %d messages, %d are allowed", r.About().ID, len(t.Messages), d.AtOnce)
	}
	if err := d.fits(rec); err != nil {
		return nil, err
	}
	if err := d.takeFiles(ctx, rec); err != nil {
		return nil, err
	}
	link(rec)
	drop(caps, rec)
	return rec, nil
}

// fits refuses more than the knobs allow.
func (d *Desk) fits(r desk.Record) error {
	t, ok := r.(*desk.Ticket)
	if !ok {
		return nil
	}
	if d.MaxMessages > 0 && len(t.Messages) > d.MaxMessages {
		return connectors.Refuse(connectors.ReasonTooLarge, "", "%d messages, %d are allowed", len(t.Messages), d.MaxMessages)
	}
	for i := range t.Messages {
		if n := len(t.Messages[i].Text); d.MaxText > 0 && n > d.MaxText {
			return connectors.Refuse(connectors.ReasonTooLarge, "", "message %s has %d bytes of text, %d are allowed", t.Messages[i].ID, n, d.MaxText)
		}
	}
	return nil
}

// receipt tells what was made of r.
func (d *Desk) receipt(made, r desk.Record) connectors.Receipt {
	got := connectors.Receipt{ID: made.About().ID, Version: made.About().Version, Returned: desk.PrintsOf(made)}
	was, ok := r.(*desk.Ticket)
	if !ok {
		return got
	}
	now := made.(*desk.Ticket)
	got.Messages = map[desk.ID]desk.ID{}
	for i := range min(len(was.Messages), len(now.Messages)) {
		got.Messages[was.Messages[i].ID] = now.Messages[i].ID
		got.Files = append(got.Files, fileReceipts(&was.Messages[i], &now.Messages[i])...)
	}
	return got
}

// Update makes the named fields say what r says.
func (d *Desk) Update(ctx context.Context, id desk.ID, r desk.Record, fields []string) (connectors.Receipt, error) {
	before, after := d.fail("update", r)
	if err := d.mayChange(ctx, before); err != nil {
		return connectors.Receipt{}, err
	}
	src := desk.Clone(r)
	link(src)
	d.mu.Lock()
	defer d.mu.Unlock()
	w, err := d.get(r.Kind(), id)
	if err != nil {
		return connectors.Receipt{}, err
	}
	_, caps := d.Caps(Spec().Reads, Spec().Writes)
	fields = slices.DeleteFunc(slices.Clone(fields), func(f string) bool { return !caps.Keeps(r.Kind(), f) })
	rec := desk.Clone(w.rec)
	if err := desk.Assign(rec, src, fields...); err != nil {
		return connectors.Receipt{}, fmt.Errorf("%s %q: %w: %w", r.Kind(), id, err, connectors.ErrRefused)
	}
	d.put(key{r.Kind(), id}, rec)
	return connectors.Receipt{ID: id, Version: rec.About().Version, Returned: desk.PrintsOf(rec)}, after
}

// mayChange tells whether something that stands may be changed.
func (d *Desk) mayChange(ctx context.Context, before error) error {
	if before != nil {
		return before
	}
	if d.CreateOnly {
		return fmt.Errorf("what was made once cannot be changed: %w", connectors.ErrUnsupported)
	}
	return ctx.Err()
}

// Append adds a message to a ticket.
func (d *Desk) Append(ctx context.Context, ticket desk.ID, m *desk.Message) (connectors.Receipt, error) {
	before, after := d.fail("append", m)
	if err := d.mayChange(ctx, before); err != nil {
		return connectors.Receipt{}, err
	}
	one, err := d.prepare(ctx, &desk.Ticket{Messages: []desk.Message{*m}})
	if err != nil {
		return connectors.Receipt{}, err
	}
	add := one.(*desk.Ticket).Messages[0]
	d.mu.Lock()
	defer d.mu.Unlock()
	w, err := d.get(desk.KindTicket, ticket)
	if err != nil {
		return connectors.Receipt{}, err
	}
	t := desk.Clone(w.rec).(*desk.Ticket)
	for i := range t.Messages {
		if d.Idempotent && m.Mark != "" && t.Messages[i].Mark == m.Mark {
			return connectors.Receipt{ID: t.Messages[i].ID, Files: fileReceipts(m, &t.Messages[i])}, after
		}
	}
	if d.MaxMessages > 0 && len(t.Messages) >= d.MaxMessages {
		return connectors.Receipt{}, connectors.Refuse(connectors.ReasonTooLarge, "", "ticket %s has %d messages", ticket, len(t.Messages))
	}
	add.ID = d.next(desk.KindMessage)
	t.Messages = append(t.Messages, add)
	d.put(key{desk.KindTicket, ticket}, t)
	return connectors.Receipt{ID: add.ID, Files: fileReceipts(m, &add)}, after
}

// Delete takes a record away and leaves a tombstone for Read.
func (d *Desk) Delete(ctx context.Context, kind desk.Kind, id desk.ID) error {
	before, after := d.fail("delete", id)
	if before != nil {
		return before
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	w, err := d.get(kind, id)
	if err != nil {
		return err
	}
	rec := desk.Clone(w.rec)
	delete(d.marks, markKey(rec))
	rec.About().Mark = ""
	d.put(key{kind, id}, rec).gone = true
	return after
}

// DeleteMessage takes one message out of a ticket.
func (d *Desk) DeleteMessage(ctx context.Context, ticket, message desk.ID) error {
	before, after := d.fail("delete", message)
	if before != nil {
		return before
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	w, err := d.get(desk.KindTicket, ticket)
	if err != nil {
		return err
	}
	t := desk.Clone(w.rec).(*desk.Ticket)
	i := slices.IndexFunc(t.Messages, func(m desk.Message) bool { return m.ID == message })
	if i < 0 {
		return fmt.Errorf("message %q of ticket %q: %w", message, ticket, connectors.ErrNotFound)
	}
	t.Messages = slices.Delete(t.Messages, i, i+1)
	d.put(key{desk.KindTicket, ticket}, t)
	return after
}

// link turns each reference into one of this desk's own. A connector that writes
// looks at Target only; a reference without one points nowhere.
func link(r desk.Record) {
	for _, ref := range desk.Refs(r) {
		*ref = desk.To(ref.Kind, ref.Target)
	}
}
