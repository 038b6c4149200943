package conntest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func updateRules() []rule {
	on := []need{aTarget, reopening, changing}
	return []rule{
		{"UpdateNamed", "Update makes the named fields say what the record says and touches no other field, and no message.", on, updateNamed},
		{"UpdateEmpties", "Update empties a named field that the record leaves empty.", on, updateEmpties},
		{"UpdateNothing", "Update, Append and Fetch of what is not there say ErrNotFound.", []need{aTarget, changing}, updateNothing},
		{"Append", "Append adds one message after those before it, with its own time, text and files.", append(on, tickets), appendOrder},
		{"Tombstones", "Caps.Tombstones: the field deleted is kept, and the rest of the record with it.", append(on, tombstones), keepsTombstones},
		{"CreateOnly", "Caps.CreateOnly: Update says ErrUnsupported, and so does Append where Create takes whole tickets.", []need{aTarget, createOnly}, saysUnsupported},
	}
}

// changedSample is what the sample of a kind says after a change, and the fields
// that changed.
func changedSample(rec desk.Record) (desk.Record, []string) {
	rec = desk.Clone(rec)
	switch c := rec.(type) {
	case *desk.Ticket:
		c.Subject, c.Priority, c.Tags, c.Status = "Переименовано", desk.PriorityLow, []string{"neu"}, desk.StatusPending
		return c, []string{"subject", "priority", "tags", "status"}
	case *desk.Contact:
		c.Name, c.Phones = "Ольга Сидорова", []string{"+49 40 9", "+49 40 8"}
		return c, []string{"name", "phones"}
	case *desk.Agent:
		c.Name, c.Disabled = "Aiko 鈴木", false
		return c, []string{"name", "disabled"}
	case *desk.Organization:
		c.Note, c.Domains = "zahlt nicht", []string{"neu.test"}
		return c, []string{"note", "domains"}
	case *desk.Group:
		c.Name = "Третий уровень"
	case *desk.Category:
		c.Name += " (alt)"
	}
	return rec, []string{"name"}
}

func updateNamed(ctx context.Context, r *rig) error {
	return r.updateEach(ctx, func(whole desk.Record) (asked, after desk.Record, fields []string) {
		after, fields = changedSample(whole)
		asked = desk.New(whole.Kind()) // all else is empty: a connector that writes it wipes it
		asked.About().ID, asked.About().Mark = whole.About().ID, whole.About().Mark
		return asked, after, fields
	})
}

func updateEmpties(ctx context.Context, r *rig) error {
	return r.updateEach(ctx, func(whole desk.Record) (asked, after desk.Record, fields []string) {
		after = desk.Clone(whole)
		for _, f := range emptied(whole.Kind()) {
			if r.writes.Keeps(whole.Kind(), f) {
				fields = append(fields, f)
			}
		}
		asked = desk.Clone(whole)
		if t, ok := asked.(*desk.Ticket); ok {
			t.Messages = nil
		}
		return asked, after, fields
	}, desk.New)
}

// emptied are fields that may be empty in any helpdesk.
func emptied(kind desk.Kind) []string {
	switch kind {
	case desk.KindTicket:
		return []string{"tags", "due", "assignee", "fields.plan"}
	case desk.KindContact:
		return []string{"phones", "note", "org"}
	case desk.KindOrganization:
		return []string{"note"}
	case desk.KindAgent:
		return []string{"groups"}
	case desk.KindCategory:
		return []string{"parent"}
	case desk.KindGroup, desk.KindMessage, desk.KindFile:
	}
	return nil
}

// updateEach makes every sample, updates each as change tells, and compares. Where
// from is given, the named fields are taken from what it makes.
func (r *rig) updateEach(ctx context.Context, change func(desk.Record) (asked, after desk.Record, fields []string), from ...func(desk.Kind) desk.Record) error {
	var errs []error
	for _, rec := range r.writable(Sample()) {
		got, whole, err := r.create(ctx, rec)
		if err != nil {
			return err
		}
		asked, after, fields := change(whole)
		for _, f := range from {
			errs = append(errs, desk.Assign(after, f(after.Kind()), fields...))
		}
		errs = append(errs, desk.Assign(asked, after, fields...))
		if len(fields) == 0 {
			continue
		}
		d, err := r.open(ctx)
		if err != nil {
			return err
		}
		now, err := d.Update(ctx, got.ID, asked, fields)
		if err != nil {
			return fmt.Errorf("update %s: %w", rec.Kind(), err)
		}
		back, err := r.back(ctx, got.ID, after)
		if err == nil {
			err = errors.Join(forgive(after, back, cut(append(got.Losses, now.Losses...))), same(ctx, r.writes, after, back), asReturned(r.writes, now, back))
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s, updated in %q: %w", rec.Kind(), fields, err))
		}
	}
	return errors.Join(errs...)
}

func updateNothing(ctx context.Context, r *rig) error {
	d, err := r.open(ctx)
	if err != nil {
		return err
	}
	want := func(call string, err error) error {
		if !errors.Is(err, connectors.ErrNotFound) {
			return fmt.Errorf("%s said %v, want ErrNotFound", call, said(err))
		}
		return nil
	}
	var errs []error
	for _, kind := range r.writes.Kinds {
		rec := r.link(Sample(kind)[0])
		_, fields := changedSample(rec)
		_, err := d.Update(ctx, "conntest-nothing", rec, fields)
		errs = append(errs, want("Update of a "+string(kind), err))
		if f, ok := d.(connectors.Fetcher); ok {
			_, err = f.Fetch(ctx, kind, "conntest-nothing")
			errs = append(errs, want("Fetch of a "+string(kind), err))
		}
	}
	if r.writes.Has(desk.KindTicket) {
		m := say("", "x", "x@example.com", "x")
		m.Author = desk.Ref{}
		_, err = d.Append(ctx, "conntest-nothing", &m)
		errs = append(errs, want("Append", err))
	}
	return errors.Join(errs...)
}

func appendOrder(ctx context.Context, r *rig) error {
	t := simple("grows", "first", "second", "third", "fourth")
	t.Messages[2].Files = []desk.File{Bytes("später.txt", "text/plain", []byte("appended"))}
	first := desk.Clone(t).(*desk.Ticket)
	first.Messages = first.Messages[:1]
	got, _, err := r.makeTicket(ctx, first)
	if err != nil {
		return err
	}
	want := r.link(t).(*desk.Ticket)
	for i := 1; i < len(want.Messages); i++ {
		d, err := r.open(ctx)
		if err != nil {
			return err
		}
		one, err := d.Append(ctx, got.ID, &want.Messages[i])
		if err != nil {
			return fmt.Errorf("append message %d: %w", i+1, err)
		}
		if one.ID == "" {
			return fmt.Errorf("append message %d: the receipt has no id", i+1)
		}
	}
	back, err := r.backTicket(ctx, got.ID, want)
	if err != nil {
		return err
	}
	return same(ctx, r.writes, want, back)
}

func keepsTombstones(ctx context.Context, r *rig) error {
	var errs []error
	for _, rec := range r.writable(Sample()) {
		got, whole, err := r.create(ctx, rec)
		if err != nil {
			return err
		}
		whole.About().Deleted = true
		if _, err := r.target.Update(ctx, got.ID, whole, []string{"deleted"}); err != nil {
			return fmt.Errorf("mark %s as deleted: %w", rec.Kind(), err)
		}
		f, ok := r.target.(connectors.Fetcher)
		if !ok {
			return skipped("needs a target that is a Fetcher")
		}
		back, err := f.Fetch(ctx, rec.Kind(), got.ID)
		if err == nil {
			err = same(ctx, r.writes, whole, back)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func saysUnsupported(ctx context.Context, r *rig) error {
	kind := r.writes.Kinds[len(r.writes.Kinds)-1]
	rec := Sample(kind)[0]
	if t, ok := rec.(*desk.Ticket); ok {
		t.Messages = slices.Clone(t.Messages[:1])
	}
	got, whole, err := r.create(ctx, rec)
	if err != nil {
		return err
	}
	_, fields := changedSample(whole)
	if _, err := r.target.Update(ctx, got.ID, whole, fields); !errors.Is(err, connectors.ErrUnsupported) {
		return fmt.Errorf("update said %v, want ErrUnsupported", said(err))
	}
	if m := say("", "x", "x@example.com", "x"); kind == desk.KindTicket && r.writes.AtOnce == 0 {
		m.Author = desk.Ref{}
		if _, err := r.target.Append(ctx, got.ID, &m); !errors.Is(err, connectors.ErrUnsupported) {
			return fmt.Errorf("append said %v, want ErrUnsupported", said(err))
		}
	}
	return nil
}
