package pipeline

import (
	"context"
	"errors"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// insteadOf reads what stands for a person or shelf that is gone from under its id: one
// that it was merged into, or that was made anew, is found by its address or name, as the
// next run that writes to it will. The error is gone where nothing does.
func (i *inspection) insteadOf(ctx context.Context, gone error) (got desk.Record, err error) {
	id, err := i.foundAgain(ctx, i.rec)
	if err != nil || id == "" || id == i.seen.Target {
		return nil, errors.Join(gone, err)
	}
	err = i.patiently(ctx, func() (err error) {
		got, err = i.check.fetcher.Fetch(ctx, i.rec.Kind(), id)
		return err
	})
	if err != nil {
		return nil, err
	}
	i.moved, i.looked.Target = true, id
	kind := i.rec.Kind()
	i.looked.tell(Finding{
		Class: Settled, Kind: kind, ID: i.rec.About().ID, Target: id,
		Detail: fmt.Sprintf("it was merged or replaced at the target: %s %s is not there any more, and %s stands for it", kind, i.seen.Target, id),
	})
	return got, nil
}

// foundAgain is what the target finds for a record; "" nothing.
func (i *inspection) foundAgain(ctx context.Context, rec desk.Record) (id desk.ID, err error) {
	finder, can := i.Target.(connectors.Finder)
	if !can {
		return "", nil
	}
	err = i.patiently(ctx, func() (err error) {
		id, err = finder.Find(ctx, rec)
		return err
	})
	if errors.Is(err, connectors.ErrNotFound) {
		return "", nil
	}
	return id, err
}

// followRefs makes the references of what should stand there lead to what stands for
// people and shelves that were merged or made anew at the target: the target has moved
// what refers to them. Are is the record's own, linked; want what is compared.
func (i *inspection) followRefs(ctx context.Context, are, want []*desk.Ref) error {
	for n, ref := range are {
		if n >= len(want) || ref.Target == "" || ref.Kind == desk.KindTicket || want[n].ID != ref.Target {
			continue
		}
		id, err := i.standsFor(ctx, *ref)
		if errors.Is(err, errStop) {
			return err
		}
		if err == nil && id != "" {
			want[n].ID = id
		}
	}
	return nil
}

// standsFor is what stands at the target now for what a reference leads to.
func (i *inspection) standsFor(ctx context.Context, ref desk.Ref) (desk.ID, error) {
	was := desk.To(ref.Kind, ref.Target)
	if id, known := i.sought.get(was); known {
		return id, nil
	}
	id := ref.Target
	err := i.patiently(ctx, func() error {
		_, err := i.check.fetcher.Fetch(ctx, ref.Kind, ref.Target)
		return err
	})
	if errors.Is(err, connectors.ErrNotFound) && i.fetcher != nil {
		id, err = i.sourcesOwn(ctx, ref)
	}
	if err != nil {
		return "", err
	}
	i.sought.set(ref.Kind, ref.Target, id)
	return id, nil
}

// sourcesOwn finds the source's record of a reference at the target.
func (i *inspection) sourcesOwn(ctx context.Context, ref desk.Ref) (desk.ID, error) {
	rec, err := i.fetcher.Fetch(ctx, ref.Kind, ref.ID)
	if err != nil {
		return "", err
	}
	if i.Map != nil {
		if _, err := i.Map(ctx, rec); err != nil {
			return "", err
		}
	}
	rec.About().Mark = i.Marks(ref.Kind, "", ref.ID)
	return i.foundAgain(ctx, rec)
}
