package znuny

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// oneTicket takes the ticket from an answer of TicketGet.
func oneTicket(id string, answer []byte) (*ticketShape, error) {
	if err := faultIn(opGet, answer); err != nil {
		return nil, err
	}
	var got struct {
		Tickets []*ticketShape `json:"Ticket"`
	}
	if err := json.Unmarshal(answer, &got); err != nil {
		return nil, fmt.Errorf("ticket %s: the answer is not what this system sends: %w: %w: %w", id, err, errTorn, connectors.ErrBusy)
	}
	if len(got.Tickets) != 1 || got.Tickets[0] == nil || got.Tickets[0].ID == "" {
		return nil, fmt.Errorf("ticket %s: the answer has %d tickets: is url that of Znuny? %w", id, len(got.Tickets), connectors.ErrBusy)
	}
	return got.Tickets[0], nil
}

// cover asks for a ticket without what is said in it.
func (a *api) cover(ctx context.Context, id string) (*ticketShape, error) {
	var raw json.RawMessage
	if err := a.read(ctx, opGet, object{"TicketID": id, "DynamicFields": 1}, &raw); err != nil {
		return nil, err
	}
	return oneTicket(id, raw)
}

// people tells who is who in a ticket.
type people interface {
	// customer is who has an address, or a login.
	customer(ctx context.Context, who string) (desk.Ref, error)
	// agent is who has a login, and user who has a number.
	agent(login text) desk.Ref
	user(ctx context.Context, number text) (desk.Ref, error)
	// colleague is the agent of an address; none if nobody knows.
	colleague(ctx context.Context, address string) (desk.Ref, error)
}

// record makes the record of a ticket, without what is said in it.
func (a *api) record(ctx context.Context, t *ticketShape, who people) (*desk.Ticket, error) {
	c := a.config
	r := &desk.Ticket{
		Number: string(t.Number), Subject: string(t.Title), Status: c.status(t.State, t.StateType), Priority: priority(t.Priority),
		Type: typeOf(string(t.Type)), Category: desk.To(desk.KindCategory, desk.ID(t.Queue)),
	}
	if r.Type == c.kind() {
		r.Type = ""
	}
	r.ID, r.Created, r.Updated, r.URL = desk.ID(t.ID), c.at(t.Created), c.at(t.Changed), a.Link(desk.KindTicket, desk.ID(t.ID))
	if t.StateType == "closed" {
		r.Closed = c.at(t.Closed)
	}
	if r.Mark = t.mark(c.mark()); r.Mark != "" && r.Subject == noSubject {
		r.Subject = ""
	}
	if isPerson(t.OwnerID) {
		r.Assignee = who.agent(t.Owner)
	}
	if isPerson(t.ResponsID) && t.ResponsID != t.OwnerID {
		r.Participants = append(r.Participants, who.agent(t.Respons))
	}
	requester, err := a.requester(ctx, t, who)
	if err != nil {
		return nil, err
	}
	r.Requester = requester
	a.fields(t, r)
	return r, nil
}

// isPerson tells an agent from root@localhost, who has the number 1 everywhere and stands
// for nobody.
func isPerson(number text) bool { return number != "" && number != "0" && number != "1" }

// requester is the customer of a ticket, or who opened it.
func (a *api) requester(ctx context.Context, t *ticketShape, who people) (desk.Ref, error) {
	if t.Customer != "" {
		return who.customer(ctx, string(t.Customer))
	}
	if first := opener(t); first.Email != "" {
		return who.customer(ctx, first.Email)
	}
	return desk.Ref{}, nil
}

// opener is who wrote the first article of a customer.
func opener(t *ticketShape) desk.Address {
	for i := range t.Articles {
		if t.Articles[i].Sender == "customer" {
			return address(t.Articles[i].From)
		}
	}
	return desk.Address{}
}

// fields keeps Znuny's own words and the dynamic fields that say something.
func (a *api) fields(t *ticketShape, r *desk.Ticket) {
	for name, word := range map[string]text{"state": t.State, "lock": t.Lock, "service": t.Service, "sla": t.SLA, "customer_id": t.CustomerID} {
		if word != "" && (name != "lock" || word != "unlock") {
			r.SetField(name, string(word))
		}
	}
	if t.Archived == "y" {
		r.SetField("archived", true)
	}
	if n := t.Until.number(); n > 0 && r.Status == desk.StatusPending {
		r.SetField("pending_until", time.Unix(n, 0).UTC().Format(time.RFC3339))
	}
	for _, f := range t.Fields {
		name := string(f.Name)
		switch v := t.value(name); {
		case v == nil, name == a.config.mark():
		case name == a.config.CreatedField:
			if said, _ := v.(string); r.Mark != "" {
				if at, err := time.Parse(stamp, said); err == nil {
					r.Created = at
				}
			}
		default:
			r.SetField(name, plainNumber(v))
		}
	}
}

// plainNumber is a value as text where Perl took it for a number: the same field says
// either, as it was looked at last.
func plainNumber(v any) any {
	if n, ok := v.(float64); ok {
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	return v
}
