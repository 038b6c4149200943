package intercom

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Source reads a workspace.
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
		return s.readCompanies(ctx, after, give)
	case desk.KindGroup:
		return s.readTeams(ctx, give)
	case desk.KindAgent:
		return s.readAdmins(ctx, give)
	case desk.KindContact:
		return s.readContacts(ctx, after, give)
	case desk.KindTicket:
		return s.readTickets(ctx, after, give)
	case desk.KindCategory, desk.KindMessage, desk.KindFile:
	}
	return nil
}

// overlap is how far back a search is looked through again: it runs behind, and what
// changed lately may not have been in it.
func (a *api) overlap() time.Duration { return a.config.lag() + 5*time.Minute }

// dayMargin is how much earlier a search is asked from. Of contacts it compares days, in
// the zone of the workspace, and begins with the day after the one that it is given
// (https://developers.intercom.com/docs/references/rest-api/api.intercom.io/contacts/searchcontacts);
// of the others no source says that it does not.
const dayMargin = 49 * time.Hour

// listed is a row of a search, and how far it is looked through with it.
type listed[T any] struct {
	row   T
	after connectors.Cursor
}

// since goes through what changed since a cursor, by the time of the change. Rows before it
// that come along are passed over. What changes meanwhile comes again at the end. Where the
// search does not keep to the order that it is asked for, which its description does not
// have, the cursor stays where it is until the end.
func since[T any](ctx context.Context, a *api, what string, after connectors.Cursor, of func(T) (id string, changed time.Time)) iter.Seq2[listed[T], error] {
	return func(yield func(listed[T], error) bool) {
		seen := rest.ParseSince(after, a.overlap())
		from, ask := seen.From(), int64(0)
		if !from.IsZero() {
			ask = from.Add(-dayMargin).Unix()
		}
		var held *listed[T] // so that the last one has the cursor of the whole
		var last time.Time
		rising, falling := false, false
		for row, err := range search[T](ctx, a, what, filter{"updated_at", ">", ask}) {
			if err != nil {
				yield(listed[T]{}, err)
				return
			}
			id, changed := of(row)
			if changed.Before(from) || !seen.New(id, changed) {
				continue
			}
			if !last.IsZero() && !rising && !falling {
				rising, falling = changed.After(last), changed.Before(last)
			}
			if rising && changed.Before(last.Add(-a.overlap())) {
				yield(listed[T]{}, fmt.Errorf("%s: the search gives them neither by the time of their changes nor the other way round: %w", what, connectors.ErrDenied))
				return
			}
			if held != nil && !yield(*held, nil) {
				return
			}
			held, last = &listed[T]{row, after}, changed
			if rising {
				held.after = seen.Cursor()
			}
		}
		if held != nil {
			held.after = seen.Cursor()
			yield(*held, nil)
		}
	}
}
