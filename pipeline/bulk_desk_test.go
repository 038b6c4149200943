package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// bulky is a desk that makes tickets in jobs. What a job did, it tells for ever.
type bulky struct {
	*mem.Desk
	size int
	fail func(verb string, r any) (before, after error) // of begin and await

	mu       sync.Mutex
	jobs     [][]outcome
	begun    int // jobs
	alone    int // tickets made by calls of their own
	searches int // for tickets
	updates  int // of tickets, but for what they were merged into
}

type outcome struct {
	got connectors.Receipt
	err error
}

func (b *bulky) BulkSize(kind desk.Kind) int {
	if kind == desk.KindTicket {
		return b.size
	}
	return 0
}

func (b *bulky) strike(verb string) (before, after error) {
	if b.fail == nil {
		return nil, nil
	}
	return b.fail(verb, nil)
}

func (b *bulky) Begin(ctx context.Context, rs []desk.Record) (connectors.Job, error) {
	before, after := b.strike("begin")
	if before != nil {
		return "", before
	}
	var job []outcome
	for _, r := range rs {
		got, err := b.Desk.Create(ctx, r)
		job = append(job, outcome{got, err})
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.jobs = append(b.jobs, job)
	b.begun++
	return connectors.Job(fmt.Sprintf("job:%d", len(b.jobs)-1)), after
}

func (b *bulky) Await(_ context.Context, job connectors.Job) (receipts []connectors.Receipt, errs []error, err error) {
	if before, after := b.strike("await"); before != nil || after != nil {
		return nil, nil, errors.Join(before, after)
	}
	n := 0
	if _, err := fmt.Sscanf(string(job), "job:%d", &n); err != nil {
		return nil, nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, o := range b.jobs[n] {
		receipts, errs = append(receipts, o.got), append(errs, o.err)
	}
	return receipts, errs, nil
}

func (b *bulky) Create(ctx context.Context, r desk.Record) (connectors.Receipt, error) {
	if r.Kind() == desk.KindTicket {
		b.count(&b.alone)
	}
	return b.Desk.Create(ctx, r)
}

func (b *bulky) Update(ctx context.Context, id desk.ID, r desk.Record, fields []string) (connectors.Receipt, error) {
	if r.Kind() == desk.KindTicket && !slices.Equal(fields, []string{"merged_into"}) {
		b.count(&b.updates)
	}
	return b.Desk.Update(ctx, id, r, fields)
}

func (b *bulky) Find(ctx context.Context, r desk.Record) (desk.ID, error) {
	if r.Kind() == desk.KindTicket {
		b.count(&b.searches)
	}
	return b.Desk.Find(ctx, r)
}

func (b *bulky) count(n *int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	*n++
}

// endless is a desk whose jobs do not end while somebody waits for them.
type endless struct {
	*bulky
	asked func() // somebody waits
}

func (e *endless) Await(ctx context.Context, job connectors.Job) ([]connectors.Receipt, []error, error) {
	if e.asked == nil {
		return e.bulky.Await(ctx, job)
	}
	e.asked()
	<-ctx.Done()
	return nil, nil, ctx.Err()
}
