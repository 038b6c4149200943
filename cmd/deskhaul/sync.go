package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) syncCommand() *cobra.Command {
	m := &move{verb: "sync"}
	var every []string
	var until string
	hops := func(s *session) []*hop { return append(s.pulls(), s.loads()...) }
	c := a.moving(&cobra.Command{
		Use:   "sync [FOLDER]",
		Short: "bring what came in since the last run (the delta)",
		Long: `The delta after the cutover: the same run as migrate, with a full ledger. New
messages are appended, changed fields updated, nothing is written twice.

With --every it is run again and again, until the time of --until or until Ctrl-C; a source
may have a clock of its own (--every NAME=SPAN). Each run says in a line what it brought; a whole interval in which nothing came in is said
too: when several in a row brought nothing, the tail of the cutover is over. A run that
fails, over a network that is down or a project file that is just being changed, is told
and tried again at the next time; the exit code is that of the last run. One over which
a target sends somebody an e-mail is the last. Between two runs the project is free for
other commands.

` + exitHelp,
		Example: `  deskhaul sync ./acme
  deskhaul sync --every 10m --until 2026-12-05 ./acme
  deskhaul sync --every 10m --every old-mailbox=6h --until 14d ./acme`,
	}, m, hops)
	once := c.RunE
	f := c.Flags()
	f.StringArrayVar(&every, "every", nil, "run again each `SPAN`, such as 10m or 1h; besides, of single sources, NAME=SPAN")
	f.StringVar(&until, "until", "", "with --every: until a `DATE` is over (2026-12-05), a time (2026-12-05 18:00), or for a span (14d, 12h)")
	c.RunE = func(c *cobra.Command, args []string) error {
		if every == nil && until == "" {
			return once(c, args)
		}
		t, err := newTail(every, until, time.Now())
		if err != nil {
			return usage(err)
		}
		t.app, t.once = a, func(ctx context.Context, then func(context.Context, *session) error) error {
			return a.within(ctx, args, toWrite, then)
		}
		t.move, t.hops = *m, hops
		return t.run(c.Context())
	}
	return c
}

// newTail reads the flags.
func newTail(every []string, until string, now time.Time) (*longTail, error) {
	if every == nil {
		return nil, errors.New("--until goes with --every, for example --every 10m")
	}
	c, err := readClocks(every)
	if err != nil {
		return nil, err
	}
	t := &longTail{clocks: c, every: c.least(), began: now}
	if until == "" {
		return t, nil
	}
	if t.until, err = parseUntil(until, now); err != nil {
		return nil, err
	}
	if !t.until.After(now) {
		return nil, fmt.Errorf("--until %s is over: it was at %s", until, t.until.Local().Format(time.DateTime))
	}
	return t, nil
}

// parseUntil reads a date, of which the day's end is meant, a time, or a span from now.
func parseUntil(s string, now time.Time) (time.Time, error) {
	if day, err := time.ParseInLocation(time.DateOnly, s, time.Local); err == nil {
		return day.AddDate(0, 0, 1), nil
	}
	if at, ok := parseTime(s); ok {
		return at, nil
	}
	if span, ok := parseSpan(s); ok {
		return span(now, 1), nil
	}
	return time.Time{}, fmt.Errorf("--until %s: want a date like 2026-12-05, a time like 2026-12-05T18:00:00Z, or a span like 14d or 12h", s)
}
