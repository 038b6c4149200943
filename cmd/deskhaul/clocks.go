package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/mapping/strict"
)

// clocks say how often each source is looked at.
type clocks struct {
	all  time.Duration
	own  map[string]time.Duration // of sources by name
	last map[string]time.Time     // when each was looked at
}

// leastEvery is the shortest interval: a run that is due before the last one has looked
// at anything is a mistake in the command.
const leastEvery = time.Second

// readClocks reads the values of --every: a span for all, and NAME=SPAN for single sources.
func readClocks(values []string) (*clocks, error) {
	c := &clocks{own: map[string]time.Duration{}, last: map[string]time.Time{}}
	for _, v := range values {
		name, span, single := strings.Cut(v, "=")
		if !single {
			span = v
		}
		d, err := time.ParseDuration(span)
		if err != nil || d < leastEvery {
			return nil, fmt.Errorf("--every %s: want a span of a second or more, like 10m or 1h, and of one source NAME=1h", v)
		}
		switch {
		case single && c.own[name] != 0, !single && c.all != 0:
			return nil, fmt.Errorf("--every %s: that is said twice", v)
		case single:
			c.own[name] = d
		default:
			c.all = d
		}
	}
	if c.all == 0 {
		return nil, errors.New("--every NAME=SPAN goes with --every SPAN for all others, for example --every 10m --every old=1h")
	}
	return c, nil
}

// least is how often something is due.
func (c *clocks) least() time.Duration {
	return slices.Min(append(slices.Collect(maps.Values(c.own)), c.all))
}

// known refuses names of sources that there are not.
func (c *clocks) known(s *session) error {
	var names []string
	for _, src := range s.p.Sources {
		names = append(names, src.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(c.own)) {
		if !slices.Contains(names, name) {
			return usage(fmt.Errorf("--every %s=%s: there is no source of that name%s", name, c.own[name], strict.DidYouMean(name, names)))
		}
	}
	return nil
}

// due are the legs of a run that begins now: those from sources that are due, and those
// from the archive. The last run looks at all.
func (c *clocks) due(hops []*hop, now time.Time, last bool) (out []*hop) {
	for _, h := range hops {
		every := c.all
		if own := c.own[h.from.Name]; own != 0 {
			every = own
		}
		if last || h.from == h.s.p.Archive || c.passed(h.from.Name, every, now) {
			out = append(out, h)
		}
	}
	for _, h := range out {
		c.last[h.from.Name] = now
	}
	return out
}

// passed goes by the time that passes, and by the clock where that is ahead. A run that
// comes a little early, as the last one does when the time is over, counts.
func (c *clocks) passed(name string, every time.Duration, now time.Time) bool {
	last, known := c.last[name]
	return !known || max(now.Sub(last), now.Round(0).Sub(last.Round(0))) >= every-c.least()/2
}
