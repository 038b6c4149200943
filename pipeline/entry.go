package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// record brings one record up to date when nobody else is at it. It returns only
// errors that end the run, and errCircle.
func (r *run) record(ctx context.Context, rec desk.Record, chain []desk.Ref) error {
	name := busyName(desk.To(rec.Kind(), rec.About().ID))
	walk := name
	if len(chain) > 0 {
		walk = busyName(chain[0])
	}
	unlock, ok := r.busy.lock(walk, name)
	if !ok {
		return errCircle
	}
	defer unlock()
	return r.locked(ctx, rec, chain, true)
}

// locked brings one record up to date: map, link, settle, plan, write. The caller
// holds its lock. A record that was asked for by itself is whole; one that was read
// in passing may leave out what did not change.
func (r *run) locked(ctx context.Context, rec desk.Record, chain []desk.Ref, whole bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	kind, id := rec.Kind(), rec.About().ID
	if id == "" {
		return r.nameless(ctx, rec)
	}
	t := &task{run: r, rec: rec, whole: whole, seen: Seen{Now: r.MapHash}, chain: append(slices.Clip(chain), desk.To(kind, id))}
	t.repeat = r.peopleWere && len(chain) == 0 && r.onDemand(kind) && r.anyway(rec)
	if t.check != nil {
		if had, err := t.begun(ctx); had || err != nil {
			return err
		}
	}
	if err := t.look(ctx); err != nil {
		return err
	}
	if t.check != nil {
		t.besideOf()
	}
	err := t.guarded(ctx)
	if err != nil && ctx.Err() != nil {
		return ctx.Err() // it says nothing about the record
	}
	if t.check != nil {
		return t.checked(ctx, err)
	}
	if err == nil || t.leave(err) {
		if doubt := new(inDoubtError); r.early && errors.As(err, &doubt) {
			r.listed.Store(string(kind)+"\x00"+t.naturalKey(), true)
		}
		t.count()
		return nil
	}
	return err
}

// guarded keeps a fault of this program, over one record, from ending the run.
func (t *task) guarded(ctx context.Context) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = &connectors.Trouble{
				Reason: connectors.ReasonInternal,
				Err:    fmt.Errorf("%s %s: this program failed over it: %v", t.rec.Kind(), t.rec.About().ID, fault),
				Hint:   "please report it; the other records are not concerned",
			}
		}
	}()
	return t.bring(ctx)
}

// nameless puts aside a record that the source gave no id: it could not be told
// from the next such one.
func (r *run) nameless(ctx context.Context, rec desk.Record) error {
	sum := sha256.Sum256(desk.PrintsOf(rec).Encode())
	return r.aside(ctx, &connectors.Aside{
		Kind: rec.Kind(), ID: desk.ID("no-id-" + hex.EncodeToString(sum[:6])), Reason: connectors.ReasonUnreadable,
		Detail: fmt.Sprintf("%s without an id: give it one in the source", rec.Kind()),
	})
}

// partial asks for the whole of a ticket that was met before and not brought: the
// source may have yielded only what is new since. It is brought then.
func (t *task) partial(ctx context.Context) (brought bool, err error) {
	if t.whole || t.check != nil || t.fetcher == nil || !t.seen.Exists || t.seen.Target != "" || t.rec.Kind() != desk.KindTicket {
		return false, nil
	}
	rec, err := t.fetcher.Fetch(ctx, desk.KindTicket, t.rec.About().ID)
	if errors.Is(err, connectors.ErrNotFound) {
		return false, nil // what was read is all there is
	}
	if err != nil {
		return false, err
	}
	t.rec, t.whole = rec, true
	if err := t.look(ctx); err != nil {
		return false, err
	}
	return true, t.bring(ctx)
}

// tellApart gives a second message of the same id an id of its own, made of what it
// says; one that says the same is left out.
func tellApart(ticket *desk.Ticket) {
	first := make(map[desk.ID]*desk.Message, len(ticket.Messages))
	kept := ticket.Messages[:0:0]
	for i := range ticket.Messages {
		m := ticket.Messages[i]
		if was, taken := first[m.ID]; taken {
			print := m.Print()
			if print == was.Print() {
				continue
			}
			m.ID += desk.ID("~" + print[:8])
		}
		if _, taken := first[m.ID]; !taken {
			first[m.ID] = &ticket.Messages[i]
			kept = append(kept, m)
		}
	}
	if len(kept) < len(ticket.Messages) || slices.ContainsFunc(kept, func(m desk.Message) bool { return first[m.ID].ID != m.ID }) {
		ticket.Messages = kept
	}
}

func busyName(ref desk.Ref) string { return string(ref.Kind) + "\x00" + string(ref.ID) }
