package zendesk

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Target writes an account.
type Target struct {
	config *Config
	client *rest.Client
	read   *Source // what stands there
	now    func() time.Time
	ours   func() time.Time // by our clock, which what waits for its turn goes by
	dry    bool

	looking *semaphore.Weighted
	spoken  []string  // the account's languages; nil not asked for yet
	looked  time.Time // when it was last seen that nothing notifies

	mu   sync.Mutex
	jobs map[string][]*ticketWrite // the tickets of the jobs of this opening, by their ids
}

func newTarget(c *Config, env connectors.Env) (*Target, error) {
	s, err := newSource(c, env)
	if err != nil {
		return nil, err
	}
	s.ours = true
	return &Target{config: c, client: s.client, read: s, now: s.client.Now, ours: env.Now, dry: env.DryRun, looking: semaphore.NewWeighted(1), jobs: map[string][]*ticketWrite{}}, nil
}

// obj is what is sent as JSON.
type obj = map[string]any

var errDry = fmt.Errorf("a dry run writes nothing: %w", connectors.ErrDenied)

// Create makes r, with a ticket its whole history.
func (t *Target) Create(ctx context.Context, r desk.Record) (connectors.Receipt, error) {
	if t.dry {
		return connectors.Receipt{}, errDry
	}
	w, err := t.words(ctx, r, nil)
	if err != nil {
		return connectors.Receipt{}, err
	}
	switch r := r.(type) {
	case *desk.Organization:
		in, losses := organizationInput(w, r, nil)
		return t.create(ctx, "organizations/create_or_update", "organization", r, in, losses)
	case *desk.Group:
		return t.create(ctx, "groups", "group", r, groupInput(r), nil)
	case *desk.Agent:
		return t.createAgent(ctx, w, r)
	case *desk.Contact:
		return t.createContact(ctx, w, r)
	case *desk.Ticket:
		return t.importTicket(ctx, w, r)
	}
	return connectors.Receipt{}, fmt.Errorf("a %s: Zendesk has no such thing: %w", r.Kind(), connectors.ErrUnsupported)
}

// create posts one thing, r in Zendesk's words, and returns its id.
func (t *Target) create(ctx context.Context, path, name string, r desk.Record, in obj, losses []connectors.Loss) (connectors.Receipt, error) {
	var out map[string]json.RawMessage
	call := rest.Call{Method: http.MethodPost, Path: path, JSON: obj{name: in}}
	if _, err := t.client.JSON(ctx, call, &out); err != nil {
		return connectors.Receipt{}, err
	}
	var got struct {
		ID     int64 `json:"id"`
		Locale loose `json:"locale"`
	}
	if err := json.Unmarshal(out[name], &got); err != nil || got.ID == 0 {
		return connectors.Receipt{}, fmt.Errorf("%s: the answer names no id: %w", path, connectors.ErrUnsure)
	}
	if said, _ := in["locale"].(string); said != "" && !strings.EqualFold(said, string(got.Locale)) {
		losses = append(losses, noLanguage(said, nil))
	}
	return connectors.Receipt{ID: number(got.ID), Losses: losses, Returned: t.returned(ctx, r, out[name])}, nil
}

// Update makes the named fields of what stands say what r says. Changes of tickets
// need Config.Quiet.
func (t *Target) Update(ctx context.Context, id desk.ID, r desk.Record, fields []string) (connectors.Receipt, error) {
	if t.dry {
		return connectors.Receipt{}, errDry
	}
	if err := known(r.Kind(), id); err != nil {
		return connectors.Receipt{}, err
	}
	w, err := t.words(ctx, r, fields)
	if err != nil {
		return connectors.Receipt{}, err
	}
	got, err := t.update(ctx, w, id, r, t.room(r.Kind(), fields))
	if err == nil && got.Returned == nil {
		got.Returned = t.stands(ctx, r.Kind(), id)
	}
	return got, err
}

func (t *Target) update(ctx context.Context, w *words, id desk.ID, r desk.Record, fields []string) (connectors.Receipt, error) {
	switch r := r.(type) {
	case *desk.Organization:
		in, losses := organizationInput(w, r, fields)
		return t.put(ctx, "organizations/"+string(id), "organization", id, in, losses)
	case *desk.Group:
		return t.put(ctx, "groups/"+string(id), "group", id, obj{"name": r.Name}, nil)
	case *desk.Agent:
		return t.updateAgent(ctx, w, id, r, fields)
	case *desk.Contact:
		return t.updateContact(ctx, w, id, r, fields)
	case *desk.Ticket:
		return t.updateTicket(ctx, w, id, r, fields)
	}
	return connectors.Receipt{}, fmt.Errorf("a %s: Zendesk has no such thing: %w", r.Kind(), connectors.ErrUnsupported)
}

// words are asked for only where they are needed: to say custom fields.
func (t *Target) words(ctx context.Context, r desk.Record, fields []string) (*words, error) {
	custom := func(f string) bool { return strings.HasPrefix(f, "fields.") }
	if len(r.About().Fields) == 0 && !slices.ContainsFunc(fields, custom) {
		return newWords(""), nil
	}
	return t.read.words(ctx)
}

var caps = connectors.Caps{Fields: kept}

// put changes one thing.
func (t *Target) put(ctx context.Context, path, name string, id desk.ID, in obj, losses []connectors.Loss) (connectors.Receipt, error) {
	if len(in) > 0 {
		call := rest.Call{Method: http.MethodPut, Path: path, JSON: obj{name: in}}
		if _, err := t.client.JSON(ctx, call, nil); err != nil {
			return connectors.Receipt{}, err
		}
	}
	return connectors.Receipt{ID: id, Losses: losses}, nil
}

// known refuses an id that can be none of Zendesk's, before it becomes part of an
// address.
func known(kind desk.Kind, id desk.ID) error {
	if _, err := strconv.ParseInt(string(id), 10, 64); err != nil {
		return fmt.Errorf("%s %q: %w", kind, id, connectors.ErrNotFound)
	}
	return nil
}

// Fetch reads what stands, as far as a write could have said it.
func (t *Target) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	r, err := t.read.Fetch(ctx, kind, id)
	if err != nil {
		return nil, err
	}
	if err := onlyOurs(r); err != nil {
		return nil, err
	}
	if tk, is := r.(*desk.Ticket); is {
		for i := range tk.Messages {
			tk.Messages[i].Channel = ""
		}
	}
	return r, nil
}

// Delete takes back what was made.
func (t *Target) Delete(ctx context.Context, kind desk.Kind, id desk.ID) error {
	if t.dry {
		return errDry
	}
	if err := known(kind, id); err != nil {
		return err
	}
	paths := map[desk.Kind]string{
		desk.KindOrganization: "organizations/", desk.KindGroup: "groups/", desk.KindAgent: "users/", desk.KindContact: "users/", desk.KindTicket: "tickets/",
	}
	if paths[kind] == "" {
		return fmt.Errorf("%s %s: %w", kind, id, connectors.ErrNotFound)
	}
	if paths[kind] == "users/" {
		if err := t.mayDelete(ctx, kind, id); err != nil {
			return err
		}
	}
	_, err := t.client.JSON(ctx, rest.Call{Method: http.MethodDelete, Path: paths[kind] + string(id)}, nil)
	return err
}

// mayDelete refuses to delete a user who is gone, which Zendesk shows as inactive, and one
// who has tickets: with a user his "associated records" go, for good
// (https://developer.zendesk.com/api-reference/ticketing/users/users/#delete-user). Ours
// were deleted before him.
func (t *Target) mayDelete(ctx context.Context, kind desk.Kind, id desk.ID) error {
	u, err := t.read.user(ctx, id)
	if err != nil {
		return err
	}
	if u.gone() {
		return fmt.Errorf("%s %s: %w", kind, id, connectors.ErrNotFound)
	}
	var out struct {
		Related struct {
			Requested int `json:"requested_tickets"`
		} `json:"user_related"`
	}
	if err := t.ask(ctx, "users/"+string(id)+"/related", nil, &out); err != nil {
		return err
	}
	if n := out.Related.Requested; n > 0 {
		return connectors.Refuse(connectors.ReasonRefused, "delete it in Zendesk if nobody needs those", "%s %s has %d tickets in Zendesk, which would go with it", kind, id, n)
	}
	return nil
}

// Lag is how long a write whose answer was lost may take to be seen.
func (t *Target) Lag() time.Duration {
	d, _ := rest.Settling(t.config.Settling) // Check has refused what is none
	return d
}

// Clock is the server's.
func (t *Target) Clock() time.Time { return t.client.Now() }

// Link is where agents open a record.
func (t *Target) Link(kind desk.Kind, id desk.ID) string { return t.read.Link(kind, id) }
