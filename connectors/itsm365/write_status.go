package itsm365

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func (t *Target) stateCode() string { return t.config.kind(desk.KindTicket).code("status") }

// stateToWrite is the state that is written for a status: a new ticket is an open one where
// the installation has no other, and the other way round.
func (t *Target) stateToWrite(s desk.Status) string {
	if code := t.config.stateFor(s); code != "" {
		return code
	}
	switch s {
	case desk.StatusNew:
		return t.config.stateFor(desk.StatusOpen)
	case desk.StatusOpen:
		return t.config.stateFor(desk.StatusNew)
	case desk.StatusPending, desk.StatusSolved, desk.StatusClosed:
	}
	return ""
}

func (t *Target) takenStatuses() string {
	var taken []string
	for _, s := range desk.Statuses {
		if t.config.stateFor(s) != "" {
			taken = append(taken, string(s))
		}
	}
	return strings.Join(taken, "\n")
}

// steps are the states that lie before a ticket of a status, and that of the status, the last;
// none if it need not go anywhere.
func (t *Target) steps(s desk.Status, now string) []string {
	want := t.stateToWrite(s)
	if is, _ := t.config.status(now); want == "" || now == want || is == s || t.stateCode() == "" {
		return nil
	}
	steps := t.config.path(want)
	if at := slices.Index(steps, now); at >= 0 {
		return steps[at+1:]
	}
	return steps
}

// setStatus brings a ticket from the state that it is in to that of its status, step by step,
// each with what it asks for; last is written with the last of them, or by itself.
func (t *Target) setStatus(ctx context.Context, id desk.ID, r *desk.Ticket, now string, last map[string]any) error {
	steps := t.steps(r.Status, now)
	if len(steps) == 0 && len(last) > 0 {
		return t.edit(ctx, id, last)
	}
	for i, step := range steps {
		values := map[string]any{}
		if i == len(steps)-1 {
			maps.Copy(values, last)
		}
		values[t.stateCode()] = step
		for code, v := range t.config.WithState[step] {
			values[code] = constant(v)
		}
		if err := t.edit(ctx, id, values); err != nil {
			return t.step(err, id, now, step)
		}
		now = step
	}
	return nil
}

// step says of a refusal what was to become of the ticket, and what can be done.
func (t *Target) step(err error, id desk.ID, from, to string) error {
	err = fmt.Errorf("ticket %s cannot go from the state %q to %q: %w", id, from, to, err)
	switch {
	case refusedOver(err, "обязательн", "не заполнен", "required"):
		return &connectors.Trouble{Reason: connectors.ReasonRefused, Err: err, Hint: "say in with_state what is written with the state " + to + ", then retry"}
	case refusedOver(err, ""):
		return &connectors.Trouble{Reason: connectors.ReasonRefused, Err: err, Hint: "name the states that lie between in through, or have the workflow allow the step, then retry"}
	}
	return err
}
