package znuny

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// No operation lists agents, customers or queues. They are known by the tickets that name
// them: a census goes through the tickets, some of them a call, without their files. What
// it finds is kept in State, and later readings look at the tickets alone to which something
// happened since.
type census struct {
	*api
	going turn      // one at a time goes through the tickets
	asOf  time.Time // when it went through them last

	mu  sync.Mutex // guards the entries
	seq int64      // of the entry that was changed last; 0 not looked up yet
}

// freshFor is how long a census counts within one opening.
const freshFor = 5 * time.Minute

// perGet is how many tickets a census asks for at once.
const perGet = 20

const (
	censusPlace = "census"
	censusDone  = "census is whole"
)

// read yields the entries of a kind that changed after the cursor.
func (c *census) read(ctx context.Context, kind desk.Kind, after connectors.Cursor, yield yielder) error {
	if err := c.take(ctx, after == ""); err != nil {
		return err
	}
	return c.yieldAfter(ctx, kind, after, yield)
}

// take brings the census up to date. One that is whole is taken anew for a reading that
// begins anew.
func (c *census) take(ctx context.Context, anew bool) error {
	if err := c.going.take(ctx); err != nil {
		return err
	}
	defer c.going.give()
	began, err := c.began(ctx)
	if err != nil {
		return err
	}
	if !c.asOf.IsZero() && began.Sub(c.asOf) < freshFor {
		return nil
	}
	p, err := c.place(ctx, anew)
	if err != nil {
		return err
	}
	if p.began.IsZero() {
		p = place{began: began}
	}
	if err := c.walk(ctx, p); err != nil {
		return err
	}
	if p.began.Before(began) {
		if err := c.walk(ctx, place{from: p.began.Add(-overlap), began: began}); err != nil {
			return err
		}
	}
	c.asOf = c.client.Now()
	return c.env.State.Put(ctx, censusDone, []byte("yes"))
}

// place is where the census goes on; the beginning if it is to begin anew.
func (c *census) place(ctx context.Context, anew bool) (p place, err error) {
	done, err := c.env.State.Get(ctx, censusDone)
	if err != nil {
		return p, err
	}
	if anew && c.asOf.IsZero() && len(done) > 0 {
		if err := c.env.State.Delete(ctx, censusDone); err != nil {
			return p, err
		}
		return p, c.env.State.Delete(ctx, censusPlace)
	}
	kept, err := c.env.State.Get(ctx, censusPlace)
	return parsePlace(connectors.Cursor(kept)), err
}

// walk goes on with a walk, and keeps how far it has come.
func (c *census) walk(ctx context.Context, p place) error {
	keep := func() error { return c.env.State.Put(ctx, censusPlace, []byte(p.cursor())) }
	list := chunks(c.tickets(ctx, c.config.filter(p.from), p.spot), perGet)
	err := rest.Ahead(ctx, list, c.several, func(_ []text, ts []*ticketShape) error {
		for _, t := range ts {
			if err := c.learn(ctx, t); err != nil {
				return err
			}
			p.spot = spot{string(t.Created), t.ID.number()}
		}
		return keep()
	})
	if err != nil {
		return err
	}
	return keep()
}

// several asks for some tickets with their articles and without files. Where one of them is
// not there any more Znuny gives none, and each is asked for.
func (c *census) several(ctx context.Context, ids []text) ([]*ticketShape, error) {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = string(id)
	}
	var got struct {
		Tickets []*ticketShape `json:"Ticket"`
	}
	err := c.read1(ctx, strings.Join(all, ","), &got)
	if !isAbsent(err) || len(ids) < 2 {
		if isAbsent(err) {
			return nil, nil
		}
		if err == nil && len(got.Tickets) != len(ids) {
			err = fmt.Errorf("asked for %d tickets, Znuny gave %d: %w", len(ids), len(got.Tickets), connectors.ErrBusy)
		}
		return got.Tickets, err
	}
	var there []*ticketShape
	for _, id := range ids {
		one, err := c.several(ctx, []text{id})
		if err != nil {
			return nil, err
		}
		there = append(there, one...)
	}
	return there, nil
}

func (c *census) read1(ctx context.Context, ids string, out any) error {
	return c.api.read(ctx, opGet, object{"TicketID": ids, "AllArticles": 1, "DynamicFields": 1}, out)
}

// learn takes what a ticket says of people and queues.
func (c *census) learn(ctx context.Context, t *ticketShape) error {
	notes := []entry{{Kind: desk.KindCategory, ID: desk.ID(t.Queue), Name: string(t.Queue)}}
	for _, who := range [][2]text{{t.OwnerID, t.Owner}, {t.ResponsID, t.Respons}} {
		if isPerson(who[0]) && who[1] != "" {
			notes = append(notes, entry{Kind: desk.KindAgent, ID: desk.ID(who[1]), Name: string(who[1])})
			if err := c.putOnce(ctx, userKey(who[0]), string(who[1])); err != nil {
				return err
			}
		}
	}
	asker, org := c.asker(t)
	if org != "" {
		notes = append(notes, entry{Kind: desk.KindOrganization, ID: org, Name: string(org)})
	}
	if asker.ID != "" {
		notes = append(notes, asker)
	}
	if err := c.note(ctx, notes...); err != nil {
		return err
	}
	for i := range t.Articles {
		if err := c.learnAuthor(ctx, t, &t.Articles[i]); err != nil {
			return err
		}
	}
	return nil
}

// asker is the customer of a ticket, and the organisation that it is filed under. What is
// called like the customer, or has an address for a name, Znuny made up.
func (c *census) asker(t *ticketShape) (who entry, org desk.ID) {
	first := opener(t)
	login := customerID(string(t.Customer))
	if login == "" {
		login = customerID(first.Email)
	}
	if login == "" {
		return entry{}, ""
	}
	who = entry{Kind: desk.KindContact, ID: login, Email: strings.ToLower(first.Email)}
	if strings.Contains(string(login), "@") {
		who.Email = string(login)
	}
	if strings.EqualFold(first.Email, who.Email) {
		who.Name = first.Name
	}
	if id := string(t.CustomerID); id != "" && !strings.Contains(id, "@") && id != string(login) {
		org = desk.ID(id)
	}
	who.Org = org
	return who, org
}

// customerID is the id of a customer: the login, or the address of one who has none.
func customerID(who string) desk.ID {
	if who = strings.TrimSpace(who); strings.Contains(who, "@") {
		who = strings.ToLower(who)
	}
	return desk.ID(who)
}

// learnAuthor takes what an article says of who wrote it.
func (c *census) learnAuthor(ctx context.Context, t *ticketShape, art *articleShape) error {
	from := address(art.From)
	ours := t.mark(c.config.mark()) != "" && art.CreateBy == t.CreateBy && art.MessageID == ""
	if ours {
		p, _, ok := unwrap(string(art.Body), "")
		if ok {
			from = p.From
		}
		if ok && art.Sender == "agent" || isPlaceholder(art.Body) {
			return nil
		}
	}
	switch {
	case art.Sender == "customer" && from.Email != "":
		who, err := c.customer(ctx, from.Email)
		if err != nil {
			return err
		}
		return c.note(ctx, entry{Kind: desk.KindContact, ID: who.ID, Email: strings.ToLower(from.Email), Name: from.Name})
	case art.Sender == "agent" && isPerson(art.CreateBy):
		who, err := c.user(ctx, art.CreateBy)
		if err != nil {
			return err
		}
		e := entry{Kind: desk.KindAgent, ID: who.ID}
		if art.Channel == channelInternal && from.Email != "" { // Znuny signs notes with name and address of who wrote them
			e.Name, e.Email = from.Name, strings.ToLower(from.Email)
		} else if strings.HasPrefix(string(who.ID), "#") {
			e.Name = from.Name
		}
		return c.note(ctx, e)
	}
	return nil
}
