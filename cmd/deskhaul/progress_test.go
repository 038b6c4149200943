package main

import (
	"context"
	"io"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

func TestPace(t *testing.T) {
	for want, of := range map[string]struct {
		tickets int64
		spent   time.Duration
	}{
		"40 tickets a second": {400, 10 * time.Second},
		"6 tickets a minute":  {48, 8 * time.Minute},
	} {
		if got := pace(of.tickets, of.spent); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

// slow is a source that takes for ever to tell how many tickets it has.
type slow struct {
	connectors.Source
	asked chan struct{}
}

func (s slow) Describe(ctx context.Context) (connectors.Schema, error) {
	close(s.asked)
	<-ctx.Done()
	return connectors.Schema{}, ctx.Err()
}

// The end of a run waits for no estimate of how long it would take, and where nothing is
// shown none is asked for.
func TestNobodyWaitsForAnEstimate(t *testing.T) {
	for _, quiet := range []bool{false, true} {
		source := slow{asked: make(chan struct{})}
		p := (&app{stderr: io.Discard, quiet: quiet}).show("a → b")
		p.watch(t.Context(), source)(pipeline.Event{Kind: desk.KindTicket, Outcome: pipeline.Created})
		if !quiet {
			<-source.asked
		}
		ended := make(chan struct{})
		go func() {
			p.end()
			close(ended)
		}()
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			t.Fatal("the end waits for the estimate")
		}
		select {
		case <-source.asked:
			if quiet {
				t.Error("asked, and nothing is shown")
			}
		default:
		}
	}
}

// A ticket that a run comes back to is one ticket.
func TestProgressCountsATicketOnce(t *testing.T) {
	p := new(progress)
	watch := p.watch(t.Context(), nil)
	for _, again := range []bool{false, true, true} {
		watch(pipeline.Event{Kind: desk.KindTicket, ID: "1", Outcome: pipeline.Held, Again: again})
	}
	p.ended.Wait()
	if got := p.far(); got != "1 ticket, 0 messages" {
		t.Error(got)
	}
}

func TestPromisesOfOneWithoutAny(t *testing.T) {
	want := "           writes tickets (silent with its setting only)\n"
	if got := promises("writes", &connectors.Caps{Kinds: []desk.Kind{desk.KindTicket}}); got != want {
		t.Errorf("%q", got)
	}
	if got := promises("reads", &connectors.Caps{Kinds: []desk.Kind{desk.KindTicket}}); got != "           reads tickets\n" {
		t.Errorf("%q", got)
	}
}
