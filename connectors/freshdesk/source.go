package freshdesk

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// overlap is how far back a list is asked for again: clocks run apart, and changes
// become visible late.
const overlap = 5 * time.Minute

// Source reads an account.
type Source struct{ *api }

func newSource(c *Config, env connectors.Env) (*Source, error) {
	a, err := newAPI(c, env)
	if err != nil {
		return nil, err
	}
	return &Source{a}, nil
}

// Read yields what changed after the cursor.
func (s *Source) Read(ctx context.Context, kind desk.Kind, after connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return func(yield func(connectors.Item, error) bool) {
		err := ctx.Err()
		if err == nil {
			err = s.read(ctx, kind, after, heeding(ctx, yield))
		}
		if err != nil {
			yield(connectors.Item{}, err)
		}
	}
}

// heeding ends a stream when its context is cancelled between two items.
func heeding(ctx context.Context, yield yielder) yielder {
	return func(it connectors.Item, err error) bool {
		if !yield(it, err) {
			return false
		}
		if err := ctx.Err(); err != nil {
			yield(connectors.Item{}, err)
			return false
		}
		return true
	}
}

type yielder = func(connectors.Item, error) bool

func (s *Source) read(ctx context.Context, kind desk.Kind, after connectors.Cursor, yield yielder) error {
	switch kind {
	case desk.KindOrganization:
		return each(ctx, s.api, "companies", after, yield, true, companyShape.record)
	case desk.KindGroup:
		return each(ctx, s.api, "groups", after, yield, false, shelfShape.group)
	case desk.KindCategory:
		return each(ctx, s.api, "products", after, yield, false, shelfShape.category)
	case desk.KindAgent:
		return s.readAgents(ctx, after, yield)
	case desk.KindContact:
		return s.readContacts(ctx, after, yield)
	case desk.KindTicket:
		return s.readTickets(ctx, after, yield)
	case desk.KindMessage, desk.KindFile:
	}
	return nil
}

// walk is one going through of lists that are in no known order: the cursor stays
// where it is until the last item, and with that the walk is over.
type walk struct {
	after   connectors.Cursor
	next    func() connectors.Cursor
	held    desk.Record
	yield   yielder
	stopped bool
}

func (a *api) newWalk(after connectors.Cursor, yield yielder) *walk {
	began := a.env.Now()
	next := func() connectors.Cursor { // by Freshdesk's clock, which its answers tell
		return connectors.Cursor(a.client.At(began).Add(-overlap).UTC().Format(time.RFC3339))
	}
	return &walk{after: after, next: next, yield: yield}
}

// add yields the record before; false ends the walk.
func (w *walk) add(rec desk.Record) bool {
	if w.held != nil && !w.yield(connectors.Item{Record: w.held, Cursor: w.after}, nil) {
		w.stopped = true
	}
	w.held = rec
	return !w.stopped
}

// take yields the record before as what comes of a list is handed over.
func take[T any](w *walk) func(T, desk.Record) error {
	return func(_ T, rec desk.Record) error {
		if !w.add(rec) {
			return errStopped
		}
		return nil
	}
}

func (w *walk) end() {
	if w.held != nil && !w.stopped {
		w.yield(connectors.Item{Record: w.held, Cursor: w.next()}, nil)
	}
}

// since is the time that a walk's cursor says; "" for the beginning.
func since(after connectors.Cursor) string {
	at, err := time.Parse(time.RFC3339, string(after))
	if err != nil {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}

// each yields the rows of a list. Some lists can be asked for since a time; the
// others are short and are read each time.
func each[T any](ctx context.Context, a *api, path string, after connectors.Cursor, yield yielder, dated bool, record func(T) desk.Record) error {
	w := a.newWalk(after, yield)
	var query map[string][]string
	if at := since(after); dated && at != "" {
		query = map[string][]string{"updated_since": {at}}
	}
	for row, err := range pages[T](ctx, a, path, query) {
		if err != nil {
			if lacking(err) {
				return nil
			}
			return err
		}
		if !w.add(record(row)) {
			return nil
		}
	}
	w.end()
	return nil
}

// lacking tells that the account has no such thing in its plan.
func lacking(err error) bool { return errors.Is(err, connectors.ErrUnsupported) }

// status is that of an answer; 0 if there was none.
func status(err error) int {
	var e *rest.Error
	if errors.As(err, &e) {
		return e.Status
	}
	return 0
}

// Link is where people open a record.
func (a *api) Link(kind desk.Kind, id desk.ID) string { return site(a.config).Link(kind, id, false) }

func missing(kind desk.Kind, id desk.ID) error {
	return fmt.Errorf("%s %s: %w", kind, id, connectors.ErrNotFound)
}
