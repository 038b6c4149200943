package archive

import (
	"context"
	"sync"
)

// mostTotals is how many filters totals remembers.
const mostTotals = 256

// totals remembers how many tickets pass the last filters, for as long as the
// index does not change: counting can take longer than the page it stands on.
type totals struct {
	mu      sync.Mutex
	version int64
	known   map[Filter]int64
}

func (t *totals) get(version int64, f Filter) (total int64, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.version != version {
		return 0, false
	}
	total, ok = t.known[f]
	return total, ok
}

func (t *totals) put(version int64, f Filter, total int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known == nil || t.version != version || len(t.known) >= mostTotals {
		t.version, t.known = version, map[Filter]int64{}
	}
	t.known[f] = total
}

// total counts the tickets that pass the filter.
func (l *Library) total(ctx context.Context, f Filter, where *condition) (int64, error) {
	version, err := l.Version(ctx)
	if err != nil {
		return 0, err
	}
	if n, ok := l.totals.get(version, f); ok {
		return n, nil
	}
	var n int64
	err = l.index.QueryRowContext(ctx, "SELECT count(*) FROM ticket"+where.sql(), where.args...).Scan(&n)
	if err == nil {
		l.totals.put(version, f, n)
	}
	return n, err
}
