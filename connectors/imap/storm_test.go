package imap

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest/rounds"
	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// Whatever breaks on the way into a mailbox, also when the server has the mail and its
// answer is lost, and wherever the run is stopped: in the end each mail stands there
// once, and so it is with what changes afterwards.
func TestStormInto(t *testing.T) {
	servers := []func(net.Conn) net.Conn{nil, func(c net.Conn) net.Conn { return &several{Conn: c} }, func(c net.Conn) net.Conn { return &several{Conn: c, mute: true} }}
	for i, seed := range weather.Seeds(t, rounds.Of(2, 3, 6)) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { stormInto(t, seed, servers[i%len(servers)]) })
		})
	}
}

func stormInto(t *testing.T, seed uint64, server func(net.Conn) net.Conn) {
	s := &storm{rng: rand.New(rand.NewPCG(seed, 1))}
	c := inPipes(t, s, server, "")
	src := originDesk(20)
	ledger := filepath.Join(t.TempDir(), "ledger.db")
	haul(t, s, src, c, ledger)
	checkBox(t, c, src, "after the move")
	src.Seed(originTicket(20))
	grown := originTicket(3)
	grown.Status, grown.Category = desk.StatusClosed, desk.To(desk.KindCategory, "c1")
	grown.Messages = append(grown.Messages, desk.Message{ID: "late", At: time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC), Author: grown.Requester, From: desk.Address{Email: "ann@x.test"}, Text: "late\n"})
	src.Seed(grown)
	haul(t, s, src, c, ledger)
	checkBox(t, c, src, "after the delta")
	if s.met == 0 {
		t.Error("nothing befell the line")
	}
}

// haul runs, stopped now and then, until nothing is left to do.
func haul(t *testing.T, s *storm, src *mem.Desk, c *Config, ledger string) {
	t.Helper()
	for round := 0; round < 40; round++ {
		s.mu.Lock()
		s.calm = round >= 8
		s.mu.Unlock()
		open, err := oneRun(t, s, src, c, ledger, round)
		if s.calm && err == nil && open == 0 {
			return
		}
		time.Sleep(time.Minute)
		if round == 39 {
			t.Fatalf("never settles: %v; %d are open", err, open)
		}
	}
}

func oneRun(t *testing.T, s *storm, src *mem.Desk, c *Config, path string, round int) (open int, err error) {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	defer stop()
	store, err := checkpoints.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	ledger, err := store.Ledger(ctx, checkpoints.Pair{Route: "r", Source: "s", Target: "t", Account: "a"})
	if err != nil {
		t.Fatal(err)
	}
	target, err := openTarget(ctx, c, connectors.Env{
		Log: slog.New(slog.DiscardHandler), State: pipeline.State(store, "t", false), Temp: t.TempDir(), Now: time.Now, Name: "t",
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = target.(connectors.Closer).Close() }()
	var mu sync.Mutex
	p := &pipeline.Pipeline{
		Source: src, Target: target, Writes: writes, Store: store, Ledger: ledger, Run: time.Now().Unix(),
		Marks: weather.Marks, Workers: 4, Watch: func(e pipeline.Event) {
			mu.Lock()
			defer mu.Unlock()
			if e.Outcome == pipeline.Failed || e.Outcome == pipeline.Held {
				open++
			}
		},
	}
	p.Reads, _ = mem.Spec().CapsOf(src)
	if s.strikes(2) {
		time.AfterFunc(time.Duration(s.below(2000))*time.Millisecond, stop)
	}
	p.RetryOnly = round%3 == 2
	_, err = p.Go(ctx)
	return open, err
}
