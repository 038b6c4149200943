package main

import (
	"context"
	"fmt"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/report"
)

// mostWaiting bounds how many of those that wait are looked at for what they wait for.
const mostWaiting = 1000

// waits is what several records wait for.
type waits struct {
	n       int64
	example string
}

// waitingFor says, of so many records that wait, for what most of them do.
func waitingFor(ctx context.Context, n int64, hops []*hop) (string, error) {
	by, looked := map[connectors.Reason]*waits{}, int64(0)
	for _, h := range hops {
		if h.ledger == nil {
			continue
		}
		for _, kind := range desk.Kinds {
			for id, err := range h.ledger.Open(ctx, kind, checkpoints.Held, checkpoints.Intended, checkpoints.Entered) {
				if err != nil {
					return "", err
				}
				if looked++; looked > mostWaiting {
					break
				}
				if err := h.waitsFor(ctx, kind, id, by); err != nil {
					return "", err
				}
			}
		}
	}
	return waitingText(n, by), nil
}

// waitsFor adds what a record waits for, or of a ticket that arrived one of its messages.
func (h *hop) waitsFor(ctx context.Context, kind desk.Kind, id desk.ID, by map[connectors.Reason]*waits) error {
	row, _, err := h.ledger.Row(ctx, kind, "", id)
	if err != nil {
		return err
	}
	if kind == desk.KindTicket && (!row.Open() || row.State == checkpoints.Failed) {
		messages, err := h.ledger.Messages(ctx, id)
		if err != nil {
			return err
		}
		for _, m := range messages {
			if m.Open() && m.State != checkpoints.Failed {
				row = m
			}
		}
	}
	why := connectors.Reason(row.Reason)
	if by[why] == nil {
		by[why] = &waits{example: whyAside(row)}
	}
	by[why].n++
	return nil
}

// waitsUntil says for what records of a reason wait.
var waitsUntil = map[connectors.Reason]string{
	connectors.ReasonTransient: "for the target to answer", connectors.ReasonReference: "for something they refer to",
	connectors.ReasonConflict: "for a decision", "": "until it is clear what arrived",
}

func waitingText(n int64, by map[connectors.Reason]*waits) string {
	most, reason := &waits{}, connectors.Reason("")
	for why, w := range by {
		if w.n > most.n || w.n == most.n && why < reason {
			most, reason = w, why
		}
	}
	if n == 1 {
		return fmt.Sprintf("1 record waits: %s; every run tries it again", most.example)
	}
	text := report.Number(n) + " records wait"
	if until := waitsUntil[reason]; until != "" && len(by) > 1 {
		text += ", most of them " + until
	} else if until != "" {
		text += " " + until
	}
	return fmt.Sprintf("%s (the first: %s); every run tries them again", text, most.example)
}
