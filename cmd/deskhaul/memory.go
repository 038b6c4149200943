package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// memory keeps people and shelves of a source that cannot be asked for one of them
// (a table), in a file that is gone when the plan is made.
type memory struct {
	mu  sync.Mutex
	f   *os.File
	end int64
	at  map[string]int64
}

func newMemory(dir string) (*memory, error) {
	f, err := os.CreateTemp(dir, "plan-*")
	if err != nil {
		return nil, fmt.Errorf("remember the source for a plan: %w", err)
	}
	return &memory{f: f, at: map[string]int64{}}, nil
}

func memoryKey(kind desk.Kind, id desk.ID) string { return string(kind) + "\x00" + string(id) }

func (m *memory) put(r desk.Record) error {
	b, err := desk.Marshal(r)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	line := append(binary.BigEndian.AppendUint64(nil, uint64(len(b))), b...)
	if _, err := m.f.WriteAt(line, m.end); err != nil {
		return fmt.Errorf("remember the source for a plan: %w", err)
	}
	m.at[memoryKey(r.Kind(), r.About().ID)] = m.end
	m.end += int64(len(line))
	return nil
}

// Fetch is the record that was put last, or connectors.ErrNotFound.
func (m *memory) Fetch(_ context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	m.mu.Lock()
	at, ok := m.at[memoryKey(kind, id)]
	m.mu.Unlock()
	if !ok {
		return nil, connectors.ErrNotFound
	}
	var size [8]byte
	if _, err := m.f.ReadAt(size[:], at); err != nil {
		return nil, fmt.Errorf("read what the plan remembers: %w", err)
	}
	b := make([]byte, binary.BigEndian.Uint64(size[:]))
	if _, err := io.ReadFull(io.NewSectionReader(m.f, at+int64(len(size)), int64(len(b))), b); err != nil {
		return nil, fmt.Errorf("read what the plan remembers: %w", err)
	}
	return desk.Unmarshal(b)
}

func (m *memory) Close() error {
	return errors.Join(m.f.Close(), os.Remove(m.f.Name()))
}
