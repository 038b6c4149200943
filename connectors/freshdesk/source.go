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
	return rest.Items(ctx, func(give rest.Give) error { return s.read(ctx, kind, after, give) })
}

func (s *Source) read(ctx context.Context, kind desk.Kind, after connectors.Cursor, give rest.Give) error {
	switch kind {
	case desk.KindOrganization:
		return each(ctx, s.api, "companies", after, give, true, companyShape.record)
	case desk.KindGroup:
		return each(ctx, s.api, "groups", after, give, false, shelfShape.group)
	case desk.KindCategory:
		return each(ctx, s.api, "products", after, give, false, shelfShape.category)
	case desk.KindAgent:
		return s.readAgents(ctx, after, give)
	case desk.KindContact:
		return s.readContacts(ctx, after, give)
	case desk.KindTicket:
		return s.readTickets(ctx, after, give)
	case desk.KindMessage, desk.KindFile:
	}
	return nil
}

// walk is one going through of lists that are in no known order: the cursor stays
// where it is until the last item, and with that the walk is over.
type walk struct {
	rest.Walker
	next func() connectors.Cursor
}

func (a *api) newWalk(after connectors.Cursor, give rest.Give) *walk {
	began := a.env.Now()
	next := func() connectors.Cursor { // by Freshdesk's clock, which its answers tell
		return connectors.Cursor(a.client.At(began).Add(-overlap).UTC().Format(time.RFC3339))
	}
	return &walk{rest.Walker{Give: give, At: after}, next}
}

// take adds what comes of a list as it is handed over.
func take[T any](w *walk) func(T, desk.Record) error {
	return func(_ T, rec desk.Record) error { return w.Add(rec) }
}

func (w *walk) end() error { return w.End(w.next()) }

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
func each[T any](ctx context.Context, a *api, path string, after connectors.Cursor, give rest.Give, dated bool, record func(T) desk.Record) error {
	w := a.newWalk(after, give)
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
		if err := w.Add(record(row)); err != nil {
			return err
		}
	}
	return w.end()
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
