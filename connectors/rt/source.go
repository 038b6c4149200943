package rt

import (
	"context"
	"iter"
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
	privileged map[string]bool // whether users are agents, by their names; nil not asked yet
	whole      bool            // who is not among them is none
	authors    map[string]desk.Ref
	numbers    map[string]string // of users whose names are digits, by those
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
		if s.internal(&q) {
			continue
		}
		// Queues come by their numbers: the cursor stays where it is, and they are
		// few enough to be read each time.
		if !yield(connectors.Item{Record: q.category(), Cursor: after}, nil) {
			return nil
		}
	}
	return nil
}

// internal tells RT's own queue of approvals, which nobody files anything in: it holds no
// tickets but those of the type approval, and a search shows these only if it asks for them
// (RT::Tickets, FromSQL). Where it does, the queue is a category like others.
func (s *Source) internal(q *queueShape) bool {
	return q.Name == "___Approvals" && q.Disabled != "" && q.Disabled != "0" && !strings.Contains(strings.ToLower(s.config.Query), "approval")
}

func (q *queueShape) category() *desk.Category {
	c := &desk.Category{Name: string(q.Name)}
	c.ID, c.Created, c.Updated = desk.ID(q.ID), q.Created.Time, q.LastUpdated.Time
	return c
}

// mostAuthors bounds what is remembered of addresses.
const mostAuthors = 10_000

// author is who has the address.
func (s *Source) author(ctx context.Context, address string) (desk.Ref, error) {
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
	if ref, err = s.person(ctx, text(name)); err != nil {
		return ref, err
	}
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
