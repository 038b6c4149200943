package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/report"
)

// findings gathers what a verification finds: all of it in a file, where one was asked
// for, and the first of each sort in memory.
type findings struct {
	mu   sync.Mutex
	file *os.File
	out  *bufio.Writer
	err  error
}

func newFindings(path string) (*findings, error) {
	if path == "" {
		return &findings{}, nil
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, usage(fmt.Errorf("write the findings: %w", err))
	}
	return &findings{file: f, out: bufio.NewWriter(f)}, nil
}

func (f *findings) close() error {
	if f.file == nil {
		return nil
	}
	return errors.Join(f.err, f.out.Flush(), f.file.Close())
}

// line is one finding in the file.
type line struct {
	Hop   string         `json:"hop"`
	Class pipeline.Class `json:"class"`
	Kind  desk.Kind      `json:"kind"`
	Field string         `json:"field,omitempty"`
	report.Example
}

func (f *findings) write(l line) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.out == nil || f.err != nil {
		return
	}
	b, err := json.Marshal(l)
	if err == nil {
		_, err = f.out.Write(append(b, '\n'))
	}
	f.err = err
}

// legFindings are those of one leg.
type legFindings struct {
	*findings
	hop string

	own     sync.Mutex
	groups  []*report.Found
	by      map[group]*report.Found
	tickets map[desk.ID]bool // that differ
}

type group struct {
	class pipeline.Class
	kind  desk.Kind
	field string
}

// maxExamples is how many examples of each sort of finding are kept.
const maxExamples = 20

func (f *findings) leg(hop string) *legFindings {
	return &legFindings{findings: f, hop: hop, by: map[group]*report.Found{}, tickets: map[desk.ID]bool{}}
}

func (l *legFindings) add(f pipeline.Finding) {
	e := report.Example{ID: string(f.ID), Ticket: string(f.Parent), Target: string(f.Target), Want: f.Want, Got: f.Got, Detail: f.Detail}
	l.write(line{Hop: l.hop, Class: f.Class, Kind: f.Kind, Field: f.Field, Example: e})
	l.own.Lock()
	defer l.own.Unlock()
	key := group{f.Class, f.Kind, f.Field}
	g := l.by[key]
	if g == nil {
		g = &report.Found{Class: string(f.Class), Kind: f.Kind, Field: f.Field}
		l.by[key], l.groups = g, append(l.groups, g)
	}
	if g.Count++; len(g.First) < maxExamples {
		g.First = append(g.First, e)
	}
	if f.Class == pipeline.Gone || f.Class == pipeline.Differs || f.Class == pipeline.Twice {
		l.tickets[ticketOf(f)] = true
	}
}

func ticketOf(f pipeline.Finding) desk.ID {
	if f.Parent != "" {
		return f.Parent
	}
	return f.ID
}

func (l *legFindings) differing() int64 {
	l.own.Lock()
	defer l.own.Unlock()
	return int64(len(l.tickets))
}

func (l *legFindings) list() (out []report.Found) {
	l.own.Lock()
	defer l.own.Unlock()
	for _, g := range l.groups {
		out = append(out, *g)
	}
	return out
}
