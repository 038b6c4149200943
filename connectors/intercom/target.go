package intercom

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/byline"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Target writes a workspace. History becomes tickets: of a conversation no call can ask that
// a customer's message be taken without notice.
type Target struct {
	*api
	source *Source
	asker  desk.ID // who stands for those that are no contacts; "" not looked for yet
}

func newTarget(c *Config, env connectors.Env) (*Target, error) {
	if c.Path != "" {
		return nil, denied("path: files of what Intercom gave can only be read")
	}
	a, err := newAPI(c, env)
	if err != nil {
		return nil, err
	}
	if c.TicketType == "" {
		return nil, denied("ticket_type: missing – name the ticket type that tickets are written as by its number: it is in the address of its page in Settings, Tickets, and GET /ticket_types lists it")
	}
	if c.Quiet != quietDeclared {
		return nil, denied("quiet: it is not declared that Intercom mails nobody while it is written to – pause the outbound messages, series and workflows that could reach new contacts and tickets; then set quiet: %s", quietDeclared)
	}
	return &Target{api: a, source: &Source{a}}, nil
}

// Lag is how long the workspace's search runs behind.
func (t *Target) Lag() time.Duration { return t.config.lag() }

// Clock is the server's.
func (t *Target) Clock() time.Time { return t.client.Now() }

// Create makes r, with a ticket its first message.
func (t *Target) Create(ctx context.Context, r desk.Record) (connectors.Receipt, error) {
	if err := t.mayWrite(); err != nil {
		return connectors.Receipt{}, err
	}
	switch r := r.(type) {
	case *desk.Organization:
		return t.createCompany(ctx, r)
	case *desk.Group:
		return t.adoptTeam(ctx, r)
	case *desk.Agent:
		return t.adoptAdmin(ctx, r)
	case *desk.Contact:
		return t.createContact(ctx, r)
	case *desk.Ticket:
		return t.createTicket(ctx, r)
	}
	return connectors.Receipt{}, unsupported(r.Kind(), r.About().ID)
}

// Update makes the named fields say what r says.
func (t *Target) Update(ctx context.Context, id desk.ID, r desk.Record, fields []string) (connectors.Receipt, error) {
	if err := t.mayWrite(); err != nil {
		return connectors.Receipt{}, err
	}
	if !isID(id) {
		return connectors.Receipt{}, missing(r.Kind(), id)
	}
	switch r := r.(type) {
	case *desk.Organization:
		return t.updateCompany(ctx, id, r, fields)
	case *desk.Group, *desk.Agent: // who are the workspace's own
		_, err := t.fetchMate(ctx, r.Kind(), id)
		return connectors.Receipt{ID: id}, err
	case *desk.Contact:
		return t.updateContact(ctx, id, r, fields)
	case *desk.Ticket:
		return t.updateTicket(ctx, id, r, fields)
	}
	return connectors.Receipt{}, unsupported(r.Kind(), id)
}

func unsupported(kind desk.Kind, id desk.ID) error {
	return fmt.Errorf("%s %s: Intercom takes no %s: %w", kind, id, kind, connectors.ErrUnsupported)
}

// isID tells whether an id may be one of Intercom's: it stands in addresses.
func isID(id desk.ID) bool { return isWorkspace.MatchString(string(id)) }

func (t *Target) mayWrite() error {
	if t.env.DryRun {
		return denied("a dry run writes nothing")
	}
	return nil
}

// send writes values and gives the answer, which names what was made.
func (t *Target) send(ctx context.Context, method, path string, values any, out any) (desk.ID, error) {
	return t.post(ctx, rest.Call{Method: method, Path: path, JSON: values}, out)
}

func (t *Target) post(ctx context.Context, call rest.Call, out any) (desk.ID, error) {
	var whole json.RawMessage
	if _, err := t.client.JSON(ctx, call, &whole); err != nil {
		return "", err
	}
	var made struct {
		ID word `json:"id"`
	}
	err := json.Unmarshal(whole, &made)
	if err == nil && out != nil {
		err = json.Unmarshal(whole, out)
	}
	if made.ID == "" || err != nil {
		return "", fmt.Errorf("%s %s: the answer does not say what was made (%w): %w", call.Method, call.Path, err, connectors.ErrUnsure)
	}
	return desk.ID(made.ID), nil
}

// adoptAdmin finds the teammate of that address. The API makes none.
func (t *Target) adoptAdmin(ctx context.Context, r *desk.Agent) (connectors.Receipt, error) {
	id, losses, err := t.seatFor(ctx, r)
	if err == nil && len(losses) > 0 { // somebody stands for them
		who := byline.Round.Show(desk.Address{Name: r.Name, Email: r.Email})
		err = t.env.State.Put(ctx, standInKey+string(r.ID), []byte(who))
	}
	if err != nil {
		return connectors.Receipt{}, err
	}
	return connectors.Receipt{ID: id, Adopted: true, Losses: losses}, nil
}

// seatFor is the teammate for an agent, or who stands for them, which is told.
func (t *Target) seatFor(ctx context.Context, r *desk.Agent) (desk.ID, []connectors.Loss, error) {
	p, err := t.mates(ctx)
	if err != nil {
		return "", nil, err
	}
	if one, ok := p.seat(r.Email); ok {
		return desk.ID(one.ID), nil, nil
	}
	if t.config.StandIn == "" {
		return "", nil, connectors.Refuse(connectors.ReasonRefused, "invite them there, or name a teammate in stand_in who stands for all that are none",
			"agent %s (%s): nobody of that address is a teammate in Intercom", r.ID, r.Email)
	}
	one, ok := p.seat(t.config.StandIn)
	if !ok {
		return "", nil, connectors.Refuse(connectors.ReasonRefused, "correct it", "stand_in: %q is no teammate of the workspace", t.config.StandIn)
	}
	return desk.ID(one.ID), []connectors.Loss{{
		Field: "email", Why: connectors.WhyNobody, Value: r.Email, Detail: fmt.Sprintf("agent %s (%s) is no teammate in Intercom; %s stands for them", r.ID, r.Email, t.config.StandIn),
	}}, nil
}

// adoptTeam finds the team of that name. The API makes none.
func (t *Target) adoptTeam(ctx context.Context, r *desk.Group) (connectors.Receipt, error) {
	id, losses, err := t.teamFor(ctx, r)
	if err != nil {
		return connectors.Receipt{}, err
	}
	return connectors.Receipt{ID: id, Adopted: true, Losses: losses}, nil
}

func (t *Target) teamFor(ctx context.Context, r *desk.Group) (desk.ID, []connectors.Loss, error) {
	p, err := t.mates(ctx)
	if err != nil {
		return "", nil, err
	}
	if one, ok := p.team(r.Name); ok {
		return desk.ID(one.ID), nil, nil
	}
	if t.config.StandTeam == "" {
		return "", nil, connectors.Refuse(connectors.ReasonRefused, "make it there, give such tickets another group in the mapping, or name a team in stand_in_team that stands for all that are not there",
			"group %s: Intercom has no team %q, and its API makes none", r.ID, r.Name)
	}
	one, ok := p.team(t.config.StandTeam)
	if !ok {
		return "", nil, connectors.Refuse(connectors.ReasonRefused, "correct it", "stand_in_team: the workspace has no team %q", t.config.StandTeam)
	}
	return desk.ID(one.ID), []connectors.Loss{{
		Field: "name", Why: connectors.WhyNobody, Value: r.Name, Detail: fmt.Sprintf("group %s (%s) is no team in Intercom; %s stands for it", r.ID, r.Name, t.config.StandTeam),
	}}, nil
}

// Deletes says ahead that no teammate and no team is deleted, for none was made.
func (t *Target) Deletes(kind desk.Kind) error {
	switch kind {
	case desk.KindAgent, desk.KindGroup:
		return fmt.Errorf("teammates and teams are the workspace's own, and stay: %w", connectors.ErrUnsupported)
	default:
		return nil
	}
}

// Delete takes back what was made, for good.
func (t *Target) Delete(ctx context.Context, kind desk.Kind, id desk.ID) error {
	if err := errors.Join(t.mayWrite(), t.Deletes(kind)); err != nil {
		return err
	}
	path, ok := map[desk.Kind]string{desk.KindTicket: "tickets/", desk.KindContact: "contacts/", desk.KindOrganization: "companies/"}[kind]
	if !ok || !isID(id) {
		return missing(kind, id)
	}
	if kind == desk.KindContact {
		if err := t.asksNothing(ctx, id); err != nil {
			return err
		}
	}
	_, err := t.client.JSON(ctx, rest.Call{Method: http.MethodDelete, Path: path + string(id)}, nil)
	return err
}

// asksNothing refuses a contact who has tickets or conversations there: they would stand
// there without who asked. The search runs behind, so each that it finds is asked for.
func (t *Target) asksNothing(ctx context.Context, id desk.ID) error {
	for _, what := range []string{"tickets", "conversations"} {
		for row, err := range search[rowShape](ctx, t.api, what, filter{"contact_ids", "=", string(id)}) {
			if err != nil {
				return err
			}
			var there rowShape
			switch err := t.get(ctx, what+"/"+string(row.ID), nil, &there); {
			case status(err) == http.StatusNotFound:
			case err != nil:
				return err
			default:
				return connectors.Refuse(connectors.ReasonRefused, "delete them there if nobody needs them", "contact %s has %s in Intercom, such as %s", id, what, row.ID)
			}
		}
	}
	return nil
}
