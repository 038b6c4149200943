package rt

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Target writes Request Tracker. Tickets and messages carry their marks in RT; of
// people and queues, whose names stand for one thing only, and of organisations,
// which are a text of their users', the marks are in the private memory.
type Target struct {
	*Source
	state connectors.State
	temp  string
	dry   bool
	watch watch

	fits atomic.Int64 // bytes of the largest file that is known to have been kept whole

	looking sync.Mutex
	queues  map[string]*queueShape // those that were looked at, by id and by name
	// definitions are those of custom fields that were looked at, by id.
	definitions map[string]*fieldShape
}

func newTarget(c *Config, env connectors.Env) (*Target, error) {
	s, err := newSource(c, env)
	if err != nil {
		return nil, err
	}
	s.ours = true
	return &Target{Source: s, state: env.State, temp: env.Temp, dry: env.DryRun, queues: map[string]*queueShape{}, definitions: map[string]*fieldShape{}}, nil
}

// Create makes a record; of a ticket's messages the first.
func (t *Target) Create(ctx context.Context, r desk.Record) (got connectors.Receipt, err error) {
	switch r := r.(type) {
	case *desk.Ticket:
		return quietly(ctx, t, "", func() (connectors.Receipt, error) { return t.createTicket(ctx, r) })
	case *desk.Contact, *desk.Agent:
		got, err = t.createUser(ctx, r)
	case *desk.Category:
		got, err = t.createQueue(ctx, r)
	case *desk.Organization:
		got, err = t.createOrganization(r)
	default:
		return got, fmt.Errorf("a %s: RT has no such thing: %w", r.Kind(), connectors.ErrUnsupported)
	}
	if err == nil {
		err = t.remember(ctx, r, got.ID)
	}
	return got, err
}

// Update changes what stands.
func (t *Target) Update(ctx context.Context, id desk.ID, r desk.Record, fields []string) (connectors.Receipt, error) {
	switch r := r.(type) {
	case *desk.Ticket:
		return quietly(ctx, t, id, func() (connectors.Receipt, error) { return t.updateTicket(ctx, id, r, fields) })
	case *desk.Contact, *desk.Agent:
		return t.updateUser(ctx, id, r, fields)
	case *desk.Category:
		return t.updateQueue(ctx, id, r, fields)
	case *desk.Organization:
		return t.updateOrganization(ctx, id, r, fields)
	}
	return connectors.Receipt{}, fmt.Errorf("a %s: RT has no such thing: %w", r.Kind(), connectors.ErrUnsupported)
}

// Fetch reads a record back as it was written.
func (t *Target) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	if kind == desk.KindOrganization {
		return t.fetchOrg(ctx, id)
	}
	if kind == desk.KindAgent || kind == desk.KindContact {
		return t.fetchPerson(ctx, kind, id)
	}
	rec, err := t.Source.Fetch(ctx, kind, id)
	if err != nil {
		return nil, err
	}
	if ticket, ok := rec.(*desk.Ticket); ok {
		ticket.History = nil // RT's is that of the writing
		if ticket.MergedInto.IsZero() {
			if ticket.MergedInto, err = t.toMerge(ctx, id); err != nil {
				return nil, err
			}
		}
		return ticket, t.unshelve(ctx, ticket)
	}
	rec.About().Mark, err = t.markOf(ctx, kind, id)
	return rec, err
}

// Find looks for a record by its mark, then by its address or name.
func (t *Target) Find(ctx context.Context, r desk.Record) (desk.ID, error) {
	if r.Kind() == desk.KindTicket {
		return t.findTicket(ctx, r.About().Mark)
	}
	id, err := t.known(ctx, r)
	if err != nil || id != "" {
		return id, err
	}
	switch r := r.(type) {
	case *desk.Contact, *desk.Agent:
		id, err = t.findUser(ctx, r)
	case *desk.Category:
		id, err = t.findQueue(ctx, r)
	case *desk.Organization:
		id, err = t.findOrganization(ctx, r)
	default:
		err = fmt.Errorf("a %s: %w", r.Kind(), connectors.ErrNotFound)
	}
	if err != nil {
		return "", err
	}
	if r.Kind() == desk.KindCategory { // from now on its queue stands for it
		err = t.state.Put(ctx, shelfKey(id), []byte("1"))
	}
	return id, err
}

// Lag is how long a ticket whose making was begun may take to be found. Searches do not
// run behind; but RT finishes a call whose line was cut, and under load that takes
// seconds: a run that was killed and began again at once made a ticket twice.
func (t *Target) Lag() time.Duration {
	d, _ := rest.Settling(t.config.Settling) // Check has refused what is none
	return d
}

// Clock is the server's.
func (t *Target) Clock() time.Time { return t.client.Now() }

// Link is the address of a record in RT's web pages.
func (t *Target) Link(kind desk.Kind, id desk.ID) string { return site(t.config).Link(kind, id, false) }

// made is the answer to a write that makes something.
type made struct {
	ID text `json:"id"`
}

// post makes something, and tells its id.
func (t *Target) post(ctx context.Context, path string, object map[string]any) (text, error) {
	var m made
	_, err := t.client.JSON(ctx, rest.Call{Method: http.MethodPost, Path: path, JSON: object}, &m)
	if err == nil && m.ID == "" {
		err = fmt.Errorf("POST %s: the answer names no id: %w", path, connectors.ErrUnsure)
	}
	return m.ID, err
}

// put changes something. RT says 200 also where it changed nothing: what it said is
// returned, and who calls looks whether it is so.
func (t *Target) put(ctx context.Context, path string, object map[string]any) (said []string, err error) {
	_, err = t.client.JSON(ctx, rest.Call{Method: http.MethodPut, Path: path, JSON: object}, &said)
	for _, line := range said {
		if right := lacking(line); err == nil && right != "" {
			err = fmt.Errorf("PUT %s: %s – the account lacks %s: give it, or use another account: %w", path, line, right, connectors.ErrDenied)
		}
	}
	return said, err
}

// lacking is the right that RT says an account has not; "" if it says no such thing.
// Of owners it does not speak of rights (RT/Ticket.pm, _CurrentUserCanSetOwner).
func lacking(line string) string {
	switch {
	case strings.HasSuffix(line, "Permission Denied"):
		return "this right"
	case strings.HasSuffix(line, "You can only reassign tickets that you own or that are unowned"):
		return "the right ReassignTicket"
	}
	return ""
}

// Keys of the private memory.
func markKey(kind desk.Kind, mark string) string { return "mark/" + string(kind) + "/" + mark }
func idKey(kind desk.Kind, id desk.ID) string    { return "id/" + string(kind) + "/" + string(id) }
func shelfKey(queue desk.ID) string              { return "shelf/" + string(queue) }

// remember notes the mark of what was made.
func (t *Target) remember(ctx context.Context, r desk.Record, id desk.ID) error {
	if r.Kind() == desk.KindCategory {
		if err := t.state.Put(ctx, shelfKey(id), []byte("1")); err != nil {
			return err
		}
	}
	mark := r.About().Mark
	if mark == "" {
		return nil
	}
	if err := t.state.Put(ctx, idKey(r.Kind(), id), []byte(mark)); err != nil {
		return err
	}
	return t.state.Put(ctx, markKey(r.Kind(), mark), []byte(id))
}

func (t *Target) markOf(ctx context.Context, kind desk.Kind, id desk.ID) (string, error) {
	mark, err := t.state.Get(ctx, idKey(kind, id))
	return string(mark), err
}

// known is what was made with the record's mark, if it is still there; "" if not.
func (t *Target) known(ctx context.Context, r desk.Record) (desk.ID, error) {
	if r.About().Mark == "" {
		return "", nil
	}
	id, err := t.state.Get(ctx, markKey(r.Kind(), r.About().Mark))
	if err != nil || len(id) == 0 {
		return "", err
	}
	if _, err = t.Fetch(ctx, r.Kind(), desk.ID(id)); isAbsent(err) {
		return "", nil
	}
	return desk.ID(id), err
}

// moved forgets who had an address.
func (t *Target) moved(address string) {
	t.asking.Lock()
	defer t.asking.Unlock()
	delete(t.authors, address)
}
