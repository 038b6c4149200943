package conntest

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func bulkRules() []rule {
	return []rule{
		{"BulkMakes", "A job makes each of its records once, as Create would, and tells of them in the order they were given in.", []need{aTarget}, bulkMakes},
		{"BulkAgain", "What a job came to can be asked again, by a target that was opened since: that is how a resumed run learns it.", []need{aTarget, reopening}, bulkAgain},
		{"BulkTorn", "A record whose file breaks off spoils its job at the beginning, and nothing is made; or it alone fails.", []need{aTarget, tickets, keepsFiles}, bulkTorn},
		{"BulkSize", "A job of more records than BulkSize allows is refused, not cut short.", []need{aTarget}, bulkSize},
	}
}

// bulk opens the target as a Bulk, and tells its kinds.
func (r *rig) bulk(ctx context.Context) (connectors.Bulk, []desk.Kind, error) {
	d, err := r.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	b, ok := d.(connectors.Bulk)
	if !ok {
		return nil, nil, skipped("needs a target that is a Bulk")
	}
	var kinds []desk.Kind
	for _, kind := range desk.Kinds {
		switch n := b.BulkSize(kind); {
		case n < 0 || n > 0 && !r.writes.Has(kind):
			return nil, nil, fmt.Errorf("BulkSize(%s) is %d", kind, n)
		case n > 0:
			kinds = append(kinds, kind)
		}
	}
	if len(kinds) == 0 {
		return nil, nil, errors.New("a Bulk makes no kind in bulk")
	}
	return b, kinds, nil
}

// job makes records of one kind in one job, and remembers what they became. What
// they refer to is made before.
func (r *rig) job(ctx context.Context, b connectors.Bulk, kind desk.Kind, all []desk.Record) (job connectors.Job, made []desk.Record, err error) {
	for _, rec := range r.writable(all) {
		if rec.Kind() == kind {
			made = append(made, rec)
		} else if _, _, err := r.create(ctx, rec); err != nil {
			return "", nil, err
		}
	}
	var rest [][]desk.Message
	handed := make([]desk.Record, len(made))
	for i, rec := range made {
		made[i] = r.link(rec)
		first, more := r.cut(made[i])
		handed[i], rest = first, append(rest, more)
	}
	if job, err = b.Begin(ctx, handed); err != nil {
		return "", nil, fmt.Errorf("begin: %w", err)
	}
	receipts, err := await(ctx, b, job, len(made))
	if err != nil {
		return "", nil, err
	}
	for i, rec := range made {
		r.targets[named{kind, rec.About().ID}] = receipts[i].ID
		for k := range rest[i] {
			if _, err := r.target.Append(ctx, receipts[i].ID, &rest[i][k]); err != nil {
				return "", nil, fmt.Errorf("append: %w", err)
			}
		}
	}
	return job, made, nil
}

// await waits for a job whose n records were all made.
func await(ctx context.Context, b connectors.Bulk, job connectors.Job, n int) ([]connectors.Receipt, error) {
	receipts, errs, err := b.Await(ctx, job)
	if err != nil {
		return nil, fmt.Errorf("await: %w", err)
	}
	if len(receipts) != n || len(errs) != n {
		return nil, fmt.Errorf("of a job of %d records it tells %d receipts and %d errors", n, len(receipts), len(errs))
	}
	for i := range receipts {
		if errs[i] != nil || receipts[i].ID == "" {
			return nil, fmt.Errorf("record %d of a job became %q (%s)", i+1, receipts[i].ID, said(errs[i]))
		}
	}
	return receipts, nil
}

func bulkMakes(ctx context.Context, r *rig) error {
	b, kinds, err := r.bulk(ctx)
	if err != nil {
		return err
	}
	for _, kind := range kinds {
		most := min(b.BulkSize(kind), 5)
		all := append(Sample(), crowd("b"+string(kind), most-1)...)
		_, made, err := r.job(ctx, b, kind, all)
		if err != nil {
			return err
		}
		for _, want := range made {
			back, err := r.back(ctx, r.targets[named{kind, want.About().ID}], want)
			if err == nil {
				err = same(ctx, r.writes, want, back)
			}
			if err != nil {
				return fmt.Errorf("%s %s: %w", kind, want.About().ID, err)
			}
		}
	}
	return r.noneTwice(ctx)
}

func bulkAgain(ctx context.Context, r *rig) error {
	b, kinds, err := r.bulk(ctx)
	if err != nil {
		return err
	}
	job, made, err := r.job(ctx, b, kinds[0], crowd("again", min(b.BulkSize(kinds[0]), 3)))
	if err != nil {
		return err
	}
	if err := r.close(ctx); err != nil {
		return err
	}
	if b, _, err = r.bulk(ctx); err != nil {
		return err
	}
	receipts, err := await(ctx, b, job, len(made))
	if err != nil {
		return fmt.Errorf("asked again: %w", err)
	}
	for i, rec := range made {
		if want := r.targets[named{kinds[0], rec.About().ID}]; receipts[i].ID != want {
			return fmt.Errorf("asked again, the job made %q of record %d; it was %q", receipts[i].ID, i+1, want)
		}
	}
	return nil
}

func bulkTorn(ctx context.Context, r *rig) error {
	b, _, err := r.bulk(ctx)
	if err != nil {
		return err
	}
	if b.BulkSize(desk.KindTicket) < 2 {
		return skipped("needs tickets in bulk")
	}
	if err := r.makeOthers(ctx); err != nil {
		return err
	}
	whole, broken := simple("whole", "first"), simple("broken", "first")
	bad := streamed("b.bin", 200_000)
	bad.Open = func(context.Context) (io.ReadCloser, error) {
		return &pattern{n: 200_000, cut: 100_000, err: errTorn}, nil
	}
	broken.Messages[0].Files = []desk.File{bad}
	job, err := b.Begin(ctx, []desk.Record{r.link(whole), r.link(broken)})
	if err == nil {
		_, errs, err := b.Await(ctx, job)
		if err != nil || len(errs) != 2 || errs[1] == nil {
			return fmt.Errorf("a job with a file that breaks off says nothing of it: %v (%s)", errs, said(err))
		}
		if errs[0] == nil {
			return nil
		}
	}
	for _, t := range []*desk.Ticket{whole, broken} { // it was not made: it can be made now
		t.Messages[0].Files = nil
		if _, _, err := r.create(ctx, t); err != nil {
			return err
		}
	}
	return r.noneTwice(ctx)
}

func bulkSize(ctx context.Context, r *rig) error {
	b, kinds, err := r.bulk(ctx)
	if err != nil {
		return err
	}
	tried := false
	for _, kind := range kinds {
		var many []desk.Record
		for _, rec := range crowd("many", b.BulkSize(kind)+1) {
			if rec.Kind() == kind {
				many = append(many, r.link(rec))
			}
		}
		if len(many) <= b.BulkSize(kind) {
			continue // the crowd has none of this kind
		}
		tried = true
		if _, err := b.Begin(ctx, many); err == nil {
			return fmt.Errorf("a job of %d records of kind %s was begun, %d are allowed", len(many), kind, b.BulkSize(kind))
		}
		if f, ok := b.(connectors.Finder); ok {
			if id, err := f.Find(ctx, many[0]); !errors.Is(err, connectors.ErrNotFound) {
				return fmt.Errorf("of a job that was refused, %q was made (%s)", id, said(err))
			}
		}
	}
	if !tried {
		return skipped("needs tickets or contacts in bulk")
	}
	return nil
}
