package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/report"
)

// The rules of what a person sees while a run is under way: all of it goes to
// standard error. On a terminal it is one bar that shows the rate and, as soon as
// the total is known, when it will be over. Elsewhere it is a plain line now and
// then. What matters later is in the summary, which goes to standard output.

// linesEvery is how often a run that is piped says where it is.
const linesEvery = 10 * time.Second

// progress shows one hop.
type progress struct {
	w     io.Writer
	label string
	quiet bool
	began time.Time
	bar   *progressbar.ProgressBar // nil when piped
	hide  func()                   // says that the bar is gone
	stop  chan struct{}
	ended sync.WaitGroup

	mu       sync.Mutex
	tickets  int64
	messages int64
	others   int64     // records that are no tickets
	only     bool      // tickets are counted, not their messages
	waits    string    // for what; "" for nothing
	total    int64     // tickets; 0 unknown
	first    time.Time // when the first ticket had come
	counting sync.Once
}

func terminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}

// barWidth is how many columns a bar needs: one that wraps leaves a line behind each
// time it is drawn.
const barWidth = 72

// wide tells whether w is a terminal with room for a bar.
func wide(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || !terminal(w) {
		return false
	}
	columns, _, err := term.GetSize(int(f.Fd()))
	return err == nil && columns >= barWidth
}

// show begins to show a hop. With quiet set nothing is shown.
func (a *app) show(label string) *progress {
	p := &progress{w: a.stderr, label: label, began: time.Now(), stop: make(chan struct{}), quiet: a.quiet}
	if a.quiet {
		return p
	}
	if wide(a.stderr) {
		p.bar = progressbar.NewOptions64(-1, progressbar.OptionSetWriter(a.stderr), progressbar.OptionSetDescription(label),
			progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString("tickets"),
			progressbar.OptionSetPredictTime(true), progressbar.OptionFullWidth(), progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionSpinnerType(14), progressbar.OptionClearOnFinish())
		a.shown.Store(p)
		p.hide = func() { a.shown.CompareAndSwap(p, nil) }
	}
	p.ended.Go(p.tick)
	return p
}

// tick keeps the bar alive, and says a line now and then when piped.
func (p *progress) tick() {
	every := linesEvery
	if p.bar != nil {
		every = 200 * time.Millisecond
	}
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-p.stop:
			return
		case <-t.C:
			p.draw()
		}
	}
}

func (p *progress) draw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		p.turn()
		return
	}
	line := p.label + ": " + p.far()
	switch {
	case p.waits != "":
		fmt.Fprintln(p.w, line+", "+p.waits) //nolint:errcheck // what cannot be shown must not stop a run
		return
	case p.tickets+p.messages+p.others == 0 && p.only:
		line = p.label + ": nothing was looked at yet"
	case p.tickets+p.messages+p.others == 0:
		line = p.label + ": looking through the source"
	}
	if spent := time.Since(p.first); p.tickets > 0 && p.tickets < p.total {
		left := time.Duration(float64(spent) / float64(p.tickets) * float64(max(0, p.total-p.tickets)))
		line += fmt.Sprintf(", %s, about %s left", pace(p.tickets, spent), report.Duration(left))
	}
	fmt.Fprintln(p.w, line) //nolint:errcheck // what cannot be shown must not stop a run
}

// turn draws the bar. A full one would take itself away while the run still settles what
// was in doubt, so that all there are to be are shown as if the total were unknown.
func (p *progress) turn() {
	switch {
	case p.total > p.tickets:
		p.bar.ChangeMax64(p.total)
	case p.total > 0:
		p.bar.ChangeMax64(-1)
	}
	switch {
	case p.waits != "":
		p.bar.Describe(p.label + ", " + p.waits)
	case p.tickets == 0 && p.others > 0: // those whom tickets name come first, and may be many
		p.bar.Describe(p.label + ", " + p.far() + " before the tickets")
	case p.total > 0 && p.tickets >= p.total && !p.only:
		p.bar.Describe(p.label + ", what waited")
	default:
		p.bar.Describe(p.label)
	}
	_ = p.bar.Set64(p.tickets) // a bar that cannot be drawn must not stop a run
}

// pace is how fast tickets come. A helpdesk that takes one in ten seconds is not at none.
func pace(tickets int64, spent time.Duration) string {
	if a := float64(tickets) / spent.Seconds(); a >= 2 {
		return fmt.Sprintf("%.0f tickets a second", a)
	}
	return fmt.Sprintf("%.0f tickets a minute", float64(tickets)/spent.Minutes())
}

// far says how far it is. A source without tickets has other records to show.
func (p *progress) far() string {
	if p.tickets == 0 && p.messages == 0 && p.others > 0 {
		if p.others == 1 {
			return "1 record"
		}
		return report.Number(p.others) + " records"
	}
	tickets := report.CountOf(p.tickets, desk.KindTicket)
	if p.total > p.tickets {
		tickets = report.Number(p.tickets) + " of " + report.CountOf(p.total, desk.KindTicket)
	}
	if p.only {
		return tickets
	}
	return tickets + ", " + report.CountOf(p.messages, desk.KindMessage)
}

// watch counts what the run tells.
func (p *progress) watch(ctx context.Context, source connectors.Source) func(pipeline.Event) {
	return func(e pipeline.Event) {
		if e.Kind == desk.KindTicket && e.Outcome != "" {
			p.counting.Do(func() { p.ended.Go(func() { p.count(ctx, source) }) })
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		p.waits = ""
		switch {
		case e.Again: // it is counted
		case e.Kind == desk.KindTicket && e.Outcome != "":
			if p.tickets++; p.tickets == 1 {
				p.first = time.Now()
			}
		case e.Kind != desk.KindMessage && e.Kind != desk.KindFile && e.Outcome != "":
			p.others++
		case e.Step != nil && e.Err == nil && e.Step.Verb == pipeline.Append:
			p.messages++
		case e.Step != nil && e.Err == nil && e.Step.Verb == pipeline.Create:
			if t, ok := e.Step.Record.(*desk.Ticket); ok {
				p.messages += int64(len(t.Messages))
			}
		}
	}
}

// waiting says for what is waited, until something comes.
func (p *progress) waiting(what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waits = what
}

// item counts what was read where nothing is written.
func (p *progress) item(it connectors.Item) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t, ok := it.Record.(*desk.Ticket); ok {
		p.tickets, p.messages = p.tickets+1, p.messages+int64(len(t.Messages))
		if p.first.IsZero() {
			p.first = time.Now()
		}
	} else {
		p.others++
	}
}

// looking says that tickets are looked at, and how many there are to be; 0 is unknown.
func (p *progress) looking(tickets int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.only, p.total = true, tickets
	if tickets > 0 {
		p.counting.Do(func() {})
	}
}

// count asks the source how many tickets there are, where that is shown. By the first of
// them it knows.
func (p *progress) count(ctx context.Context, source connectors.Source) {
	d, ok := source.(connectors.Describer)
	if !ok || p.quiet {
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	p.ended.Go(func() { // nobody waits for an estimate of what is over
		select {
		case <-p.stop:
			cancel()
		case <-ctx.Done():
		}
	})
	s, err := d.Describe(ctx)
	if err != nil {
		return // only the estimate is missing
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.total = s.Counts[desk.KindTicket]
}

// end takes the bar away.
func (p *progress) end() {
	close(p.stop)
	p.ended.Wait()
	switch {
	case p.quiet:
	case p.bar != nil:
		p.hide()
		_ = p.bar.Clear()
	default:
		p.total = 0
		fmt.Fprintf(p.w, "%s: %s in %s\n", p.label, p.far(), report.Duration(time.Since(p.began))) //nolint:errcheck // what cannot be shown must not stop a run
	}
}

// sayStopping answers Ctrl-C.
func (a *app) sayStopping() {
	if a.serving.Load() {
		return
	}
	fmt.Fprintln(beside{a}, "\nStopping: finishing what is under way and saving. Press Ctrl-C again to leave at once.") //nolint:errcheck // nowhere else to say it
}
