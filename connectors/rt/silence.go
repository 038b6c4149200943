package rt

import (
	"context"
	"fmt"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// quietScrips is the one way in which RT is kept quiet.
const quietScrips = "scrips"

// silence tells how each call is kept quiet. RT mails by scrips alone, which REST 2.0
// neither switches off for a call nor lists (lib/RT/Action/SendEmail.pm;
// https://docs.bestpractical.com/rt/latest/RT/REST2.html).
func silence() []connectors.Silence {
	const only = "quiet: " + quietScrips
	var lines []connectors.Silence
	for _, call := range []connectors.Call{
		connectors.CallTicket, connectors.CallPublic, connectors.CallNote, connectors.CallFields, connectors.CallClose, connectors.CallDelete,
	} {
		lines = append(lines, connectors.Silence{
			Call: call, By: connectors.BySetting, Proof: connectors.Tested, Only: only,
			How:   "All scrips are disabled, globally and of each queue; a run looks into RT's history after its writes, and stops at the first e-mail that RT has noted there.",
			Doubt: "Which scrips there are RT does not tell: check sees whether its last message was mailed, a canary what happens to the next one.",
		})
	}
	for _, call := range []connectors.Call{connectors.CallContact, connectors.CallAgent, connectors.CallPerson} {
		lines = append(lines, connectors.Silence{
			Call: call, By: connectors.ByEndpoint, Proof: connectors.Unconfirmed,
			How: "Scrips are of tickets, and users are made without a password; no documentation says that RT greets none, and RT 5.0.3 and 6.0.0, which were tried, did not.",
		})
	}
	return append(lines, connectors.Silence{
		Call: connectors.CallShelf, By: connectors.ByNobody, Proof: connectors.Promised, How: "Queues have no readers, and organisations are a text of users.",
	})
}

// isMail tells whether RT notes with it that it has sent an e-mail.
func (tx *transactionShape) isMail() bool {
	return tx.Type == "EmailRecord" || tx.Type == "CommentEmailRecord"
}

// Probe looks whether RT sent an e-mail about the last message that anybody wrote. More
// cannot be known without writing: REST 2.0 does not tell of scrips.
func (t *Target) Probe(ctx context.Context) (connectors.Probe, error) {
	said, err := t.newest(ctx, "Type = 'Create' OR Type = 'Correspond' OR Type = 'Comment'")
	if err != nil {
		return connectors.Probe{}, err
	}
	mail, err := t.newest(ctx, "Type = 'EmailRecord' OR Type = 'CommentEmailRecord'")
	switch {
	case err != nil:
		return connectors.Probe{}, err
	case said.ID == "":
		return connectors.Probe{Found: "There is no message yet by which it could be told whether RT writes e-mails."}, nil
	case number(mail.ID) > number(said.ID):
		found := fmt.Sprintf("RT sent an e-mail after the last message there (ticket %s, %s): if scrips have not been disabled since, it will send more.", mail.ObjectID, mail.Created.Format(time.DateTime+" MST"))
		return connectors.Probe{Looked: true, Loud: []string{"scrips"}, Found: found}, nil
	}
	return connectors.Probe{Looked: true, Found: fmt.Sprintf("RT noted no e-mail after the last message there (ticket %s, %s).", said.ObjectID, said.Created.Format(time.DateTime+" MST"))}, nil
}

// newest is the last transaction of tickets of some types; of none the id is "".
func (t *Target) newest(ctx context.Context, types string) (transactionShape, error) {
	call := search("transactions", "ObjectType = 'RT::Ticket' AND ("+types+")", "Type,Creator,ObjectId,Created", "id")
	call.Query.Set("order", "DESC")
	call.Query.Set("per_page", "1")
	p, err := listed[transactionShape](ctx, t.client, call)
	if err != nil || len(p.Items) == 0 {
		return transactionShape{}, err
	}
	return p.Items[0], nil
}

// Mails are the e-mails that RT has noted in a ticket's history.
func (t *Target) Mails(ctx context.Context, ticket desk.ID) (lines []string, err error) {
	for tx, err := range pages[transactionShape](ctx, t.client, history(string(ticket))) {
		if err != nil {
			return nil, err
		}
		if tx.isMail() {
			lines = append(lines, fmt.Sprintf("transaction %s of %s", tx.ID, tx.Created.Format(time.DateTime+" MST")))
		}
	}
	return lines, nil
}

var _ interface {
	connectors.Prober
	connectors.Recorder
} = (*Target)(nil)
