package rt

import (
	"cmp"
	"context"
	"fmt"
	"net/url"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
)

// Describe tells which Request Tracker this is and whose account it is, whether that
// sees everything, and whether the query finds anything.
func (s *Source) Describe(ctx context.Context) (connectors.Schema, error) {
	var about struct {
		Version text `json:"Version"`
	}
	if _, err := s.client.JSON(ctx, rest.Call{Path: "rt"}, &about); err != nil {
		return connectors.Schema{}, err
	}
	schema := connectors.Schema{Title: fmt.Sprintf("Request Tracker %s, %s", about.Version, s.config.URL)}
	if me := s.me(ctx); me.Name != "" {
		schema.Title += ", as " + string(me.Name)
		if me.Email != "" && me.Email != me.Name {
			schema.Title += fmt.Sprintf(" <%s>", me.Email)
		}
	}
	if rest.InTheClear(s.config.URL) {
		schema.Notes = append(schema.Notes, connectors.Note{Level: "warning", Text: "The token and all that is read and written can be read on its way, since url begins with http://: write https:// if this Request Tracker has it."})
	}
	all, some, err := s.seesAll(ctx)
	if err == nil && !some && s.config.Query != "" {
		schema.Notes = append(schema.Notes, connectors.Note{Level: "warning", Text: fmt.Sprintf("The query %s finds no ticket that the account may see, so none will be read: look at the names in query, for RT says nothing of one that it does not know.", s.config.Query)})
	}
	if err == nil && !all {
		schema.Notes = append(schema.Notes, connectors.Note{Level: "warning", Text: "The account is no superuser of RT's. What it has no right to see RT leaves out without a word: give it the rights SeeQueue, ShowTicket, ShowTicketComments, SeeCustomField and ShowOutgoingEmail on all queues, and AdminUsers. Reading takes up to four calls more for each ticket, since RT does not tell such an account how long its lists are."})
	}
	return schema, err
}

// seesAll tells whether RT tells the account how many tickets are read and how many
// transactions there are; it tells the latter to superusers alone. And whether there are
// some tickets. A query that RT does not understand is an error.
func (s *Source) seesAll(ctx context.Context) (all, some bool, err error) {
	tickets := search("tickets", cmp.Or(s.config.Query, "id > 0"), "Status", "")
	tickets.Query.Set("per_page", "1")
	p, err := listed[made](ctx, s.client, tickets)
	if err != nil {
		return false, false, err
	}
	if some = len(p.Items) > 0 || p.Total != "0" && p.Total != ""; p.Total == "" {
		for _, err := range pages[made](ctx, s.client, tickets) { // a page may be empty, and a later one not
			return false, err == nil, err
		}
		return false, false, nil
	}
	transactions := search("transactions", "ObjectType = 'RT::Ticket' AND id = 1", "Type", "")
	transactions.Query.Set("per_page", "1")
	p, err = listed[made](ctx, s.client, transactions)
	return p.Total != "", some, err
}

// Describe tells, besides what a source tells, whether RT is ready to be written to.
func (t *Target) Describe(ctx context.Context) (connectors.Schema, error) {
	schema, err := t.Source.Describe(ctx)
	if err != nil {
		return schema, err
	}
	note := func(level, format string, args ...any) {
		schema.Notes = append(schema.Notes, connectors.Note{Level: level, Text: fmt.Sprintf(format, args...)})
	}
	queues, err := t.ready(ctx, note)
	if err != nil {
		return schema, err
	}
	if schema.Fields, err = t.offered(ctx, queues); err != nil {
		return schema, err
	}
	if said := t.config.unnamed(schema.Fields); said != "" {
		note("info", "%s", said)
	}
	if t.config.Quiet == quietScrips {
		note("info", "RT is kept quiet by its administrator: all scrips must be disabled while we write (Admin → Scrips). RT does not tell which there are; a run stops at the first e-mail that RT records.")
	} else {
		note("warning", "RT writes e-mails about what is written to it. Let an administrator disable all scrips for the time (Admin → Scrips), and say so with quiet: scrips.")
	}
	if lang := t.foreign(ctx); lang != "" {
		note("warning", "The account's language in RT is %q. Where a right lacks RT says so in that language, which we take for a value that RT did not like: set English in the account's settings (Logged in as … → Settings → About me → Language) while we write.", lang)
	}
	note("info", "RT lets only users own tickets who have the right OwnTicket: give it to the group Privileged for the time, or tickets come without an owner. Agents come without a password and enabled, since RT lets no disabled user own a ticket: disable those who have left when all is over.")
	return schema, nil
}

// ready tells which queues lack what a ticket needs there. A run stops at the first
// ticket that goes into such a queue; that is an error where it is the one that tickets
// without a category go into, or where no queue is ready. It returns all queues.
func (t *Target) ready(ctx context.Context, note func(level, format string, args ...any)) (all []*queueShape, err error) {
	call := rest.Call{Path: "queues/all", Query: url.Values{"fields": {"Name,TicketCustomFields,TicketTransactionCustomFields"}}}
	there, some := false, false
	var lacking []*queueShape
	for row, err := range pages[queueShape](ctx, t.client, call) {
		if err != nil {
			return nil, err
		}
		q := new(queueShape)
		if _, err := t.client.JSON(ctx, rest.Call{Path: "queue/" + string(row.ID)}, q); err != nil {
			return nil, err
		}
		all = append(all, q)
		there = there || t.standard(q)
		if t.missing(q) == "" {
			some = true
			continue
		}
		lacking = append(lacking, q)
	}
	for _, q := range lacking {
		level := "warning"
		if !some || t.standard(q) {
			level = "error"
		}
		note(level, "Queue %s: %s. A run stops at the first ticket that goes into it.", q.Name, t.missing(q))
	}
	if !there {
		note("warning", "There is no queue %q for tickets without a category: make it, or name another in queue.", t.config.queue())
	}
	return all, nil
}

// standard tells whether tickets without a category go into a queue.
func (t *Target) standard(q *queueShape) bool {
	return string(q.Name) == t.config.queue() || string(q.ID) == t.config.queue()
}
