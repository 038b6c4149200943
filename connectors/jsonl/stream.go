package jsonl

import (
	"bufio"
	"context"
	"fmt"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// stream writes lines on standard output: once, and only forwards.
type stream struct {
	store store
	dry   bool

	mu    sync.Mutex
	w     *bufio.Writer
	index index // which ids are taken; offsets mean nothing here
}

func openStream(c *Config, env connectors.Env) (*stream, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	return &stream{
		store: newStore(c), dry: env.DryRun, w: bufio.NewWriter(c.output()),
		index: index{state: env.State, pending: map[string]spot{}},
	}, nil
}

// Create writes r as a line.
func (s *stream) Create(ctx context.Context, r desk.Record) (connectors.Receipt, error) {
	if s.dry {
		return connectors.Receipt{}, fmt.Errorf("a dry run writes nothing: %w", connectors.ErrDenied)
	}
	rec, got, err := s.store.prepare(ctx, r)
	if err != nil {
		return got, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id, _, err := s.index.name(ctx, rec)
	if err != nil {
		return connectors.Receipt{}, err
	}
	got.ID, rec.About().ID = id, id
	b, err := encode(rec)
	if err != nil {
		return connectors.Receipt{}, err
	}
	if _, err := s.w.Write(b); err != nil {
		return connectors.Receipt{}, connectors.StopIfFull(fmt.Errorf("write standard output: %w: %w", err, connectors.ErrDenied))
	}
	return got, s.index.put(ctx, s.index.key(rec.Kind(), id), spot{Length: 1, Mark: rec.About().Mark})
}

// Update is not supported: what was written is gone down the pipe.
func (s *stream) Update(context.Context, desk.ID, desk.Record, []string) (connectors.Receipt, error) {
	return connectors.Receipt{}, fmt.Errorf("standard output takes no updates: %w", connectors.ErrUnsupported)
}

// Append is not supported: what was written is gone down the pipe.
func (s *stream) Append(context.Context, desk.ID, *desk.Message) (connectors.Receipt, error) {
	return connectors.Receipt{}, fmt.Errorf("standard output takes whole tickets only: %w", connectors.ErrUnsupported)
}

// Sync hands on what is buffered.
func (s *stream) Sync(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.w.Flush(); err != nil {
		return fmt.Errorf("write standard output: %w: %w", err, connectors.ErrDenied)
	}
	return nil
}

// Close hands on what is buffered; standard output stays open.
func (s *stream) Close() error { return s.Sync(context.Background()) }
