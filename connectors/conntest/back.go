package conntest

import (
	"context"
	"fmt"
	"iter"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// world is what the read rules read: rich records and a crowd of plain ones.
func world() []desk.Record { return append(Sample(), crowd("c", 7)...) }

// list drains a read: the items up to the first error.
func list(seq iter.Seq2[connectors.Item, error]) (items []connectors.Item, err error) {
	for it, err := range seq {
		if err != nil {
			return items, err
		}
		if err := sound(it); err != nil {
			return items, err
		}
		items = append(items, it)
	}
	return items, nil
}

// records are the items that are records.
func records(items []connectors.Item) (out []desk.Record) {
	for _, it := range items {
		if it.Record != nil {
			out = append(out, it.Record)
		}
	}
	return out
}

// latest are the records by id, the last version of each; tombstones excepted.
func latest(items []connectors.Item) map[desk.ID]desk.Record {
	m := map[desk.ID]desk.Record{}
	for _, rec := range records(items) {
		if m[rec.About().ID] = rec; rec.About().Deleted {
			delete(m, rec.About().ID)
		}
	}
	return m
}

// readAll opens the source anew and reads one kind from the beginning.
func (r *rig) readAll(ctx context.Context, kind desk.Kind) ([]connectors.Item, error) {
	s, err := r.source(ctx)
	if err != nil {
		return nil, err
	}
	items, err := list(s.Read(ctx, kind, ""))
	if err != nil {
		return items, fmt.Errorf("read %s: %w", kind, err)
	}
	return items, nil
}

// back reads a record that was written: with Fetch if the target can, else by
// closing it and reading with the source. want, the record as it was handed
// over, tells which one it is where the source has other ids.
func (r *rig) back(ctx context.Context, id desk.ID, want desk.Record) (desk.Record, error) {
	if r.target == nil && r.writes.OnePass {
		return r.backBySource(ctx, id, want) // it must not be opened again
	}
	d, err := r.open(ctx)
	if err != nil {
		return nil, err
	}
	if f, ok := d.(connectors.Fetcher); ok {
		rec, err := f.Fetch(ctx, want.Kind(), id)
		if err != nil {
			return nil, fmt.Errorf("fetch %s %s: %w", want.Kind(), id, err)
		}
		if rec.About().ID != id {
			return nil, fmt.Errorf("fetch %s %q gave the id %q", want.Kind(), id, rec.About().ID)
		}
		return rec, nil
	}
	return r.backBySource(ctx, id, want)
}

func (r *rig) backBySource(ctx context.Context, id desk.ID, want desk.Record) (desk.Record, error) {
	if !r.hasSource() || !r.reads.Has(want.Kind()) {
		return nil, skipped("needs a Fetcher, or a source that reads the kind " + string(want.Kind()))
	}
	if err := r.close(ctx); err != nil {
		return nil, err
	}
	items, err := r.readAll(ctx, want.Kind())
	if err != nil {
		return nil, err
	}
	all := latest(items)
	if rec := all[id]; rec != nil {
		return rec, nil
	}
	for _, rec := range all {
		if m := rec.About().Mark; len(all) == 1 || m != "" && m == want.About().Mark {
			return rec, nil
		}
	}
	return nil, fmt.Errorf("%s %s was written and is not among the %d that are read: %w", want.Kind(), id, len(all), connectors.ErrNotFound)
}

// makeTicket writes t, and before it whom and what it refers to.
func (r *rig) makeTicket(ctx context.Context, t *desk.Ticket) (connectors.Receipt, *desk.Ticket, error) {
	if err := r.makeOthers(ctx); err != nil {
		return connectors.Receipt{}, nil, err
	}
	got, whole, err := r.create(ctx, t)
	if err != nil {
		return got, nil, err
	}
	return got, whole.(*desk.Ticket), nil
}

// makeOthers writes the sample people and shelves, once.
func (r *rig) makeOthers(ctx context.Context) error {
	for _, rec := range r.writable(Sample()) {
		if rec.Kind() == desk.KindTicket || r.targets[named{rec.Kind(), rec.About().ID}] != "" {
			continue
		}
		if _, _, err := r.create(ctx, rec); err != nil {
			return err
		}
	}
	return nil
}

// backTicket is back for tickets.
func (r *rig) backTicket(ctx context.Context, id desk.ID, want *desk.Ticket) (*desk.Ticket, error) {
	rec, err := r.back(ctx, id, want)
	if err != nil {
		return nil, err
	}
	t, ok := rec.(*desk.Ticket)
	if !ok {
		return nil, fmt.Errorf("asked for ticket %s, got a %s", id, rec.Kind())
	}
	return t, nil
}

// simple is a ticket of the sample contact with plain messages, a minute apart.
func simple(id desk.ID, texts ...string) *desk.Ticket {
	t := &desk.Ticket{Meta: plain(desk.KindTicket, id), Subject: "About " + string(id), Status: desk.StatusOpen, Requester: desk.To(desk.KindContact, "1")}
	for i, text := range texts {
		m := say("1", fmt.Sprintf("%s-%d", id, i), "olga@gruen.test", text)
		if m.At = born.Add(minutes(i)); i > 0 {
			m.InReplyTo, m.References = t.Messages[0].MessageID, []string{t.Messages[0].MessageID}
		}
		t.Messages = append(t.Messages, m)
	}
	return t
}
