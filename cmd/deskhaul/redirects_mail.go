package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// mailTable lists which mail is in which new ticket.
func (s *session) mailTable(ctx context.Context, legs []*crossing, w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"message_id", "ticket", "address", "subject"}); err != nil {
		return err
	}
	for _, leg := range legs {
		if leg.shelf == nil {
			return usage(errors.New("--mail reads the Message-IDs from the archive, and this project has none (archive: none)"))
		}
		q := checkpoints.Query{Kinds: []desk.Kind{desk.KindTicket}}
		for row, err := range leg.ledger.Rows(ctx, q) {
			if err == nil && (row.Landed() == "" || !strings.HasPrefix(string(row.ID), leg.prefix)) {
				continue
			}
			if err == nil {
				err = leg.mails(ctx, row, out)
			}
			if err != nil {
				return fmt.Errorf("%s: %w", leg.label(), err)
			}
		}
	}
	out.Flush()
	return out.Error()
}

// mails writes those of one ticket.
func (c *crossing) mails(ctx context.Context, row checkpoints.Row, out *csv.Writer) error {
	r, err := c.shelf.Fetch(ctx, desk.KindTicket, row.ID)
	if errors.Is(err, connectors.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	t := r.(*desk.Ticket)
	for i := range t.Messages {
		if id := t.Messages[i].MessageID; id != "" {
			err = errors.Join(err, out.Write([]string{"<" + id + ">", string(row.Landed()), c.new.Link(desk.KindTicket, row.Landed(), false), t.Subject}))
		}
	}
	return err
}
