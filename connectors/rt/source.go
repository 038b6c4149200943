package rt

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// overlap is how far back a list is asked for again: changes become visible in the
// order in which they are committed, not in that of their times.
const overlap = 5 * time.Minute

// Source reads Request Tracker.
type Source struct {
	config *Config
	client *rest.Client
	now    func() time.Time
	ours   bool // it reads what a target wrote

	asking     sync.Mutex
	privileged map[string]bool // names of those who are agents, never changed in place; nil not asked yet
	authors    map[string]desk.Ref
}

func newSource(c *Config, env connectors.Env) (*Source, error) {
	client, err := newClient(c, env)
	if err != nil {
		return nil, err
	}
	return &Source{config: c, client: client, now: client.Now}, nil
}

// Read yields what changed after the cursor, by the time of its last change.
func (s *Source) Read(ctx context.Context, kind desk.Kind, after connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return func(yield func(connectors.Item, error) bool) {
		if err := ctx.Err(); err != nil {
			yield(connectors.Item{}, err)
			return
		}
		var err error
		over := false
		each := func(it connectors.Item, err error) bool {
			over = over || !yield(it, err)
			return !over && ctx.Err() == nil
		}
		switch kind {
		case desk.KindCategory:
			err = s.readQueues(ctx, after, each)
		case desk.KindOrganization, desk.KindAgent, desk.KindContact:
			err = s.readUsers(ctx, kind, after, each)
		case desk.KindTicket:
			err = s.readTickets(ctx, after, each)
		case desk.KindGroup, desk.KindMessage, desk.KindFile:
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil && !over {
			yield(connectors.Item{}, err)
		}
	}
}

type yielder = func(connectors.Item, error) bool

func (s *Source) readQueues(ctx context.Context, after connectors.Cursor, yield yielder) error {
	call := rest.Call{Path: "queues/all", Query: url.Values{"fields": {"Name,Disabled,Created,LastUpdated"}, "find_disabled_rows": {"1"}}}
	for q, err := range pages[queueShape](ctx, s.client, call) {
		if err != nil {
			return err
		}
		// Queues come by their numbers: the cursor stays where it is, and they are
		// few enough to be read each time.
		if !yield(connectors.Item{Record: q.category(), Cursor: after}, nil) {
			return nil
		}
	}
	return nil
}

func (q *queueShape) category() *desk.Category {
	c := &desk.Category{Name: string(q.Name)}
	c.ID, c.Created, c.Updated = desk.ID(q.ID), q.Created.Time, q.LastUpdated.Time
	return c
}

// agents are the names of the users that RT calls privileged.
func (s *Source) agents(ctx context.Context) (map[string]bool, error) {
	s.asking.Lock()
	defer s.asking.Unlock()
	if s.privileged != nil {
		return s.privileged, nil
	}
	group, err := s.privilegedGroup(ctx)
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	call := rest.Call{Path: "group/" + group + "/members"}
	for m, err := range pages[link](ctx, s.client, call) {
		var e *rest.Error
		if errors.As(err, &e) && e.Status == http.StatusForbidden { // RT 5.0.3 asks for no less (REST2/Resource/GroupMembers.pm)
			err = fmt.Errorf("who is an agent is not told: give the account the right AdminGroupMembership: %w", err)
		}
		if err != nil {
			return nil, err
		}
		var u userShape
		if _, err := s.client.JSON(ctx, rest.Call{Path: "user/" + string(m.ID)}, &u); err != nil {
			return nil, err
		}
		names[string(u.Name)] = true
	}
	s.privileged = names
	return names, nil
}

// privilegedGroup is the number of the group of all privileged users. It is made
// when RT is installed, as one of the first; no search finds it.
func (s *Source) privilegedGroup(ctx context.Context) (string, error) {
	for _, n := range []int{4, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12} { // 4 in all that were seen
		var g struct {
			Name   text `json:"Name"`
			Domain text `json:"Domain"`
		}
		_, err := s.client.JSON(ctx, rest.Call{Path: fmt.Sprintf("group/%d", n)}, &g)
		if isAbsent(err) {
			continue
		}
		if err != nil {
			return "", err
		}
		if g.Name == "Privileged" && g.Domain == "SystemInternal" {
			return fmt.Sprint(n), nil
		}
	}
	return "", fmt.Errorf("the group of privileged users is not seen: give the account the right SeeGroup: %w", connectors.ErrDenied)
}

// person is a reference to a user.
func (s *Source) person(agents map[string]bool, name text) desk.Ref {
	switch n := string(name); {
	case n == "" || n == "Nobody" || n == "RT_System":
		return desk.Ref{}
	case agents[n]:
		return desk.To(desk.KindAgent, desk.ID(n))
	default:
		return desk.To(desk.KindContact, desk.ID(n))
	}
}

// mostAuthors bounds what is remembered of addresses.
const mostAuthors = 10_000

// author is who has the address.
func (s *Source) author(ctx context.Context, agents map[string]bool, address string) (desk.Ref, error) {
	if address == "" {
		return desk.Ref{}, nil
	}
	s.asking.Lock()
	ref, known := s.authors[address]
	s.asking.Unlock()
	if known {
		return ref, nil
	}
	name, err := s.userOf(ctx, address)
	if err != nil && !isAbsent(err) {
		return ref, err
	}
	ref = s.person(agents, text(name))
	s.asking.Lock()
	defer s.asking.Unlock()
	if s.authors == nil || len(s.authors) >= mostAuthors {
		s.authors = map[string]desk.Ref{}
	}
	s.authors[address] = ref
	return ref, nil
}

// page is an address in RT's own web pages.
func (s *Source) page(path string) string { return strings.TrimRight(s.config.URL, "/") + path }
