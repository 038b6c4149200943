package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// step is one process to be measured.
type step struct {
	name   string
	args   []string
	env    []string
	n      int
	bytes  int64
	before func(*step) error // not measured
	after  func() error      // likewise: it looks whether all is done
}

// figures are what a step used.
type figures struct {
	Name     string  `json:"name"`
	Messages int     `json:"messages"`
	Bytes    int64   `json:"bytes"`
	Seconds  float64 `json:"seconds"`     // by the clock
	CPU      float64 `json:"cpu_seconds"` // of all its threads, user and system
	Peak     int64   `json:"peak_bytes"`  // of resident memory
}

// measure runs a step. It gives nil for a peer that is not installed.
func (b *bench) measure(ctx context.Context, s step) (*figures, error) {
	if s.before != nil {
		if err := s.before(&s); err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
	}
	fmt.Fprintf(os.Stderr, "%s …\n", s.name)
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, s.args[0], s.args[1:]...)
	cmd.Env = append(os.Environ(), s.env...)
	cmd.Stdout, cmd.Stderr = &said, &said
	settle()
	began := time.Now()
	err := cmd.Run()
	if errors.Is(err, exec.ErrNotFound) {
		b.missing = append(b.missing, s.args[0])
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", s.name, err, said.Bytes())
	}
	took := time.Since(began)
	if s.after != nil {
		if err := s.after(); err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
	}
	used := cmd.ProcessState
	return &figures{
		Name: s.name, Messages: s.n, Bytes: s.bytes, Seconds: took.Seconds(),
		CPU: (used.UserTime() + used.SystemTime()).Seconds(), Peak: peak(used),
	}, nil
}
