package rest

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
)

// Limit is how many calls a vendor allows in a time.
type Limit struct {
	Calls int
	Per   time.Duration
}

// Allowance is what the headers of an answer say of one class of calls. What they
// do not say is negative, or zero for times.
type Allowance struct {
	Limit     int           // calls in Per
	Per       time.Duration // zero: as before, else a minute
	Remaining int           // calls left
	Reset     time.Duration // until there are all again
}

// pacer spreads the calls of an account, so that it stays within what the vendor
// allows and the user grants. Each class has an allowance of its own.
type pacer struct {
	share      float64
	limits     map[string]Limit
	classes    func(*http.Request) []string
	allowances func(http.Header, []string) map[string]Allowance
	now        func() time.Time

	mu     sync.Mutex
	paces  map[string]*pace
	strict map[string]time.Time // nothing may be sent before
}

// pace is one class: a call may be sent each step. A class that rested may send as
// many as fit into a second at once. One of less than a call a second is scarce: it
// sends what is allowed in a time as soon as it is asked for, since most runs need a
// few such calls in all, and remembers when.
type pace struct {
	step time.Duration // between two calls; 0 is not paced
	next time.Time     // when the next call is due
	per  time.Duration
	sent []time.Time // the calls of a scarce class within per, oldest first
}

func newPacer(o Options) (*pacer, error) {
	share, err := o.Settings.share()
	if err != nil {
		return nil, err
	}
	p := &pacer{
		share: share, limits: o.Limits, classes: o.Classes, allowances: o.Allowances, now: o.Env.Now,
		paces: map[string]*pace{}, strict: map[string]time.Time{},
	}
	if p.classes == nil {
		p.classes = func(*http.Request) []string { return []string{""} }
	}
	for class, l := range o.Limits {
		if l.Calls <= 0 || l.Per <= 0 {
			return nil, fmt.Errorf("a limit of %d calls in %s for %q is none", l.Calls, l.Per, class)
		}
		p.paces[class] = &pace{step: p.step(l), per: l.Per}
	}
	return p, nil
}

// step is rounded up: a nanosecond less, and the last call of each minute is one too
// many.
func (p *pacer) step(l Limit) time.Duration {
	return time.Duration(math.Ceil(float64(l.Per) / (float64(l.Calls) * p.share)))
}

// line is next, paced.
func (p *pacer) line(next http.RoundTripper) http.RoundTripper { return &paced{p, next} }

type paced struct {
	p    *pacer
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (l *paced) RoundTrip(r *http.Request) (*http.Response, error) {
	classes := l.p.classes(r)
	err := l.p.wait(r.Context(), classes)
	if err == nil {
		err = l.p.late(r.Context())
	}
	if err != nil {
		if r.Body != nil {
			_ = r.Body.Close() // it was not sent
		}
		return nil, &unsent{error: err}
	}
	resp, err := l.next.RoundTrip(r)
	if err == nil {
		l.p.saw(resp, classes)
	}
	return resp, err
}

// late tells that a request is not worth sending any more.
func (p *pacer) late(ctx context.Context) error {
	of, ok := ctx.Value(repeatsKey{}).(*repeats)
	if !ok || of.before.IsZero() || p.now().Before(of.before) {
		return nil
	}
	return fmt.Errorf("it could not be sent by %s, when what it builds on was to be out of date: %w", of.before.Format(time.RFC3339), connectors.ErrBusy)
}

// wait returns when a call of the classes may be sent.
func (p *pacer) wait(ctx context.Context, classes []string) error {
	return sleep(ctx, p.reserve(classes))
}

// reserve takes a turn in each class and tells how long to wait for the last.
func (p *pacer) reserve(classes []string) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	due := now
	for _, class := range classes {
		if at := p.strict[class]; at.After(due) {
			due = at
		}
		if c := p.paces[class]; c != nil && c.step > 0 {
			due = latest(due, c.due())
		}
	}
	for _, class := range classes {
		if c := p.paces[class]; c != nil && c.step > 0 {
			c.spend(due)
		}
	}
	return due.Sub(now)
}

// scarce tells whether less than a call a second is allowed.
func (c *pace) scarce() bool { return c.step >= time.Second }

// calls is how many a scarce class may send in per.
func (c *pace) calls() int { return max(1, int(c.per/c.step)) }

// slack is what is waited beyond the time of a scarce class: the vendor counts from
// when a call arrives, and the first one's way may have been longer than this one's.
const slack = time.Second

// due is when the next call may be sent.
func (c *pace) due() time.Time {
	if n := len(c.sent) - c.calls(); c.scarce() && n >= 0 {
		return latest(c.next, c.sent[n].Add(c.per+slack))
	}
	return c.next
}

// spend notes that a call is sent at a time.
func (c *pace) spend(at time.Time) {
	if !c.scarce() {
		c.next = latest(c.next, at.Add(c.step-time.Second)).Add(c.step)
		return
	}
	i, _ := slices.BinarySearchFunc(c.sent, at, time.Time.Compare) // another class may have delayed the one before
	c.sent = slices.Insert(c.sent, i, at)
	c.sent = c.sent[max(0, len(c.sent)-c.calls()):]
}

// within is how many calls were sent in the time that ends now.
func (c *pace) within(now time.Time) (n int) {
	for _, at := range c.sent {
		if now.Sub(at) < c.per {
			n++
		}
	}
	return n
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// saw learns from the headers of an answer.
func (p *pacer) saw(resp *http.Response, classes []string) {
	now := p.now()
	var told map[string]Allowance
	if p.allowances != nil {
		told = p.allowances(resp.Header, classes)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for class, a := range told {
		p.learn(now, class, a)
	}
	if resp.StatusCode != http.StatusTooManyRequests {
		return
	}
	if d, ok := retryAfter(resp.Header, now); ok {
		for _, class := range classes { // which of them it was, the answer does not say
			p.strict[class] = latest(p.strict[class], now.Add(min(d, longestRest)))
		}
	}
}

// learn takes over what a vendor says of a class. What others use up of it is
// theirs: the calls that are left are spread until there are all again.
func (p *pacer) learn(now time.Time, class string, a Allowance) {
	c := p.paces[class]
	if c == nil {
		c = &pace{per: time.Minute}
		p.paces[class] = c
	}
	if a.Per > 0 {
		c.per = a.Per
	}
	if a.Limit > 0 {
		c.step = p.step(Limit{a.Limit, c.per})
	}
	if a.Reset <= 0 || a.Remaining < 0 {
		return
	}
	if a.Remaining == 0 {
		p.strict[class] = latest(p.strict[class], now.Add(min(a.Reset, longestRest)))
		return
	}
	if c.scarce() && a.Remaining >= c.calls()-c.within(now) {
		return // nobody else calls
	}
	if spread := a.Reset / time.Duration(a.Remaining); spread > c.step && c.step > 0 {
		c.next = latest(c.next, now.Add(min(spread, longestRest)))
	}
}
