package zendesk

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// tellTags tells with the receipts of a job what Zendesk made of the tags, as a single
// import does. A job's results do not say it: one call reads the job's tickets back
// (https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#show-multiple-tickets,
// up to a hundred of them). The tickets stand whatever comes of it, so that a call that
// fails fails no ticket.
func (t *Target) tellTags(ctx context.Context, all []*ticketWrite, receipts []connectors.Receipt) {
	tagged := map[desk.ID]int{}
	var ids []string
	for i := range receipts {
		if i >= len(all) || receipts[i].ID == "" || len(all[i].tags()) == 0 {
			continue
		}
		tagged[receipts[i].ID] = i
		ids = append(ids, string(receipts[i].ID))
	}
	if len(ids) == 0 {
		return
	}
	var out struct {
		Tickets []ticketShape `json:"tickets"`
	}
	err := t.ask(ctx, "tickets/show_many", url.Values{"ids": {strings.Join(ids, ",")}}, &out)
	for k := range out.Tickets {
		id := number(out.Tickets[k].ID)
		if i, ours := tagged[id]; ours && err == nil {
			all[i].compare(&out.Tickets[k])
			receipts[i].Losses = all[i].losses
			delete(tagged, id)
		}
	}
	if err == nil {
		err = fmt.Errorf("tickets/show_many: the ticket is not in the answer")
	}
	for _, i := range tagged {
		unseen := connectors.Loss{Field: "tags", Why: connectors.WhyNotTaken, Detail: fmt.Sprintf("it was not seen whether Zendesk took the tags as they are: %v", err)}
		receipts[i].Losses = append(receipts[i].Losses, unseen)
	}
}
