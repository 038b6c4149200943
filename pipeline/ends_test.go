package pipeline_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/archive"
	"github.com/deskhaul/deskhaul/connectors/csv"
	"github.com/deskhaul/deskhaul/connectors/eml"
	"github.com/deskhaul/deskhaul/connectors/jsonl"
	"github.com/deskhaul/deskhaul/connectors/maildir"
	"github.com/deskhaul/deskhaul/connectors/mbox"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/connectors/xlsx"
	"github.com/deskhaul/deskhaul/pipeline"
)

// end is one system that a hop leads from or to: what it is and where it lies.
type end struct {
	spec   connectors.Spec
	config any
	folder string // that holds all of it; "" in memory
}

// endsOnDisk are the connectors that keep what they write in a folder.
func endsOnDisk() []string {
	return []string{"archive", "mbox", "maildir", "eml", "csv", "xlsx", "jsonl"}
}

// endIn is the connector of that name with all that it keeps in the folder.
func endIn(t *testing.T, name, folder string) end {
	t.Helper()
	root := folder
	for _, spec := range []connectors.Spec{archive.Spec(), mbox.Spec(), maildir.Spec(), eml.Spec(), csv.Spec(), xlsx.Spec(), jsonl.Spec()} {
		if spec.Name != name {
			continue
		}
		if name == "mbox" || name == "xlsx" || name == "jsonl" {
			folder = filepath.Join(folder, "all."+name)
		}
		e := end{spec, spec.Config(), root}
		if err := spec.Location(e.config, folder); err != nil {
			t.Fatal(err)
		}
		return e
	}
	t.Fatalf("there is no connector %q", name)
	return end{}
}

func endInMemory(d *mem.Desk) end { return end{mem.Spec(), d, ""} }

// moved is a copy of the end as it lies on disk at this moment.
func (e end) moved(t *testing.T) end {
	t.Helper()
	if e.folder == "" {
		return e
	}
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS(e.folder)); err != nil {
		t.Fatal(err)
	}
	return endIn(t, e.spec.Name, folder)
}

// env is what a connector is given; its private memory lies in the store.
func (e end) env(t *testing.T, store checkpoints.Store, source bool) connectors.Env {
	t.Helper()
	return connectors.Env{
		Log: slog.New(slog.DiscardHandler), State: pipeline.State(store, e.spec.Name, source), Temp: t.TempDir(),
		Now: time.Now, Name: e.spec.Name,
	}
}

func (e end) source(t *testing.T, store checkpoints.Store) connectors.Source {
	t.Helper()
	s, err := e.spec.Source(background(t), e.config, e.env(t, store, true))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (e end) target(t *testing.T, store checkpoints.Store) connectors.Target {
	t.Helper()
	d, err := e.spec.Target(background(t), e.config, e.env(t, store, false))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// connect opens both ends on the hop's store, as a new process would.
func (h *hop) connect(t *testing.T, from, to end) {
	t.Helper()
	h.Reads, _ = from.spec.CapsOf(from.config)
	_, h.Writes = to.spec.CapsOf(to.config)
	h.Source, h.Target = from.source(t, h.Store), to.target(t, h.Store)
	h.Join = to.spec.Name != "archive"
}

// disconnect ends with both as a run does.
func (h *hop) disconnect(t *testing.T) {
	t.Helper()
	closeOf(t, h.Target)
	closeOf(t, h.Source)
	if err := h.Store.Flush(background(t)); err != nil {
		t.Error(err)
	}
}

// move brings everything from one end to the other and returns the hop, whose
// ledger tells what became what.
func move(t *testing.T, from, to end) *hop {
	t.Helper()
	h := newHop(t, nil, connectors.Caps{}, nil, connectors.Caps{})
	h.connect(t, from, to)
	h.run(t)
	h.disconnect(t)
	for _, e := range h.losses {
		t.Errorf("%s → %s: lost: %s", from.spec.Name, to.spec.Name, told(e))
	}
	if open := new(storm).open(t, h); open > 0 {
		t.Errorf("%s → %s: %d lines are open, the last: %s", from.spec.Name, to.spec.Name, open, lastOf(h.fails))
	}
	return h
}

func told(e pipeline.Event) string {
	s := string(e.Kind) + " " + string(e.ID) + " " + string(e.Outcome) + " " + e.Detail
	if e.Loss != nil {
		s += e.Loss.Detail
	}
	return s
}

// closeOf closes a source or target that has to be closed.
func closeOf(t *testing.T, side any) {
	t.Helper()
	if c, ok := side.(connectors.Closer); ok {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}
