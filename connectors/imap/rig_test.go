package imap

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
	"github.com/deskhaul/deskhaul/connectors/mail"
	"github.com/deskhaul/deskhaul/desk"
)

// rig reads a mailbox run after run, as a project does, and keeps what came.
type rig struct {
	*imaptest.Server
	t      *testing.T
	c      *Config
	pace   pace
	state  *conntest.State
	cursor connectors.Cursor

	tickets    map[desk.ID]*desk.Ticket
	quarantine map[desk.ID]*connectors.Aside
	rests      []time.Duration
	store      *store // the one that was opened last
	mu         sync.Mutex
	came       int // tickets in the last run
	warned     bytes.Buffer
}

func newRig(t *testing.T, o imaptest.Options) *rig {
	r := &rig{
		Server: imaptest.New(t, o), t: t, c: Spec().Config().(*Config), state: new(conntest.State),
		tickets: map[desk.ID]*desk.Ticket{}, quarantine: map[desk.ID]*connectors.Aside{},
	}
	r.c.Host, r.c.Port, r.c.Security, r.c.User, r.c.Password = r.Host, r.Port, "none", imaptest.User, imaptest.Password
	r.pace = pace{patience: 10 * time.Second, dial: 10 * time.Second, rest: func(ctx context.Context, d time.Duration) error {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.rests = append(r.rests, d)
		time.Sleep(time.Millisecond) // others get on meanwhile
		return ctx.Err()
	}}
	r.c.Connections = 1
	return r
}

// open opens a source with the state as it is.
func (r *rig) open(ctx context.Context) (*mail.Source, error) {
	r.warned.Reset()
	log := slog.New(slog.NewTextHandler(&r.warned, &slog.HandlerOptions{Level: slog.LevelWarn}))
	env := connectors.Env{Log: log, State: r.state, Temp: r.t.TempDir(), Now: time.Now}
	st := newStore(r.c, env, r.pace)
	r.store = st
	src, err := mail.NewSource(ctx, st, r.c.Options, env)
	if err != nil {
		_ = st.Close()
	}
	return src, err
}

// run reads to the end or to an error.
func (r *rig) run() error {
	return r.runWith(r.t.Context(), func(connectors.Item) bool { return true })
}

// runWith reads as long as more says so, which is asked before an item is kept.
func (r *rig) runWith(ctx context.Context, more func(connectors.Item) bool) error {
	r.came = 0
	src, err := r.open(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if err := src.Close(); err != nil {
			r.t.Error(err)
		}
	}()
	for item, err := range src.Read(ctx, desk.KindTicket, r.cursor) {
		if err != nil {
			return err
		}
		if !more(item) {
			return nil
		}
		r.keep(item)
	}
	return nil
}

func (r *rig) keep(item connectors.Item) {
	r.cursor = item.Cursor
	switch a := item.Aside; {
	case a == nil:
		t := item.Record.(*desk.Ticket)
		r.tickets[t.ID] = t
		r.came++
		delete(r.quarantine, t.ID)
		for _, m := range t.Messages {
			delete(r.quarantine, m.ID)
		}
	case a.Reason == connectors.ReasonDuplicate:
		delete(r.quarantine, a.ID)
	default:
		r.quarantine[a.ID] = a
	}
}

// must runs and fails on an error.
func (r *rig) must() {
	r.t.Helper()
	if err := r.run(); err != nil {
		r.t.Fatal(err)
	}
}

// messages are the ids of all messages in tickets, sorted, each as often as it is there.
func (r *rig) messages() (ids []string) {
	for _, t := range r.tickets {
		for _, m := range t.Messages {
			ids = append(ids, strings.TrimSuffix(string(m.ID), "@x.test"))
		}
	}
	slices.Sort(ids)
	return ids
}

// holds checks that these messages are in tickets, and so many things in quarantine.
func (r *rig) holds(quarantined int, ids ...string) {
	r.t.Helper()
	slices.Sort(ids)
	if got := r.messages(); !slices.Equal(got, ids) {
		r.t.Errorf("messages %q, want %q", got, ids)
	}
	for _, a := range r.quarantine {
		if !slices.Contains(connectors.Reasons, a.Reason) || a.Detail == "" {
			r.t.Errorf("%s is in quarantine for %q: %q", a.ID, a.Reason, a.Detail)
		}
	}
	if len(r.quarantine) != quarantined {
		r.t.Errorf("%d things in quarantine, want %d: %s", len(r.quarantine), quarantined, r.reasons())
	}
}

func (r *rig) reasons() string {
	var b strings.Builder
	for _, id := range slices.Sorted(maps.Keys(r.quarantine)) {
		a := r.quarantine[id]
		fmt.Fprintf(&b, "\n%s %s: %s: %s", a.Kind, id, a.Reason, a.Detail)
	}
	return b.String()
}

// ticket is the one with an id.
func (r *rig) ticket(id string) *desk.Ticket {
	r.t.Helper()
	t := r.tickets[desk.ID(id+"@x.test")]
	if t == nil {
		r.t.Fatalf("no ticket %s; there are %q", id, r.messages())
	}
	return t
}

// letter is a mail with an id.
func letter(id string) string {
	return "Message-ID: <" + id + "@x.test>\r\nDate: Mon, 3 Jun 2019 10:00:00 +0000\r\nFrom: J <j@example.org>\r\nTo: help@example.test\r\nSubject: on " + id + "\r\n\r\nThe text of " + id + ".\r\n"
}

// letters puts mails into a folder.
func (r *rig) letters(folder string, ids ...string) {
	r.t.Helper()
	for _, id := range ids {
		r.Put(folder, letter(id))
	}
}

// nothingLeft fails if more goroutines are left than there were.
func nothingLeft(t *testing.T, before int) {
	t.Helper()
	for range 300 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	buf := make([]byte, 1<<20)
	t.Errorf("%d goroutines were left, %d before:\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
}
