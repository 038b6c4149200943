package lives

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest/line"
	"github.com/deskhaul/deskhaul/pipeline"
)

var (
	errDead = errors.New("killed")
	pair    = checkpoints.Pair{Route: "r", Source: "s", Target: "t", Account: "a"}
)

// mortal is a store that a kill stops from making anything durable.
type mortal struct {
	checkpoints.Store
	dead atomic.Bool
}

// Take implements checkpoints.Store.
func (m *mortal) Take() checkpoints.Batch { return mortalBatch{m, m.Store.Take()} }

// TakeKeys implements checkpoints.Store.
func (m *mortal) TakeKeys() checkpoints.Batch { return mortalBatch{m, m.Store.TakeKeys()} }

// Flush implements checkpoints.Store.
func (m *mortal) Flush(ctx context.Context) error {
	if m.dead.Load() {
		return errDead
	}
	return m.Store.Flush(ctx)
}

type mortalBatch struct {
	m *mortal
	checkpoints.Batch
}

// Commit implements checkpoints.Batch.
func (b mortalBatch) Commit(ctx context.Context) error {
	if b.m.dead.Load() {
		return errDead
	}
	return b.Batch.Commit(ctx)
}

// open begins a new process: what another put and did not save is not there.
func (l *life) open(t *testing.T) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	store, err := checkpoints.Open(ctx, filepath.Join(l.dir, "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	l.close(t)
	l.store = &mortal{Store: store}
	l.hop.Store = l.store
	if l.hop.Ledger, err = l.store.Ledger(ctx, pair); err != nil {
		t.Fatal(err)
	}
	if l.hop.Target, err = l.far.Open(l.env(l.store)); err != nil {
		t.Fatal(err)
	}
}

// env is what the connector is given.
func (l *life) env(store checkpoints.Store) connectors.Env {
	return connectors.Env{
		HTTP: &http.Client{Transport: line.To(l.weather.Over(l.over(l.far.Server)))}, Log: slog.New(slog.DiscardHandler),
		State: pipeline.State(store, "t", false), Temp: l.dir, Now: time.Now, Name: "far",
	}
}

func (l *life) close(t *testing.T) {
	t.Helper()
	if l.store == nil {
		return
	}
	if c, ok := l.hop.Target.(connectors.Closer); ok {
		_ = c.Close() // a dead process closes nothing
	}
	if err := l.store.Close(); err != nil {
		t.Error(err)
	}
}
