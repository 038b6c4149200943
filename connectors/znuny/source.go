package znuny

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// overlap is how far back is asked again: what was being written comes to be seen late.
const overlap = 5 * time.Minute

// Source reads Znuny.
type Source struct {
	*api
	spool  spool
	census census
}

func newSource(c *Config, env connectors.Env) (*Source, error) {
	a, err := newAPI(c, env)
	if err != nil {
		return nil, err
	}
	s := &Source{api: a}
	s.census.api, s.census.going = a, newTurn()
	return s, nil
}

// Close removes what was spooled.
func (s *Source) Close() error {
	s.spool.clear()
	return nil
}

type yielder = func(connectors.Item, error) bool

// Read yields what changed after the cursor.
func (s *Source) Read(ctx context.Context, kind desk.Kind, after connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return func(yield func(connectors.Item, error) bool) {
		over := false
		each := func(it connectors.Item, err error) bool {
			over = over || !yield(it, err)
			return !over && ctx.Err() == nil
		}
		err := ctx.Err()
		switch {
		case err != nil:
		case kind == desk.KindTicket:
			err = s.readTickets(ctx, after, each)
		case kind == desk.KindGroup:
		default:
			err = s.census.read(ctx, kind, after, each)
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil && !over {
			yield(connectors.Item{}, err)
		}
	}
}

func missing(kind desk.Kind, id desk.ID) error {
	return fmt.Errorf("%s %s: %w", kind, id, connectors.ErrNotFound)
}
