package pipeline

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// errCircle means that records refer to each other in a circle.
var errCircle = errors.New("refers to itself in a circle")

// link fills in the target ids of all that the record refers to. What is missing
// is brought first; a reference to a kind that the target has not, or to something
// that is not there at all, is dropped and told as a loss.
func (t *task) link(ctx context.Context) error {
	for _, ref := range desk.Refs(t.rec) {
		if ref.ID == "" {
			continue
		}
		if !t.Writes.Has(ref.Kind) {
			*ref = desk.Ref{} // told once, in the plan: the target has no such kind
			continue
		}
		if ref.Kind == desk.KindTicket {
			if err := t.linkTicket(ctx, ref); err != nil {
				return err
			}
			continue
		}
		target, why, err := t.target(ctx, *ref)
		switch {
		case err != nil:
			return err
		case target == "":
			t.lose(ref.Kind, fmt.Sprintf("refers to %s %s, %s; the reference is left out", ref.Kind, ref.ID, why))
			*ref = desk.Ref{}
		default:
			ref.Target = target
		}
	}
	t.compact()
	t.unmadeLost()
	return nil
}

// unmadeLost notes the references that were left out.
func (t *task) unmadeLost() {
	for _, kind := range slices.Sorted(maps.Keys(t.unmade)) {
		if t.check != nil {
			continue
		}
		t.lacksOf(t.rec.Kind(), "", t.rec.About().ID, connectors.Loss{
			Field: lostReference + string(kind), Detail: strings.Join(t.unmade[kind], "; "), Why: connectors.WhyReference,
		}, kind == desk.KindTicket) // a ticket is waited for to the end
	}
}

// writtenNow tells whether this run has written the record, and told of it.
func (t *task) writtenNow() bool { return t.was.Run == t.Run && t.was.Run != 0 && t.was.Target != "" }

// compact drops the participants whose references were dropped.
func (t *task) compact() {
	if ticket, ok := t.rec.(*desk.Ticket); ok {
		ticket.Participants = slices.DeleteFunc(ticket.Participants, desk.Ref.IsZero)
	}
	if a, ok := t.rec.(*desk.Agent); ok {
		a.Groups = slices.DeleteFunc(a.Groups, desk.Ref.IsZero)
	}
}

// linkTicket links to another ticket if it has arrived; else the reference waits.
func (t *task) linkTicket(ctx context.Context, ref *desk.Ref) error {
	row, exists, err := t.Ledger.Row(ctx, desk.KindTicket, "", ref.ID)
	if err != nil {
		return err
	}
	ref.Target = row.Landed()
	switch {
	case ref.Target != "":
	case t.last && (!exists || row.State == checkpoints.Skipped):
		t.lose(ref.Kind, fmt.Sprintf("refers to ticket %s, which is not brought; the reference is left out until it is", ref.ID))
		t.absent = ref.ID
		*ref = desk.Ref{}
	default:
		t.later = append(t.later, waitingFor(ref.ID))
		*ref = desk.Ref{}
	}
	return nil
}

// target returns what stands at the target for a record of the source, bringing it
// if need be; "" and why if nothing ever will.
func (t *task) target(ctx context.Context, ref desk.Ref) (id desk.ID, why string, err error) {
	if id, ok := t.known.get(ref); ok {
		return id, "", nil
	}
	row, exists, err := t.Ledger.Row(ctx, ref.Kind, "", ref.ID)
	if err != nil {
		return "", "", err
	}
	wanted := row.State == checkpoints.Skipped && t.onDemand(ref.Kind)
	// One that is under way, or that a kill left open, is waited for or taken up.
	if row.Landed() == "" && t.check == nil && (!exists || wanted || slices.Contains(unfinished, row.State)) {
		err := t.fetch(ctx, ref)
		switch {
		case errors.Is(err, connectors.ErrNotFound) && t.mayCome(ref, exists):
		case errors.Is(err, connectors.ErrNotFound):
			return "", "which the source does not have", nil
		case errors.Is(err, errCircle):
			return "", "which refers back to it", nil
		case err != nil:
			return "", "", err
		}
		if row, _, err = t.Ledger.Row(ctx, ref.Kind, "", ref.ID); err != nil {
			return "", "", err
		}
	}
	switch {
	case row.Landed() != "":
		t.known.set(ref.Kind, ref.ID, row.Target)
		return row.Target, "", nil
	case t.check != nil:
		return "", "which has not arrived", nil
	case row.State == checkpoints.Skipped:
		return "", "which was left out (" + row.Detail + ")", nil
	}
	err = fmt.Errorf("%s %s: refers to %s %s, which has not arrived (%s)", t.rec.Kind(), t.rec.About().ID, ref.Kind, ref.ID, row.Detail)
	if row.State == checkpoints.Intended {
		err = &inDoubtError{err}
	}
	return "", "", &connectors.Trouble{
		Reason: connectors.ReasonReference,
		Err:    err,
		Hint:   "it is tried again with every run",
	}
}

// unasked is why a record that no ticket refers to stays behind.
func (t *task) unasked() string {
	switch t.rec.Kind() {
	case desk.KindContact, desk.KindOrganization:
		return "no ticket that passes refers to it (contacts: all brings it)"
	case desk.KindAgent, desk.KindGroup, desk.KindCategory, desk.KindTicket, desk.KindMessage, desk.KindFile:
	}
	return "no ticket that is routed here refers to it"
}

// inDoubtError is of a record that waits for one of which nobody knows yet whether it
// arrived.
type inDoubtError struct{ error }

// fetch brings one record that another refers to.
func (t *task) fetch(ctx context.Context, ref desk.Ref) error {
	if t.fetcher == nil {
		return fmt.Errorf("%s %s: %w", ref.Kind, ref.ID, connectors.ErrNotFound)
	}
	if slices.Contains(t.chain, desk.To(ref.Kind, ref.ID)) {
		return errCircle
	}
	rec, err := t.fetcher.Fetch(ctx, ref.Kind, ref.ID)
	if err != nil {
		return err
	}
	return t.record(ctx, rec, t.chain)
}

// lose tells that a reference to a record of that kind could not be kept.
func (t *task) lose(kind desk.Kind, detail string) {
	if t.unmade == nil {
		t.unmade = map[desk.Kind][]string{}
	}
	t.unmade[kind] = append(t.unmade[kind], detail)
}
