package znuny

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// kept is what the private memory has of somebody, or of a queue.
type kept struct {
	Mark string `json:"mark"`
}

func markKey(kind desk.Kind, mark string) string { return "mark/" + string(kind) + "/" + mark }
func idKey(kind desk.Kind, id desk.ID) string    { return "id/" + string(kind) + "/" + string(id) }
func nameKey(kind desk.Kind, name string) string {
	return "name/" + string(kind) + "/" + desk.Normal(name)
}
func aliasKey(login desk.ID) string { return "alias/" + string(login) }

// remember keeps what a record became.
func (t *Target) remember(ctx context.Context, r desk.Record, id desk.ID) error {
	b, err := json.Marshal(kept{r.About().Mark})
	if err != nil {
		return err
	}
	puts := [][2]string{{idKey(r.Kind(), id), string(b)}}
	if natural := desk.Natural(r); natural != "" {
		puts = append(puts, [2]string{nameKey(r.Kind(), natural), string(id)})
	}
	if mark := r.About().Mark; mark != "" {
		puts = append(puts, [2]string{markKey(r.Kind(), mark), string(id)})
	}
	for _, p := range puts {
		if err := t.env.State.Put(ctx, p[0], []byte(p[1])); err != nil {
			return err
		}
	}
	return nil
}

// known is somebody, or a queue: as written here, or as Znuny says that there is one.
func (t *Target) known(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	b, err := t.env.State.Get(ctx, idKey(kind, id))
	if err != nil {
		return nil, err
	}
	var k kept
	if len(b) > 0 {
		err = json.Unmarshal(b, &k)
	} else {
		err = t.stands(ctx, kind, id)
	}
	r := desk.New(kind)
	if err != nil || r == nil {
		return nil, errors.Join(err, missing(kind, id))
	}
	r.About().ID, r.About().Mark = id, k.Mark
	return r, nil
}

// stands asks Znuny whether there is somebody, or a queue; ErrNotFound if not.
func (t *Target) stands(ctx context.Context, kind desk.Kind, id desk.ID) (err error) {
	found, wrong := desk.ID(""), "it is"
	switch kind {
	case desk.KindContact:
		found, err = t.asks(ctx, id)
	case desk.KindAgent:
		wrong, err = t.probe(ctx, object{"Owner": string(id)})
	case desk.KindCategory:
		wrong, err = t.probe(ctx, object{"Queue": string(id)})
	default:
	}
	if err == nil && found == "" && wrong != "" {
		err = missing(kind, id)
	}
	return err
}

// findOther looks in the private memory, and then asks Znuny.
func (t *Target) findOther(ctx context.Context, r desk.Record) (desk.ID, error) {
	keys := []string{}
	if mark := r.About().Mark; mark != "" {
		keys = append(keys, markKey(r.Kind(), mark))
	}
	natural := desk.Natural(r)
	if natural != "" {
		keys = append(keys, nameKey(r.Kind(), natural))
	}
	for _, key := range keys {
		id, err := t.env.State.Get(ctx, key)
		if err != nil || len(id) > 0 {
			return desk.ID(id), err
		}
	}
	none := fmt.Errorf("%s %q: %w", r.Kind(), natural, connectors.ErrNotFound)
	if natural == "" {
		return "", none
	}
	var id desk.ID
	var err error
	switch r := r.(type) {
	case *desk.Agent:
		id, err = t.loginFor(ctx, r)
	case *desk.Category:
		id, err = t.queueFor(ctx, r)
	case *desk.Contact:
		id, err = t.asks(ctx, customerID(r.Emails[0]))
	}
	if err == nil && id == "" {
		err = none
	}
	return id, err
}

// asks is the customer of an address whom a ticket names; "" if none does.
func (t *Target) asks(ctx context.Context, address desk.ID) (desk.ID, error) {
	if strings.ContainsAny(string(address), "*%") {
		return "", nil
	}
	ids, err := t.search(ctx, object{"CustomerUserLogin": []string{string(address)}, "Limit": 1})
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return address, nil
}

// createContact makes nothing: who asks is known by the address, as soon as a ticket names
// it. Znuny is asked whether it takes it.
func (t *Target) createContact(ctx context.Context, r *desk.Contact) (connectors.Receipt, error) {
	id, err := t.contactID(r)
	if err != nil {
		return connectors.Receipt{}, err
	}
	wrong, err := t.probe(ctx, object{"CustomerUser": string(id)})
	switch {
	case err != nil:
		return connectors.Receipt{}, err
	case strings.Contains(wrong, "CustomerUser parameter is invalid"):
		return connectors.Receipt{}, connectors.Refuse(connectors.ReasonRefused, "if its domain is gone, let an administrator switch CheckMXRecord off for the time (Admin → System Configuration); else leave it out in the mapping", "contact %s: Znuny does not take %q for an address", r.ID, id)
	case wrong != "":
		return connectors.Receipt{}, fmt.Errorf("contact %s: %s – run deskhaul check: %w", r.ID, wrong, connectors.ErrDenied)
	}
	return connectors.Receipt{ID: id}, errors.Join(t.called().Keep(ctx, r), t.remember(ctx, r, id))
}

// called are the people of the source, by what they are called there.
func (t *Target) called() rest.Called { return rest.Called{State: t.env.State, Ask: t.whoIs} }

// whoIs is what is known without a call of an author of whom nothing was kept: the address of
// a customer, the address or login of an agent. Of who stands in for others it is nothing.
func (t *Target) whoIs(ctx context.Context, author desk.Ref) (desk.Record, error) {
	id := string(author.Target)
	switch {
	case author.Kind == desk.KindContact && mailable(id) && author.Target != customerID(t.config.Customer):
		return &desk.Contact{Emails: []string{id}}, nil
	case author.Kind == desk.KindAgent && id != t.config.StandIn:
		address, err := t.env.State.Get(ctx, addressKey(author.Target))
		if len(address) == 0 {
			return &desk.Agent{Name: id}, err
		}
		return &desk.Agent{Email: string(address)}, err
	}
	return nil, missing(author.Kind, author.Target)
}

// contactID is what a contact is known by.
func (t *Target) contactID(r *desk.Contact) (desk.ID, error) {
	for _, address := range r.Emails {
		if mailable(address) {
			return customerID(address), nil
		}
	}
	if t.config.Customer != "" {
		return customerID(t.config.Customer), nil
	}
	return "", connectors.Refuse(connectors.ReasonRefused, "name in customer somebody who asks for those who have none", "contact %s has no e-mail address that Znuny takes, and it knows who asks by that", r.ID)
}

// adoptAgent takes an agent who stands there.
func (t *Target) adoptAgent(ctx context.Context, r *desk.Agent) (connectors.Receipt, error) {
	login, err := t.loginFor(ctx, r)
	if err != nil {
		return connectors.Receipt{}, err
	}
	seated := login != "" // who stands in for several has the address of none of them
	if login == "" && t.config.StandIn != "" {
		login = desk.ID(t.config.StandIn)
	}
	if login == "" {
		return connectors.Receipt{}, connectors.Refuse(connectors.ReasonRefused, "name the login under agents, by the address, or somebody in stand_in; who left must be valid in Znuny for the time", "agent %s: Znuny has no valid agent with the login %q, and tells no addresses", r.ID, t.config.loginOf(r))
	}
	if seated {
		if err := t.env.State.Put(ctx, addressKey(login), []byte(r.Email)); err != nil {
			return connectors.Receipt{}, err
		}
	}
	return connectors.Receipt{ID: login, Adopted: true}, errors.Join(t.called().Keep(ctx, r), t.remember(ctx, r, login))
}

// loginOf is the login that an agent has by the configuration.
func (c *Config) loginOf(r *desk.Agent) string {
	for key, login := range c.Agents {
		if n := desk.Normal(key); n != "" && (n == desk.Normal(r.Email) || n == desk.Normal(r.Name)) {
			return login
		}
	}
	return r.Email
}

// loginFor is the login of an agent, if there is one; "" if not.
func (t *Target) loginFor(ctx context.Context, r *desk.Agent) (desk.ID, error) {
	login := t.config.loginOf(r)
	if login == "" {
		return "", nil
	}
	wrong, err := t.probe(ctx, object{"Owner": login})
	if err != nil || strings.Contains(wrong, "Ticket->Owner parameter is invalid") {
		return "", err
	}
	if wrong != "" {
		return "", fmt.Errorf("agent %s: %s – run deskhaul check: %w", r.ID, wrong, connectors.ErrDenied)
	}
	return desk.ID(login), nil
}

// adoptQueue takes a queue that stands there.
func (t *Target) adoptQueue(ctx context.Context, r *desk.Category) (connectors.Receipt, error) {
	queue, err := t.queueFor(ctx, r)
	if err != nil {
		return connectors.Receipt{}, err
	}
	if queue == "" {
		return connectors.Receipt{}, connectors.Refuse(connectors.ReasonRefused, "make it in Znuny (Admin → Queues) and say retry, or give such tickets another category in the mapping", "category %s: Znuny has no valid queue %q, and no operation makes one", r.ID, r.Name)
	}
	return connectors.Receipt{ID: queue, Adopted: true}, t.remember(ctx, r, queue)
}

// queueFor is the queue of a category's name, below that of its parent or not; "" if there
// is none.
func (t *Target) queueFor(ctx context.Context, r *desk.Category) (desk.ID, error) {
	names := []string{r.Name}
	if isPlanned(r.Parent.Target) { // which of its names it has depends on that
		return r.Parent.Target, nil
	}
	if r.Parent.Target != "" {
		names = []string{string(r.Parent.Target) + "::" + r.Name, r.Name}
	}
	for _, name := range names {
		if strings.TrimSpace(name) == "" {
			continue
		}
		wrong, err := t.probe(ctx, object{"Queue": name})
		if err != nil {
			return "", err
		}
		if wrong == "" {
			return desk.ID(name), nil
		}
		if !strings.Contains(wrong, "Ticket->Queue parameter is invalid") {
			return "", fmt.Errorf("category %s: %s – run deskhaul check: %w", r.ID, wrong, connectors.ErrDenied)
		}
	}
	return "", nil
}
