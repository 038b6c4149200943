package intercom

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// A ticket of Intercom's is a conversation with more on its cover: a conversation that is
// made a ticket keeps its number (https://developers.intercom.com/docs/references/rest-api/api.intercom.io/tickets/linkconversationtoticket
// takes the number of either in one place). So both are tickets here under that number, and
// what is listed as both is read as the ticket, once.

// place is how far the tickets and the conversations have been read, by the times of their
// changes, and since when deleted ones are known. It is written "TICKETS/CONVERSATIONS/DELETED".
type place struct{ tickets, conversations, deleted connectors.Cursor }

func parsePlace(c connectors.Cursor) (p place) {
	parts := strings.Split(string(c), "/")
	if len(parts) != 3 {
		return place{}
	}
	for i, at := range []*connectors.Cursor{&p.tickets, &p.conversations, &p.deleted} {
		if _, err := time.Parse(time.RFC3339Nano, parts[i]); err != nil && parts[i] != "" {
			return place{}
		}
		*at = connectors.Cursor(parts[i])
	}
	return p
}

func (p place) cursor() connectors.Cursor {
	return connectors.Cursor(fmt.Sprintf("%s/%s/%s", p.tickets, p.conversations, p.deleted))
}

// reading is one reading of the tickets and conversations.
type reading struct {
	*Source
	at    place
	mates *people
	give  rest.Give
}

func (s *Source) readTickets(ctx context.Context, after connectors.Cursor, give rest.Give) (err error) {
	r := &reading{Source: s, at: parsePlace(after), give: give}
	if r.mates, err = s.mates(ctx); err != nil {
		return err
	}
	if r.at.deleted == "" { // what was deleted before the first reading is not missed
		r.at.deleted = connectors.Cursor(s.client.Now().UTC().Format(time.RFC3339))
	}
	if s.config.Only != onlyConversations {
		if err := r.readAll(ctx, "tickets", &r.at.tickets); err != nil && !lacking(err) {
			return err
		}
	}
	if s.config.Only != onlyTickets {
		if err := r.readAll(ctx, "conversations", &r.at.conversations); err != nil {
			return err
		}
	}
	return r.readDeleted(ctx)
}

// rowShape is as much of a row as is needed to know what it is.
type rowShape struct {
	ID      word    `json:"id"`
	Created instant `json:"created_at"`
	Updated instant `json:"updated_at"`
}

// answer is what became of a row.
type answer struct {
	ticket *desk.Ticket
	asides []connectors.Aside
}

// readAll yields the tickets, or the conversations, that changed. Several are asked for at
// once.
func (r *reading) readAll(ctx context.Context, what string, at *connectors.Cursor) error {
	rows := since(ctx, r.api, what, *at, func(row rowShape) (string, time.Time) { return string(row.ID), row.Updated.Time })
	return rest.Ahead(ctx, rows, func(ctx context.Context, l listed[rowShape]) (answer, error) {
		got, err := r.one(ctx, what, l.row)
		if status(err) == 404 { // deleted since, as the list of the deleted will tell
			return answer{}, nil
		}
		return got, err
	}, func(l listed[rowShape], got answer) error {
		*at = l.after
		for i := range got.asides {
			if err := r.give(connectors.Item{Aside: &got.asides[i], Cursor: r.at.cursor()}); err != nil {
				return err
			}
		}
		if got.ticket == nil {
			return nil
		}
		return r.give(connectors.Item{Record: got.ticket, Cursor: r.at.cursor()})
	})
}

// one reads what a row stands for. A conversation that is a ticket is read as that alone.
func (r *reading) one(ctx context.Context, what string, row rowShape) (answer, error) {
	known, err := r.known(ctx, row, what)
	if err != nil {
		return answer{}, err
	}
	switch {
	case known == other:
		return answer{asides: []connectors.Aside{{
			Kind: desk.KindTicket, ID: desk.ID(what + "-" + string(row.ID)), Reason: connectors.ReasonAmbiguous,
			Detail: fmt.Sprintf("%s has a ticket and a conversation of the number %s that did not begin at one time, and so are not the same: what is listed under %s is left out; read them apart, with only: conversations and only: tickets", r.config.Workspace, row.ID, what),
		}}}, nil
	case what == "tickets":
		return r.fetchTicket(ctx, r.mates, string(row.ID), known == both)
	case known == both && r.config.Only == "":
		return answer{}, nil
	}
	return r.fetchConversation(ctx, r.mates, string(row.ID))
}

// What is known of a number from earlier lists.
const (
	alone = iota // it is listed as one of them
	both         // it is listed as a ticket and as a conversation
	other        // so is another thing of the same number
)

// known remembers under what a number is listed, and tells whether it is as the other too.
func (a *api) known(ctx context.Context, row rowShape, what string) (int, error) {
	began, there := strconv.FormatInt(row.Created.Unix(), 10), map[string]string{"tickets": "conversations", "conversations": "tickets"}[what]
	was, err := a.env.State.Get(ctx, listKey(there, row.ID))
	if err != nil {
		return alone, err
	}
	if err := a.env.State.Put(ctx, listKey(what, row.ID), []byte(began)); err != nil {
		return alone, err
	}
	switch string(was) {
	case "":
		return alone, nil
	case began:
		return both, nil
	}
	return other, nil
}

func listKey(what string, id word) string { return "listed/" + what + "/" + string(id) }

// fetchTicket reads a ticket. Of one that was a conversation the message that began it is
// the conversation's source.
func (a *api) fetchTicket(ctx context.Context, p *people, id string, wasConversation bool) (answer, error) {
	var t ticketShape
	if err := a.get(ctx, "tickets/"+url.PathEscape(id), nil, &t); err != nil {
		return answer{}, err
	}
	var c *conversationShape
	if wasConversation || t.Category == "Customer" && t.description() == "" && t.attribute(a.config.mark()) == "" {
		c = new(conversationShape)
		err := a.get(ctx, "conversations/"+url.PathEscape(id), nil, c)
		if status(err) == 404 || status(err) == 400 || status(err) == 403 {
			c, err = nil, nil
		}
		if err != nil {
			return answer{}, err
		}
	}
	r, err := a.ticket(ctx, p, t, c)
	return answer{r, tooMany(id, t.Parts)}, err
}

func (a *api) fetchConversation(ctx context.Context, p *people, id string) (answer, error) {
	var c conversationShape
	if err := a.get(ctx, "conversations/"+url.PathEscape(id), nil, &c); err != nil {
		return answer{}, err
	}
	r, err := a.conversation(ctx, p, c)
	return answer{r, tooMany(id, c.Parts)}, err
}

// tooMany tells of parts that Intercom does not give: it gives the newest 500
// (https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations/retrieveconversation).
func tooMany(id string, parts partsShape) []connectors.Aside {
	lack := parts.Total - len(parts.all())
	if lack <= 0 {
		return nil
	}
	return []connectors.Aside{{
		Kind: desk.KindMessage, ID: "older", Parent: desk.ID(id), Reason: connectors.ReasonTooLarge,
		Detail: fmt.Sprintf("%s has %d parts, of which Intercom gives the newest %d: its %d oldest parts, messages among them, are not read; they are in its page there alone", id, parts.Total, len(parts.all()), lack),
	}}
}

// readDeleted yields tombstones of what was deleted, which is listed whole each time.
func (r *reading) readDeleted(ctx context.Context) error {
	from, began := sinceTime(r.at.deleted, r.overlap()), r.client.Now()
	for page := 1; ; page++ {
		var l list[deletedShape]
		query := url.Values{"page": {strconv.Itoa(page)}, "per_page": {strconv.Itoa(min(r.perPage(), 60))}, "order": {"asc"}}
		err := r.get(ctx, "conversations/deleted", query, &l)
		if code := status(err); lacking(err) || code == 400 || code == 403 || code == 404 {
			r.env.Log.Warn("which conversations were deleted is not told", "error", err)
			return nil
		}
		if err != nil {
			return err
		}
		rows := l.rows()
		for _, row := range rows {
			if row.Deleted.Before(from) {
				continue
			}
			stone := &desk.Ticket{}
			stone.ID, stone.Updated, stone.Deleted = desk.ID(row.ID), row.Deleted.Time, true
			if err := r.give(connectors.Item{Record: stone, Cursor: r.at.cursor()}); err != nil {
				return err
			}
		}
		if len(rows) == 0 || len(l.Pages.Next) == 0 || string(l.Pages.Next) == "null" {
			break
		}
	}
	r.at.deleted = connectors.Cursor(began.UTC().Format(time.RFC3339))
	return nil
}

type deletedShape struct {
	ID      word    `json:"id"`
	Deleted instant `json:"deleted_at"`
}
