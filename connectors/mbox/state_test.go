package mbox

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/desk"
)

// rig is a mailbox with the memory of one project.
type rig struct {
	t      *testing.T
	config *Config
	state  *conntest.State
	cursor connectors.Cursor
}

func newRig(t *testing.T, path string) *rig {
	t.Helper()
	c := Spec().Config().(*Config)
	c.Path = path
	return &rig{t: t, config: c, state: new(conntest.State)}
}

// haul is what one run read.
type haul struct {
	tickets []*desk.Ticket
	asides  []*connectors.Aside
}

func (h haul) messages() int {
	n := 0
	for _, t := range h.tickets {
		n += len(t.Messages)
	}
	return n
}

func (h haul) of(r connectors.Reason) int {
	n := 0
	for _, a := range h.asides {
		if a.Reason == r {
			n++
		}
	}
	return n
}

// run reads the tickets that changed since the last run.
func (r *rig) run() haul {
	r.t.Helper()
	h, err := r.try()
	if err != nil {
		r.t.Fatal(err)
	}
	return h
}

func (r *rig) source() (connectors.Source, error) {
	return Spec().Source(r.t.Context(), r.config, testEnv(r.t, r.state))
}

func testEnv(tb testing.TB, state connectors.State) connectors.Env {
	return connectors.Env{Log: slog.New(slog.DiscardHandler), State: state, Temp: tb.TempDir(), Now: time.Now}
}

func (r *rig) try() (haul, error) {
	var h haul
	src, err := r.source()
	if err != nil {
		return h, err
	}
	defer func() { _ = src.(connectors.Closer).Close() }()
	for item, err := range src.Read(r.t.Context(), desk.KindTicket, r.cursor) {
		if err != nil {
			return h, err
		}
		r.cursor = item.Cursor
		if item.Aside != nil {
			h.asides = append(h.asides, item.Aside)
			continue
		}
		h.tickets = append(h.tickets, item.Record.(*desk.Ticket))
	}
	return h, nil
}

// shared finds the folder of mail that nobody here wrote; tests that need it are
// skipped where it is not.
func shared(t *testing.T, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
	}
	path := filepath.Join(filepath.Dir(dir), "shared", "data", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the data are not here: %v", err)
	}
	return path
}
