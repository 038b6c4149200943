package zendesk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"maps"
	"net/url"
	"strings"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Source reads an account.
type Source struct {
	config *Config
	client *rest.Client
	state  connectors.State
	log    *slog.Logger
	now    func() time.Time
	ours   bool // it reads for a target: see words

	asking *semaphore.Weighted
	known  *words    // nil not asked yet
	at     time.Time // when known was asked
}

func newSource(c *Config, env connectors.Env) (*Source, error) {
	client, err := newClient(c, env)
	if err != nil {
		return nil, err
	}
	return &Source{config: c, client: client, state: env.State, log: env.Log, now: client.Now, asking: semaphore.NewWeighted(1)}, nil
}

type yielder = func(connectors.Item, error) bool

// Read yields what changed after the cursor.
func (s *Source) Read(ctx context.Context, kind desk.Kind, after connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return func(yield func(connectors.Item, error) bool) {
		read := map[desk.Kind]func(context.Context, walk, yielder) error{
			desk.KindOrganization: s.readOrganizations, desk.KindGroup: s.readGroups, desk.KindAgent: s.readAgents,
			desk.KindContact: s.readContacts, desk.KindTicket: s.readTickets,
		}[kind]
		if read == nil {
			return
		}
		err := ctx.Err()
		if err == nil {
			err = read(ctx, parseWalk(after), yield)
		}
		if err != nil && !errors.Is(err, errStopped) {
			yield(connectors.Item{}, err)
		}
	}
}

// errStopped ends a read whose caller has left the loop.
var errStopped = errors.New("stopped")

// walk is where a reading stands. The first one goes through all there is; people
// who are gone by then are read as if they were there, for what they wrote still is.
// Every later one tells what changed, and who is gone. It is written "1:PLACE" or
// "2:PLACE".
type walk struct {
	later bool
	place string // Zendesk's cursor, or a time in seconds; "" the beginning
}

func parseWalk(c connectors.Cursor) walk {
	n, place, ok := strings.Cut(string(c), ":")
	if !ok || n != "1" && n != "2" || strings.ContainsAny(place, "\x00 :") {
		return walk{}
	}
	return walk{n == "2", place}
}

func (w walk) cursor() connectors.Cursor {
	if w.later {
		return connectors.Cursor("2:" + w.place)
	}
	return connectors.Cursor("1:" + w.place)
}

// words asks once what is needed to understand records: who are agents, what fields
// there are, what forms, brands and statuses are called.
func (s *Source) words(ctx context.Context) (*words, error) {
	if err := s.asking.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	defer s.asking.Release(1)
	if s.known != nil {
		return s.known, nil
	}
	w := newWords(s.config.base())
	w.open, w.ours = s.download, s.ours
	if err := s.askAgents(ctx, w); err != nil {
		return nil, err
	}
	if err := s.askFields(ctx, w); err != nil {
		return nil, err
	}
	if err := s.askNames(ctx, w); err != nil {
		return nil, err
	}
	s.known, s.at = w, s.now()
	return w, nil
}

// hired notes that somebody is an agent now.
func (s *Source) hired(ctx context.Context, id int64) {
	if s.asking.Acquire(ctx, 1) != nil {
		return
	}
	defer s.asking.Release(1)
	if s.known == nil || s.known.agents[id] {
		return
	}
	w := *s.known
	w.agents = maps.Clone(w.agents) // others may be reading the old one
	w.agents[id] = true
	s.known = &w
}

// forget makes the next record ask again who is an agent and what fields there are,
// unless that was just asked.
func (s *Source) forget(ctx context.Context) error {
	if err := s.asking.Acquire(ctx, 1); err != nil {
		return err
	}
	defer s.asking.Release(1)
	if s.now().Sub(s.at) > time.Minute {
		s.known = nil
	}
	return nil
}

var staffQuery = url.Values{"role[]": {"agent", "admin"}}

func (s *Source) askAgents(ctx context.Context, w *words) error {
	for u, err := range listing[userShape](ctx, s.client, "users", "users", staffQuery) {
		if err != nil {
			return err
		}
		w.agents[u.ID] = true
	}
	for m, err := range listing[membershipShape](ctx, s.client, "group_memberships", "group_memberships", nil) {
		if err != nil {
			return err
		}
		w.members[m.UserID] = append(w.members[m.UserID], desk.To(desk.KindGroup, number(m.GroupID)))
	}
	return nil
}

func (s *Source) askFields(ctx context.Context, w *words) error {
	for list, kinds := range map[string][]desk.Kind{
		"ticket_fields": {desk.KindTicket}, "user_fields": {desk.KindContact, desk.KindAgent}, "organization_fields": {desk.KindOrganization},
	} {
		var all []fieldShape
		for f, err := range listing[fieldShape](ctx, s.client, list, list, nil) {
			if err != nil {
				return err
			}
			all = append(all, f)
		}
		for _, kind := range kinds {
			w.fields[kind] = newFieldSet(kind, all)
		}
	}
	return nil
}

// askNames asks for what not every plan has; what is not there is left out. One
// brand or form alone says nothing.
func (s *Source) askNames(ctx context.Context, w *words) error {
	for list, into := range map[string]*map[int64]string{"ticket_forms": &w.forms, "brands": &w.brands, "custom_statuses": &w.statuses} {
		names := map[int64]string{}
		for n, err := range listing[namedShape](ctx, s.client, list, list, nil) {
			var e *rest.Error
			if errors.As(err, &e) && (e.Status == 403 || e.Status == 404) {
				break
			}
			if err != nil {
				return err
			}
			names[n.ID] = cmp.Or(n.Name, n.Label)
		}
		if len(names) > 1 {
			*into = names
		}
	}
	return nil
}

// download opens an attachment. Its address leads to another host, which gets no
// credentials: rest signs for the account's own host alone.
func (s *Source) download(ctx context.Context, address string) (io.ReadCloser, error) {
	return s.client.Download(ctx, address)
}

// exportPage is a page of a cursor export.
type exportPage struct {
	Tickets    []ticketShape   `json:"tickets"`
	Users      []userShape     `json:"users"`
	Identities []identityShape `json:"identities"`
	Metrics    []metricShape   `json:"metric_sets"`
	After      string          `json:"after_cursor"`
	End        *bool           `json:"end_of_stream"`
}

// export asks for the page of a cursor export after a place. It goes on until
// end_of_stream; the last cursor is where the next reading begins.
func (s *Source) export(ctx context.Context, kind, place, include string) (*exportPage, error) {
	path := "incremental/" + kind + "/cursor"
	q := url.Values{"include": {include}, "start_time": {"0"}}
	if place != "" {
		q = url.Values{"include": {include}, "cursor": {place}}
	}
	var p exportPage
	if _, err := s.client.JSON(ctx, rest.Call{Path: path, Query: q}, &p); err != nil {
		return nil, err
	}
	switch {
	case p.End == nil || p.Tickets == nil && p.Users == nil:
		return nil, notThis(path, kind)
	case !*p.End && (p.After == "" || p.After == place):
		return nil, fmt.Errorf("%s: Zendesk says that there is more, and not where: %w", path, connectors.ErrBusy)
	}
	return &p, nil
}

// refused tells whether Zendesk does not know a cursor, which a reading begun anew
// will set right.
func refusedCursor(err error) bool {
	var e *rest.Error
	return errors.As(err, &e) && (e.Status == 400 || e.Status == 422)
}

// pages goes through a cursor export. fn is told the place before the page and the
// one after it; it returns errStopped to end.
func (s *Source) pages(ctx context.Context, kind, include string, w walk, fn func(p *exportPage, before, after walk) error) error {
	for first := true; ; first = false {
		p, err := s.export(ctx, kind, w.place, include)
		if first && w.place != "" && refusedCursor(err) {
			w = walk{}
			p, err = s.export(ctx, kind, w.place, include)
		}
		if err != nil {
			return err
		}
		next := walk{w.later || *p.End, cmp.Or(p.After, w.place)}
		if err := fn(p, w, next); err != nil || *p.End {
			return err
		}
		w = next
	}
}
