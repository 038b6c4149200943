package archive

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
)

// A transaction is committed early when it has grown to either of these, so
// that memory and the write-ahead log stay small.
const (
	mostWrites = 20_000
	mostBytes  = 32 << 20
)

// transaction is what the writer has under way, and its counters.
type transaction struct {
	open           bool
	round          int   // grows with each rollback
	record, change int64 // the last numbers given
	writes, bytes  int
	tally          map[tallyKey]int64
}

type tallyKey struct{ kind, source, state int }

// load reads the counters as the database has them.
func (x *transaction) load(ctx context.Context, conn *sql.Conn) error {
	*x = transaction{round: x.round, tally: map[tallyKey]int64{}}
	err := conn.QueryRowContext(ctx, "SELECT coalesce(max(n), 0) FROM record").Scan(&x.record)
	if err != nil {
		return err
	}
	x.change, err = lastChange(ctx, conn)
	return err
}

// lastChange is the highest change number that q sees. Each kind's is at the end
// of its part of the index.
func lastChange(ctx context.Context, q querier) (n int64, err error) {
	err = q.QueryRowContext(ctx, `WITH kind (k) AS (VALUES (1), (2), (3), (4), (5), (6))
		SELECT coalesce(max((SELECT max(change) FROM record WHERE kind = k)), 0) FROM kind`).Scan(&n)
	return n, err
}

func (x *transaction) grow(bytes int) {
	x.writes++
	x.bytes += bytes
}

func (x *transaction) count(kind, source, state int, by int64) {
	if by != 0 {
		x.tally[tallyKey{kind, source, state}] += by
	}
}

// guarded runs one write in the open transaction, which it begins if need be.
// The caller holds t.mu. A failure of the database rolls everything back and is
// kept: no further write, Sync or Close of this opening succeeds, so that nobody
// believes writes to be safe that are gone. A cancelled context does not stop a
// write half way.
func (t *Target) guarded(ctx context.Context, doing string, write func(context.Context) (connectors.Receipt, error)) (connectors.Receipt, error) {
	ctx = context.WithoutCancel(ctx)
	if t.lost != nil {
		return connectors.Receipt{}, fmt.Errorf("%s: writes since the last sync were rolled back: %w", doing, t.lost)
	}
	if err := t.begin(ctx); err != nil {
		return connectors.Receipt{}, t.fail(ctx, doing, err)
	}
	receipt, err := write(ctx)
	var harmless *absent
	switch {
	case errors.As(err, &harmless), errors.Is(err, connectors.ErrRefused):
		return connectors.Receipt{}, err
	case err != nil:
		return connectors.Receipt{}, t.fail(ctx, doing, err)
	}
	if t.tx.writes >= mostWrites || t.tx.bytes >= mostBytes {
		err = t.commit(ctx)
	}
	return receipt, err
}

func (t *Target) begin(ctx context.Context) error {
	if t.tx.open {
		return nil
	}
	_, err := t.conn.ExecContext(ctx, "BEGIN IMMEDIATE")
	t.tx.open = err == nil
	return err
}

// fail rolls back and remembers why.
func (t *Target) fail(ctx context.Context, doing string, err error) error {
	t.lost = trouble(t.folder, doing, err)
	if t.tx.open {
		_, _ = t.conn.ExecContext(ctx, "ROLLBACK") // SQLite may have rolled back already
	}
	t.packs.rollback()
	t.tx.round++
	t.index.digests.drop(false)
	if err := t.tx.load(ctx, t.conn); err != nil {
		t.lost = errors.Join(t.lost, trouble(t.folder, "read counters", err))
	}
	return t.lost
}

// commit makes all writes durable: files first, so that no record speaks of
// bytes that a power cut could take.
func (t *Target) commit(ctx context.Context) error {
	if !t.tx.open {
		return nil
	}
	if err := t.packs.save(ctx, t.stmt.savePack); err != nil {
		return t.fail(ctx, "save attachments", err)
	}
	for k, by := range t.tx.tally {
		if by == 0 {
			continue
		}
		if _, err := t.stmt.addTally.ExecContext(ctx, k.kind, k.source, k.state, by); err != nil {
			return t.fail(ctx, "save counts", err)
		}
	}
	if _, err := t.conn.ExecContext(ctx, "COMMIT"); err != nil {
		return t.fail(ctx, "commit", err)
	}
	t.fold.committed(t.tx.bytes)
	t.tx.open, t.tx.writes, t.tx.bytes = false, 0, 0
	clear(t.tx.tally)
	t.index.wake()
	t.packs.committed()
	return nil
}

// Sync makes every write that returned durable. When it fails, or the database
// failed an earlier write, all writes since the last Sync that returned nil are
// gone; they are to be made again with a target opened anew.
func (t *Target) Sync(ctx context.Context) error {
	_ = t.packs.flush() // most bytes, while others write on; a failure shows again below
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.lost == nil {
		_ = t.commit(context.WithoutCancel(ctx)) // what fails is in t.lost
	}
	return t.lost
}

// Wait returns when the search index holds all that was committed before the
// call, or when ctx ends.
func (t *Target) Wait(ctx context.Context) error { return t.index.wait(ctx) }

// Hurry makes Close leave the search index where it is; the next target that is
// opened, or browse, catches up. For a run that was interrupted.
func (t *Target) Hurry() { t.index.hurry() }

// Close commits, waits for the search index, and lets the next writer in.
func (t *Target) Close() error {
	return errors.Join(t.Sync(context.Background()), t.release())
}

// release gives back whatever is held, in whichever state opening ended.
func (t *Target) release() error {
	var errs []error
	if t.fold != nil {
		t.fold.end()
	}
	if t.index != nil {
		errs = append(errs, t.index.close())
	}
	if t.fold != nil {
		errs = append(errs, t.fold.close())
	}
	errs = append(errs, t.packs.close(), t.stmt.close())
	if t.conn != nil {
		errs = append(errs, t.conn.Close())
	}
	if t.db != nil {
		errs = append(errs, t.db.Close())
	}
	if t.lock != nil {
		errs = append(errs, t.lock.Close())
	}
	return trouble(t.folder, "close", errors.Join(errs...))
}
