package znuny

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// No operation lists queues, agents, types or fields. But Znuny looks at all that a new
// ticket says, in a known order, before it makes anything, and names what it does not know
// (TicketCreate.pm, _CheckTicket, _CheckArticle, _CheckDynamicField, _CheckAttachment). So
// it is asked to make a ticket of which the last thing is no good: what it objects to tells
// whether all before that is.

// asked is what a question of this sort says of a ticket, all of it fine.
func (a *api) asked() object {
	c := a.config
	return object{
		"Title": "deskhaul asks", "CustomerUser": cmp.Or(c.Customer, nobodyAsks), "Queue": c.queue(), "State": c.state(desk.StatusNew), "Priority": rank(""), "Type": c.kind(),
	}
}

// nobodyAsks is an address that every Znuny takes as it is set up.
const nobodyAsks = "root@localhost"

// What is no good, and what Znuny says to it.
const (
	badTime    = "PendingTime parameter is invalid"
	badArticle = "Article->Body parameter is missing"
	badFile    = "Attachment->Content parameter is missing"
)

// probe asks about a ticket that says this besides: what is wrong with it, "" nothing.
func (a *api) probe(ctx context.Context, ticket object) (wrong string, err error) {
	all := a.asked()
	maps.Copy(all, ticket)
	all["PendingTime"] = object{"Diff": "never"}
	return a.ask(ctx, object{"Ticket": all, "Article": object{"Subject": "deskhaul asks"}}, badTime)
}

// probeRight asks whether the user may make tickets in a queue.
func (a *api) probeRight(ctx context.Context, queue string) (wrong string, err error) {
	all := a.asked()
	all["Queue"] = queue
	return a.ask(ctx, object{"Ticket": all, "Article": object{"Subject": "deskhaul asks"}}, badArticle)
}

// probeField asks whether there is a dynamic field that takes a value.
func (a *api) probeField(ctx context.Context, name string, value any) (wrong string, err error) {
	article := articleOf("deskhaul asks", "deskhaul asks", "text/plain; charset=utf-8")
	return a.ask(ctx, object{
		"Ticket": a.asked(), "Article": article, "DynamicField": []object{{"Name": name, "Value": value}}, "Attachment": []object{{"Filename": "deskhaul asks"}},
	}, badFile)
}

// ask asks a question; good is what Znuny says where nothing else is wrong.
func (a *api) ask(ctx context.Context, question object, good string) (wrong string, err error) {
	var made struct {
		ID text `json:"TicketID"`
	}
	err = a.call(ctx, opCreate, question, &made)
	var f *fault
	switch {
	case err == nil:
		return "", fmt.Errorf("ticket %s was made of what was a question – delete it, and tell us which version this is: %w", made.ID, connectors.ErrDenied)
	case says(err, good):
		return "", nil
	case errors.As(err, &f) && (errors.Is(err, connectors.ErrRefused) || says(err, "Can not create tickets")):
		return f.Message, nil
	}
	return "", err
}

// articleOf is an article that mails nobody: no agent is told of it, and the automatic
// response that its type asks for is one that no queue has (check AutoResponseType in
// Kernel/System/Ticket/Article/Backend/MIMEBase.pm, ArticleCreate).
func articleOf(subject, body, kind string) object {
	return object{
		"Subject": subject, "Body": body, "ContentType": kind, "NoAgentNotify": 1, "AutoResponseType": "auto remove",
		"HistoryType": "AddNote", "HistoryComment": "%%deskhaul",
	}
}
