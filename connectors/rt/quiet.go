package rt

import (
	"context"
	"fmt"
	"net/url"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
)

// lookAround looks at the last that happened in a ticket, after something was written
// to it: whether RT recorded an e-mail, or scrips changed the status. REST 2.0 does
// not tell which scrips there are, so that this is the only sign; the run stops at
// the first. since is the transaction that was written; "" for a new ticket, where
// its first transaction is returned.
func (t *Target) lookAround(ctx context.Context, ticket string, since text) (first text, err error) {
	q := url.Values{"fields": {"Type,Creator"}, "orderby": {"id"}, "order": {"DESC"}, "per_page": {"20"}}
	var p page[transactionShape]
	if _, err := t.client.JSON(ctx, rest.Call{Path: "ticket/" + url.PathEscape(ticket) + "/history", Query: q}, &p); err != nil {
		return "", err
	}
	for _, tx := range p.Items {
		if tx.Type == "Create" {
			first = tx.ID
		}
		if number(tx.ID) <= number(since) {
			continue
		}
		switch {
		case t.config.Quiet != "scrips": // nobody promised anything
		case tx.Type == "EmailRecord" || tx.Type == "CommentEmailRecord":
			return first, fmt.Errorf("ticket %s: RT has sent an e-mail because of what was written (transaction %s) – disable all scrips in RT (Admin → Scrips), look who got it, and run again: %w", ticket, tx.ID, connectors.ErrDenied)
		case tx.Type == "Status" && tx.Creator.ID == "RT_System":
			return first, fmt.Errorf("ticket %s: a scrip of RT's changed the status because of what was written (transaction %s) – disable all scrips in RT (Admin → Scrips), not only those that write e-mails, and run again: %w", ticket, tx.ID, connectors.ErrDenied)
		}
	}
	return first, nil
}

// newest is the last transaction of a ticket.
func (t *Target) newest(ctx context.Context, ticket string) (text, error) {
	q := url.Values{"fields": {"Type"}, "orderby": {"id"}, "order": {"DESC"}, "per_page": {"1"}}
	var p page[transactionShape]
	_, err := t.client.JSON(ctx, rest.Call{Path: "ticket/" + url.PathEscape(ticket) + "/history", Query: q}, &p)
	if err != nil || len(p.Items) == 0 {
		return "", err
	}
	return p.Items[0].ID, nil
}
