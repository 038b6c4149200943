package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// regain looks, when a call was refused, whether somebody at the target has merged or
// deleted a person or shelf that it speaks of since we wrote or found it. One that was
// merged into another, or made anew, is found by its address or name, and the call is
// made again; for one that is gone the refusal says so. Nobody who was deleted there is
// made again. It returns what is left of the refusal.
func (t *task) regain(ctx context.Context, s *Step, refusal error) error {
	from, fetches := t.Target.(connectors.Fetcher)
	finder, finds := t.Target.(connectors.Finder)
	if t.DryRun || !fetches || !finds || errors.Is(refusal, errStop) || errors.Is(refusal, connectors.ErrDenied) {
		return refusal
	}
	seek := seeker{task: t, from: from, finder: finder}
	switch {
	case s.Verb == Update && t.rec.Kind() != desk.KindTicket && errors.Is(refusal, connectors.ErrNotFound):
		return seek.itself(ctx, refusal)
	case connectors.ReasonOf(refusal) == connectors.ReasonRefused:
		return seek.others(ctx, s, refusal)
	}
	return refusal
}

// seeker looks for what became of records at the target.
type seeker struct {
	*task
	from   connectors.Fetcher
	finder connectors.Finder
}

// itself finds the record of the task under another id, and writes to that.
func (k seeker) itself(ctx context.Context, refusal error) error {
	t := k.task
	id, err := k.find(ctx, t.rec)
	if err != nil || id == "" || id == t.seen.Target {
		return errors.Join(refusal, err)
	}
	t.replacedThere(t.rec.Kind(), t.rec.About().ID, t.seen.Target, id)
	t.seen.Target, t.seen.Adopted, t.seen.TargetVersion = id, true, ""
	t.save()
	steps, err := t.meet(ctx, Plan(t.rec, t.seen, t.Writes))
	for _, s := range steps {
		err = errors.Join(err, t.write(ctx, s))
	}
	return err
}

// others finds what a step refers to under other ids, and makes its call again.
func (k seeker) others(ctx context.Context, s *Step, refusal error) error {
	found := map[desk.Ref]desk.ID{} // by kind and former id at the target
	var gone []string
	for _, ref := range spokenOf(s) {
		id, err := k.other(ctx, ref)
		switch {
		case err != nil:
			return errors.Join(refusal, err)
		case id == "":
			gone = append(gone, fmt.Sprintf("%s %s (%s there)", ref.Kind, ref.ID, ref.Target))
		case id != ref.Target:
			found[desk.To(ref.Kind, ref.Target)] = id
		}
	}
	if len(gone) > 0 {
		err := &connectors.Trouble{
			Reason: connectors.ReasonConflict,
			Err:    fmt.Errorf("%w: it refers to what was deleted at the target: %s", refusal, strings.Join(gone, ", ")),
			Hint:   "bring that back there, or map it to somebody else, and say retry",
		}
		k.outcome(*s, connectors.Receipt{}, err)
		return err
	}
	if len(found) == 0 {
		return refusal
	}
	refs := append(desk.Refs(k.rec), desk.Refs(s.Record)...) // of which a step may have a copy
	if s.Message != nil {
		refs = append(refs, &s.Message.Author)
	}
	for _, ref := range refs {
		if id, ok := found[desk.To(ref.Kind, ref.Target)]; ok {
			ref.Target = id
		}
	}
	return k.write(ctx, *s)
}

// spokenOf lists, each once, the people and shelves that a call names: the author of
// one message, or those of a record and of the messages that go with it.
func spokenOf(s *Step) (out []desk.Ref) {
	refs := desk.Refs(s.Record)
	if s.Verb == Append {
		refs = []*desk.Ref{&s.Message.Author}
	}
	for _, ref := range refs {
		if ref.Target != "" && ref.Kind != desk.KindTicket && !slices.Contains(out, *ref) {
			out = append(out, *ref)
		}
	}
	return out
}

// other tells what stands at the target now for something that a call named: its id as
// it was, another one, or "" if it is gone. What was found out in this run is not asked
// for again.
func (k seeker) other(ctx context.Context, ref desk.Ref) (desk.ID, error) {
	was := desk.To(ref.Kind, ref.Target)
	if id, ok := k.sought.get(was); ok {
		return id, nil
	}
	_, err := k.asked(ctx, k.from, ref.Kind, ref.Target)
	id := ref.Target
	switch {
	case errors.Is(err, connectors.ErrNotFound):
		if id, err = k.again(ctx, ref); err != nil {
			return "", err
		}
	case err != nil:
		return ref.Target, nil //nolint:nilerr // the refusal is what there is to say
	}
	k.sought.set(ref.Kind, ref.Target, id)
	return id, nil
}

// again finds a record that is gone under its id, and writes down where it stands.
func (k seeker) again(ctx context.Context, ref desk.Ref) (desk.ID, error) {
	name := busyName(desk.To(ref.Kind, ref.ID))
	unlock, ok := k.busy.lock(busyName(k.chain[0]), name)
	if !ok || k.fetcher == nil {
		return "", nil
	}
	defer unlock()
	row, exists, err := k.Ledger.Row(ctx, ref.Kind, "", ref.ID)
	if err != nil || !exists || row.Target != ref.Target { // its own task was here before
		return row.Target, err
	}
	rec, err := k.fetcher.Fetch(ctx, ref.Kind, ref.ID)
	if errors.Is(err, connectors.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	if k.Map != nil {
		if _, err := k.Map(ctx, rec); err != nil {
			return "", err
		}
	}
	rec.About().Mark = row.Mark
	id, err := k.find(ctx, rec)
	if err != nil || id == "" || id == ref.Target { // found where it was just said to be gone
		return "", err
	}
	row.Target, row.Adopted, row.TargetVersion, row.Run = id, true, "", k.Run
	k.put(row)
	k.known.set(ref.Kind, ref.ID, id)
	k.replacedThere(ref.Kind, ref.ID, ref.Target, id)
	return id, nil
}

// find is what stands for a record at the target; "" if nothing does.
func (k seeker) find(ctx context.Context, rec desk.Record) (desk.ID, error) {
	leave, err := k.room(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	id, err := k.finder.Find(ctx, rec)
	if errors.Is(err, connectors.ErrNotFound) {
		return "", nil
	}
	return id, err
}

// replacedThere tells of a person or shelf that stands at the target under another id.
func (t *task) replacedThere(kind desk.Kind, id, was, now desk.ID) {
	t.tell(Event{Kind: kind, ID: id, Conflict: &Conflict{
		Detail: fmt.Sprintf("%s %s was merged or replaced at the target: what it was written to (%s) is gone, and %s stands for it from now on", kind, id, was, now),
	}})
}
