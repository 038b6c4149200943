package zendesk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// ruleShape is a trigger or an automation.
type ruleShape struct {
	ID      int64  `json:"id"`
	Title   string `json:"title"`
	Active  *bool  `json:"active"`
	Actions []struct {
		Field string `json:"field"`
	} `json:"actions"`
}

// writing are the actions that send something to somebody, or what their names begin with:
// notification_user, notification_group, notification_webhook and so on, an autoreply with
// articles, a side conversation by e-mail or in Slack, a tweet, and the question how content
// the requester is
// (https://developer.zendesk.com/documentation/ticketing/reference-guides/actions-reference/).
var writing = []string{"notification", "deflection", "side_conversation", "tweet_requester", "satisfaction_score"}

// notifies tells whether the rule sends something to somebody.
func (r *ruleShape) notifies() bool {
	for _, a := range r.Actions {
		if slices.ContainsFunc(writing, func(begins string) bool { return strings.HasPrefix(a.Field, begins) }) {
			return r.Active == nil || *r.Active
		}
	}
	return false
}

// lookAgain is how long it counts that nothing notifies: people may switch a trigger
// on again while a run goes on.
const lookAgain = 5 * time.Minute

// mayChange tells whether a ticket that stands may be changed without anybody
// getting an e-mail. Zendesk's answers to imports promise it for imports alone: later
// changes run triggers and tell people in copy and followers
// (https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_import/).
// That holds for private notes too, for all we know.
func (t *Target) mayChange(ctx context.Context, id desk.ID) error {
	if t.config.Quiet == "" {
		return connectors.Refuse(connectors.ReasonRefused,
			"have an administrator deactivate triggers and automations that notify, and e-mails to people in copy and followers; then set quiet: triggers-off and say deskhaul retry",
			"ticket %s stands at Zendesk already, and Zendesk would send e-mails about a change", id)
	}
	if err := t.looking.Acquire(ctx, 1); err != nil {
		return err
	}
	defer t.looking.Release(1)
	if !t.looked.IsZero() && t.now().Sub(t.looked) < lookAgain {
		return nil
	}
	loud, err := t.loudRules(ctx)
	if err != nil {
		return err
	}
	if len(loud) > 0 {
		return fmt.Errorf("quiet says triggers-off, and these rules of Zendesk's would send e-mails: %s – deactivate them, or leave quiet out: %w", some(loud), connectors.ErrDenied)
	}
	t.looked = t.now()
	return nil
}

// loudRules are the active triggers and automations that notify.
func (t *Target) loudRules(ctx context.Context) (loud []string, err error) {
	for _, list := range []string{"triggers", "automations"} {
		for r, err := range listing[ruleShape](ctx, t.client, list+"/active", list, nil) {
			if err != nil {
				return nil, err
			}
			if r.notifies() {
				loud = append(loud, fmt.Sprintf("%s %q", strings.TrimSuffix(list, "s"), r.Title))
			}
		}
	}
	return loud, nil
}

// Probe looks for triggers and automations that notify. Whether people in copy and
// followers are mailed, no call tells.
func (t *Target) Probe(ctx context.Context) (connectors.Probe, error) {
	loud, err := t.loudRules(ctx)
	switch {
	case errors.Is(err, connectors.ErrDenied), errors.Is(err, connectors.ErrNotFound):
		return connectors.Probe{Found: "The account may not look at triggers and automations."}, nil
	case err != nil:
		return connectors.Probe{}, err
	case len(loud) > 0:
		return connectors.Probe{Looked: true, Loud: loud, Found: "These rules would send e-mails: " + some(loud) + "."}, nil
	}
	return connectors.Probe{Looked: true, Found: "No active trigger or automation notifies anybody."}, nil
}

func some(all []string) string {
	if len(all) > 3 {
		return fmt.Sprintf("%s and %d more", strings.Join(all[:3], ", "), len(all)-3)
	}
	return strings.Join(all, ", ")
}

// Describe tells what the account has room for, and whether changes would be quiet.
func (t *Target) Describe(ctx context.Context) (connectors.Schema, error) {
	schema, err := t.read.Describe(ctx)
	if err != nil {
		return schema, err
	}
	loud, err := t.loudRules(ctx)
	if errors.Is(err, connectors.ErrDenied) || errors.Is(err, connectors.ErrNotFound) {
		schema.Notes = append(schema.Notes, connectors.Note{Level: "warning", Text: "The account may not look at triggers and automations, so it cannot be told whether changes would send e-mails."})
		return schema, nil
	}
	if err != nil {
		return schema, err
	}
	schema.Notes = append(schema.Notes, connectors.Note{Level: "info", Text: "Tickets are imported, which sends nobody an e-mail."})
	switch {
	case len(loud) > 0 && t.config.Quiet != "":
		schema.Notes = append(schema.Notes, connectors.Note{Level: "warning", Text: "quiet says triggers-off, and these rules would send e-mails: " + some(loud) + ". Nothing that stands will be changed until they are deactivated."})
	case t.config.Quiet == "":
		schema.Notes = append(schema.Notes, connectors.Note{Level: "info", Text: "Tickets that stand are not changed, for Zendesk would tell people of it: what a later run would add waits in quarantine. See quiet."})
	}
	if len(loud) > 0 {
		schema.Notes = append(schema.Notes, connectors.Note{Level: "warning", Text: "These rules send e-mails: " + some(loud) + ". Automations may run on open tickets after they were imported; whether they do, Zendesk does not say. Deactivate them for the time of the move."})
	}
	return schema, nil
}
