package znuny

import (
	"context"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// history asks for what happened to a ticket, oldest first.
func (a *api) history(ctx context.Context, ticket string) ([]historyShape, error) {
	var got struct {
		Tickets []struct {
			History []historyShape `json:"History"`
		} `json:"TicketHistory"`
	}
	err := a.read(ctx, opHistory, object{"TicketID": ticket}, &got)
	if err != nil || len(got.Tickets) == 0 {
		return nil, err
	}
	return got.Tickets[0].History, nil
}

// parts are what a line of history says: "%%open%%closed successful%%".
func (h *historyShape) parts() []string {
	return strings.Split(strings.TrimSuffix(strings.TrimPrefix(string(h.Name), "%%"), "%%"), "%%")
}

// tell adds to a record what its history says: how the status changed, and what it was
// merged into.
func (a *api) tell(ctx context.Context, t *ticketShape, r *desk.Ticket, lines []historyShape, who people) error {
	c := a.config
	for i := range lines {
		h := &lines[i]
		said := h.parts()
		switch {
		case h.Type == "StateUpdate" && len(said) >= 2:
			from, to := c.named(said[0]), c.named(said[1])
			if from == to || to == "" {
				continue
			}
			by, err := desk.Ref{}, error(nil)
			if isPerson(h.CreateBy) {
				by, err = who.user(ctx, h.CreateBy)
			}
			if err != nil {
				return err
			}
			r.History = append(r.History, desk.Change{At: c.at(h.Created), By: by, From: from, To: to})
		case h.Type == "Merged" && len(said) >= 4 && said[1] == string(t.ID):
			r.MergedInto = desk.To(desk.KindTicket, desk.ID(said[3]))
		}
	}
	if t.StateType != "merged" { // it was taken back since
		r.MergedInto = desk.Ref{}
	}
	return nil
}

// named is the status of a state by its name alone; "" of one that nobody knows.
func (c *Config) named(state string) desk.Status {
	sort, known := sorts[state]
	if _, own := c.Statuses[state]; !known && !own {
		return ""
	}
	return c.status(text(state), sort)
}
