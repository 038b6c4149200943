package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// canaryLines are the lines of the ledger about a canary: people, messages in their order,
// and the ticket.
type canaryLines []checkpoints.Row

// lines reads them.
func (h *hop) lines(ctx context.Context, src *canarySource) (out canaryLines, err error) {
	messages, err := h.ledger.Messages(ctx, src.ticketID())
	if err != nil {
		return nil, err
	}
	for _, r := range src.records() {
		if ticket, ok := r.(*desk.Ticket); ok {
			for i := range ticket.Messages {
				if row, known := messages[ticket.Messages[i].ID]; known {
					out = append(out, row)
				}
			}
		}
		row, known, err := h.ledger.Row(ctx, r.Kind(), "", r.About().ID)
		if err != nil {
			return nil, err
		}
		if known {
			out = append(out, row)
		}
	}
	return out.behind(), nil
}

// behind counts with a change of the ticket that was refused for good the messages that
// were not begun because of it: they come when it does.
func (ls canaryLines) behind() canaryLines {
	i := slices.IndexFunc(ls, func(row checkpoints.Row) bool { return row.Kind == desk.KindTicket && final(row) })
	if i < 0 {
		return ls
	}
	for k := range ls {
		if m := &ls[k]; m.Kind == desk.KindMessage && m.State == checkpoints.Entered {
			m.State, m.Reason, m.Detail = checkpoints.Failed, ls[i].Reason, cmp.Or(m.Detail, ls[i].Detail)
		}
	}
	return ls
}

// ticketOf is what the target calls the ticket; "" if it is not known to stand there.
func ticketOf(ls canaryLines) desk.ID {
	for _, row := range ls {
		if row.Kind == desk.KindTicket {
			return row.Target
		}
	}
	return ""
}

// final tells whether the target will not have it, however often it is asked.
func final(row checkpoints.Row) bool {
	return row.State == checkpoints.Failed && row.Reason != string(connectors.ReasonTransient)
}

// open says what is still to come, or not known to have come.
func (ls canaryLines) open() (out []string) {
	for _, row := range ls {
		switch {
		case !row.Open() || final(row):
		case row.Detail != "":
			out = append(out, row.Detail)
		default:
			out = append(out, fmt.Sprintf("%s %s: it is not known whether it was written", row.Kind, row.ID))
		}
	}
	return out
}

// refused says what the target will not have.
func (ls canaryLines) refused() (out []string) {
	for _, row := range ls {
		if final(row) {
			out = append(out, row.Detail)
		}
	}
	return out
}

// passing tells whether something is open over which time passes: a write of which it is
// not known yet whether it arrived, a target that is busy.
func (ls canaryLines) passing() bool {
	for _, row := range ls {
		held := row.State == checkpoints.Held && row.Reason != string(connectors.ReasonTransient)
		if row.Open() && !final(row) && !held {
			return true
		}
	}
	return false
}

// How a canary is waited for: until the target can tell what became of a write, where that
// is no longer than a person may be kept waiting.
const (
	canaryPatience = 3 * time.Minute
	canaryBusy     = 2 * time.Second // at least, and longer than the target needs to tell
	canaryPause    = 10 * time.Second
)

// attempts writes until nothing is open, for as long as the target may need to tell what
// became of a write. What was refused at an earlier attempt is tried again first.
func (h *hop) attempts(ctx context.Context, p *pipeline.Pipeline, src *canarySource) (canaryLines, error) {
	var until time.Time
	for {
		for _, p.RetryOnly = range []bool{true, false} {
			if _, err := p.Go(ctx); err != nil {
				return nil, fmt.Errorf("%s: %w", h.label(), err)
			}
		}
		lines, err := h.lines(ctx, src)
		if err != nil || !lines.passing() {
			return lines, err
		}
		patience := h.patience()
		if until.IsZero() {
			until = time.Now().Add(patience)
			h.sayWaits(lines, patience)
		}
		left := time.Until(until)
		if left <= 0 {
			return lines, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(min(left, patience/10, canaryPause)):
		}
	}
}

// patience is how long what is open is waited for.
func (h *hop) patience() time.Duration {
	l, ok := h.target.(connectors.Lagging)
	if !ok || l.Lag() > canaryPatience {
		return canaryBusy
	}
	return l.Lag() + canaryBusy
}

// sayWaits says why nothing happens for a while.
func (h *hop) sayWaits(ls canaryLines, d time.Duration) {
	if !h.s.quiet {
		fmt.Fprintf(forPeople{h.s.stderr}, "%s – trying again for up to %s …\n", ls.open()[0], d.Round(time.Second)) //nolint:errcheck // the error, if it stays, says it
	}
}
