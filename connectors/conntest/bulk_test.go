package conntest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// works is a desk that makes tickets in jobs, with one fault.
type works struct {
	breach
	jobs  *jobBook
	fault string
}

// jobBook is what a system remembers of its jobs.
type jobBook struct {
	mu   sync.Mutex
	ends [][]connectors.Receipt
	errs [][]error
}

func (w works) BulkSize(kind desk.Kind) int {
	if kind == desk.KindTicket {
		return 4
	}
	return 0
}

func (w works) Begin(ctx context.Context, rs []desk.Record) (connectors.Job, error) {
	if len(rs) > 4 && w.fault != "cuts" {
		return "", connectors.ErrUnsupported
	}
	var receipts []connectors.Receipt
	var errs []error
	if w.fault == "twice" {
		if _, err := w.Create(ctx, rs[0]); err != nil {
			return "", err
		}
	}
	for i, r := range rs[:min(len(rs), 4)] {
		got, err := w.Create(ctx, r)
		if err != nil && w.fault == "half" {
			return "", err
		}
		if err != nil && w.fault == "hides" {
			got.ID, err = desk.ID(fmt.Sprint("t", i)), nil
		}
		receipts, errs = append(receipts, got), append(errs, err)
	}
	if w.fault == "disorder" {
		slices.Reverse(receipts)
	}
	w.jobs.mu.Lock()
	defer w.jobs.mu.Unlock()
	w.jobs.ends, w.jobs.errs = append(w.jobs.ends, receipts), append(w.jobs.errs, errs)
	return connectors.Job(fmt.Sprint(len(w.jobs.ends) - 1)), nil
}

func (w works) Await(_ context.Context, job connectors.Job) ([]connectors.Receipt, []error, error) {
	w.jobs.mu.Lock()
	defer w.jobs.mu.Unlock()
	n := 0
	if _, err := fmt.Sscan(string(job), &n); err != nil || n >= len(w.jobs.ends) {
		return nil, nil, connectors.ErrNotFound
	}
	receipts, errs := w.jobs.ends[n], w.jobs.errs[n]
	if w.fault == "forgets" {
		w.jobs.ends[n], w.jobs.errs[n] = nil, nil
	}
	return receipts, errs, nil
}

func worksSpec(fault string) connectors.Spec {
	spec := faulty(breach{}, nil)
	book := new(jobBook)
	spec.Target = func(_ context.Context, config any, _ connectors.Env) (connectors.Target, error) {
		return works{breach: breach{Desk: &config.(*plainConfig).Desk}, jobs: book, fault: fault}, nil
	}
	return spec
}

var _ connectors.Bulk = works{}

// The rules of jobs bite, and are content with a desk that keeps them.
func TestBulkRulesBite(t *testing.T) {
	for _, c := range []struct{ fault, rule string }{
		{"twice", "BulkMakes"},
		{"disorder", "BulkMakes"},
		{"forgets", "BulkAgain"},
		{"half", "BulkTorn"},
		{"hides", "BulkTorn"},
		{"cuts", "BulkSize"},
	} {
		t.Run(c.fault, func(t *testing.T) {
			u := ruleNamed(t, c.rule)
			if err := u.hold(t, worksSpec(""), Far{Config: new(plainConfig)}); err != nil {
				t.Fatalf("%s finds fault with sound jobs: %v", c.rule, err)
			}
			err := u.hold(t, worksSpec(c.fault), Far{Config: new(plainConfig)})
			if err == nil || errors.As(err, new(skipped)) {
				t.Fatalf("%s notices nothing (%v)", c.rule, err)
			}
		})
	}
}

// A target without jobs is let alone.
func TestBulkRulesNeedJobs(t *testing.T) {
	for _, u := range bulkRules() {
		if err := u.hold(t, mem.Spec(), Far{Config: new(mem.Desk)}); !errors.As(err, new(skipped)) {
			t.Errorf("%s: %v", u.name, err)
		}
	}
}
