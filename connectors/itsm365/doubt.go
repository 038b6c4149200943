package itsm365

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// A refusal that comes with the status 500 is known by its words alone, and a rule that runs
// when a thing is made may say such words too. So it is looked whether the thing is there: what
// counts as refused is written anew by a retry, and would stand there twice.

func byWords(err error) bool {
	var e *rest.Error
	return errors.As(err, &e) && e.Status == http.StatusInternalServerError && errors.Is(err, connectors.ErrRefused)
}

// refusedSurely is an error of making a record, in doubt if the record is there all the same.
func (t *Target) refusedSurely(ctx context.Context, err error, r desk.Record) error {
	if !byWords(err) {
		return err
	}
	id, asking := t.byMark(ctx, r)
	return doubt(err, id, asking)
}

// refusedSaid is the same of a comment.
func (t *Target) refusedSaid(ctx context.Context, err error, ticket desk.ID, m *desk.Message) error {
	if !byWords(err) {
		return err
	}
	id, asking := t.commentOf(ctx, ticket, m)
	return doubt(err, id, asking)
}

func doubt(err error, id desk.ID, asking error) error {
	switch {
	case asking != nil:
		return fmt.Errorf("%v – and whether it was made all the same cannot be told: %w: %w", err, asking, connectors.ErrUnsure) //nolint:errorlint // it is no refusal
	case id != "":
		return fmt.Errorf("%v – but it was made, as %s: %w", err, id, connectors.ErrUnsure) //nolint:errorlint // it is no refusal
	}
	return err
}

// commentOf is the comment that has a message's mark; "" none.
func (t *Target) commentOf(ctx context.Context, ticket desk.ID, m *desk.Message) (desk.ID, error) {
	rows, err := t.under(ctx, desk.KindMessage, ticket)
	for i := len(rows) - 1; i >= 0 && err == nil; i-- {
		if p, _, ok := parsePreface(rows[i].text(t.config.kind(desk.KindMessage).code("text"))); ok && p.mark == m.Mark {
			return rows[i].id(), nil
		}
	}
	return "", err
}
