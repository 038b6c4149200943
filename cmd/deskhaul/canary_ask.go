package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/project"
)

// interactive tells whether somebody sits there who can be asked.
func (a *app) interactive() bool {
	return a.asking || terminal(a.stdin) && terminal(a.stderr)
}

// wait lets e-mails arrive; on a terminal it counts down.
func (a *app) wait(ctx context.Context, d time.Duration) error {
	end := time.Now().Add(d)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	shows := terminal(a.stderr) && !a.quiet
	for left := d; left > 0; left = time.Until(end) {
		if shows {
			fmt.Fprintf(a.stderr, "\rWaiting for what may come: %s   ", left.Round(time.Second)) //nolint:errcheck // there is nowhere left to say it
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		case <-time.After(left):
		}
	}
	if shows {
		fmt.Fprintf(a.stderr, "\r%s\r", strings.Repeat(" ", 40)) //nolint:errcheck // likewise
	}
	return nil
}

// askWhatCame asks whether anything arrived, until it is told. At the end of the input it
// is not known.
func (a *app) askWhatCame(ctx context.Context, who *person, address string) (project.Answer, error) {
	for {
		if _, err := fmt.Fprintf(forPeople{a.stderr}, "Did anything arrive at %s? [y/n] ", address); err != nil {
			return "", err
		}
		line, err := who.Line(ctx)
		switch said := strings.ToLower(strings.TrimSpace(line)); {
		case errors.Is(err, io.EOF):
			return "", nil
		case err != nil:
			return "", err
		case said == "y" || said == "yes":
			return project.CameMail, nil
		case said == "n" || said == "no":
			return project.CameNothing, nil
		}
	}
}
