package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/redirects"
)

// mailTable lists which mail is in which new ticket.
func (s *session) mailTable(ctx context.Context, legs []*crossing, w io.Writer, subject string) error {
	out, err := redirects.NewMailTable(w)
	if err != nil {
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
				err = leg.mails(ctx, row, out, cmp.Or(subject, leg.new.Subject))
			}
			if err != nil {
				return fmt.Errorf("%s: %w", leg.label(), err)
			}
		}
	}
	return out.Close()
}

// sayNoTag tells of targets of which nobody knows what puts a mail into a ticket.
func (s *session) sayNoTag(legs []*crossing, ask *redirectsAsk) {
	told := map[string]bool{}
	for _, leg := range legs {
		name := leg.to.Name
		if ask.subject != "" || leg.new.Subject != "" || told[name] || s.quiet {
			continue
		}
		told[name] = true
		fmt.Fprintf(beside{s.app}, "%s: what in a subject puts a mail into its ticket differs from one installation to the next; with --subject, such as --subject '[%s #{id}]', it is in the list, and --tag puts it into mails.\n", name, name) //nolint:errcheck // it is said beside the list
	}
}

// mails writes those of one ticket. Subject is what in a subject leads to it, {id} its id.
func (c *crossing) mails(ctx context.Context, row checkpoints.Row, out *redirects.MailTable, subject string) error {
	r, err := c.shelf.Fetch(ctx, desk.KindTicket, row.ID)
	if errors.Is(err, connectors.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	t, id := r.(*desk.Ticket), string(row.Landed())
	m := redirects.Mail{Ticket: id, Address: c.new.Link(desk.KindTicket, row.Landed(), false), Subject: t.Subject, Tag: strings.ReplaceAll(subject, "{id}", id)}
	for i := range t.Messages {
		if id := t.Messages[i].MessageID; id != "" {
			m.MessageID = "<" + id + ">"
			err = errors.Join(err, out.Write(m))
		}
	}
	return err
}

// tagMail is a filter: a mail on standard input, with the tag of its ticket on standard
// output. A mail is handed on whatever happens.
func (a *app) tagMail(table string) error {
	err := redirects.TagMail(a.stdin, a.stdout, func() (io.ReadCloser, error) { return os.Open(table) })
	if err != nil {
		return fmt.Errorf("the mail was handed on without a tag: %s: %w", table, err)
	}
	return nil
}
