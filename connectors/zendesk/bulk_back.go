package zendesk

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// readBack puts into the receipts of a job what a single import tells by itself: what
// Zendesk made of the tags, and what it gave back. A job's results do not say it: one call
// reads the job's tickets
// (https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#show-multiple-tickets,
// up to a hundred of them). They stand whatever comes of it, so that a call that fails
// fails no ticket. Of a job of another opening of the target it is not known which tags
// were written.
func (t *Target) readBack(ctx context.Context, all []*ticketWrite, receipts []connectors.Receipt) {
	places := map[desk.ID]int{}
	var ids []string
	for i := range receipts {
		if id := receipts[i].ID; id != "" {
			places[id] = i
			ids = append(ids, string(id))
		}
	}
	if len(ids) == 0 {
		return
	}
	var out struct {
		Tickets []json.RawMessage `json:"tickets"`
	}
	err := t.ask(ctx, "tickets/show_many", url.Values{"ids": {strings.Join(ids, ",")}}, &out)
	for _, answer := range out.Tickets {
		var back ticketShape
		if err != nil || json.Unmarshal(answer, &back) != nil {
			break
		}
		i, ours := places[number(back.ID)]
		if !ours {
			continue
		}
		delete(places, number(back.ID))
		written := new(desk.Ticket)
		if i < len(all) {
			written.Solved = all[i].solved
			all[i].compare(&back)
			receipts[i].Losses = all[i].losses
		}
		receipts[i].Returned = t.returned(ctx, written, answer)
	}
	if err == nil {
		err = fmt.Errorf("tickets/show_many: the ticket is not in the answer")
	}
	for _, i := range places {
		if i < len(all) && len(all[i].tags()) > 0 {
			unseen := connectors.Loss{Field: "tags", Why: connectors.WhyNotTaken, Detail: connectors.Unseen + fmt.Sprintf("Zendesk took the tags as they are: %v", err)}
			receipts[i].Losses = append(receipts[i].Losses, unseen)
		}
	}
}
