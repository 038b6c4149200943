package znuny

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// place is how far a walk through the tickets has come that something happened to since
// from, and when it began. It is written "FROM/BEGAN/MADE/ID".
type place struct {
	from, began time.Time // from zero: all tickets
	spot
}

func parsePlace(c connectors.Cursor) (p place) {
	parts := strings.Split(string(c), "/")
	if len(parts) != 4 {
		return place{}
	}
	var err error
	if p.began, err = time.Parse(time.RFC3339, parts[1]); err != nil {
		return place{}
	}
	if parts[0] != "" {
		if p.from, err = time.Parse(time.RFC3339, parts[0]); err != nil {
			return place{}
		}
	}
	if _, err = time.Parse(stamp, parts[2]); err != nil && parts[2] != "" {
		return place{}
	}
	p.made = parts[2]
	if p.id, err = strconv.ParseInt(parts[3], 10, 64); err != nil || p.id < 0 {
		return place{}
	}
	return p
}

func (p place) cursor() connectors.Cursor {
	from := ""
	if !p.from.IsZero() {
		from = p.from.UTC().Format(time.RFC3339)
	}
	return connectors.Cursor(fmt.Sprintf("%s/%s/%s/%d", from, p.began.UTC().Format(time.RFC3339), p.made, p.id))
}

// filter is what a walk asks for: that something stands in the history of a ticket since
// then. When a ticket was changed last says less, for a note changes none.
func (c *Config) filter(from time.Time) object {
	if from.IsZero() {
		return object{}
	}
	return object{"TicketChangeTimeNewerDate": c.said(from)}
}

// now is the time by Znuny's clock, which its answers tell: before the first one it is asked
// for something.
func (a *api) began(ctx context.Context) (time.Time, error) {
	ours := a.env.Now()
	if _, err := a.search(ctx, object{"Limit": 1}); err != nil {
		return time.Time{}, err
	}
	return a.client.At(ours).Truncate(time.Second), nil
}

// errStopped ends a reading whose caller has left the loop.
var errStopped = errors.New("stopped")

// readTickets finishes the walk that the cursor is in, tells what is gone, and does the
// next walk.
func (s *Source) readTickets(ctx context.Context, after connectors.Cursor, yield yielder) error {
	p := parsePlace(after)
	began, err := s.began(ctx)
	if err != nil {
		return err
	}
	r := &reading{Source: s, yield: yield, brought: map[desk.ID]string{}}
	if err := r.openKnown(ctx, p); err != nil {
		return err
	}
	if p.began.IsZero() {
		return stopped(r.walk(ctx, place{began: began}))
	}
	if err := r.walk(ctx, p); err != nil {
		return stopped(err)
	}
	if err := r.tellGone(ctx, after, p.began, began); err != nil {
		return stopped(err)
	}
	return stopped(r.walk(ctx, place{from: p.began.Add(-overlap), began: began}))
}

func stopped(err error) error {
	if errors.Is(err, errStopped) {
		return nil
	}
	return err
}

// reading is one reading of the tickets.
type reading struct {
	*Source
	yield   yielder
	brought map[desk.ID]string // what the end of the old walk brought, by its last change
	known   known
}

// mostBrought bounds what a reading remembers.
const mostBrought = 10_000

// pulled is what came of a ticket.
type pulled struct {
	*desk.Ticket
	shape *ticketShape // nil: it is not there any more
}

// walk goes on with a walk to its end.
func (r *reading) walk(ctx context.Context, p place) error {
	list := r.tickets(ctx, r.config.filter(p.from), p.spot)
	return rest.Ahead(ctx, list, func(ctx context.Context, id text) (pulled, error) {
		shape, lines, err := r.pull(ctx, string(id))
		if isAbsent(err) {
			return pulled{}, nil // deleted meanwhile
		}
		if err != nil {
			return pulled{}, err
		}
		rec, err := r.made(ctx, shape, lines)
		return pulled{rec, shape}, err
	}, func(_ text, got pulled) error {
		if got.shape == nil {
			return nil
		}
		return r.take(ctx, &p, got)
	})
}

// take yields a ticket, or that it was thrown away.
func (r *reading) take(ctx context.Context, p *place, got pulled) error {
	id := got.shape.ID.number()
	p.spot = spot{string(got.shape.Created), id}
	was, err := r.wasKnown(ctx, id)
	if err != nil {
		return err
	}
	if got.shape.gone() {
		if !was {
			return nil
		}
		stone := &desk.Ticket{Meta: desk.Meta{ID: got.ID, Updated: got.Updated, Deleted: true}}
		return r.give(connectors.Item{Record: stone, Cursor: p.cursor()})
	}
	if err := r.know(ctx, id, was); err != nil {
		return err
	}
	state := string(got.shape.Changed) + fmt.Sprint(len(got.shape.Articles))
	if r.brought[got.ID] == state && !p.from.IsZero() && was {
		return nil // what changed within this second comes with the next reading
	}
	if len(r.brought) < mostBrought {
		r.brought[got.ID] = state
	}
	if err := r.census.learn(ctx, got.shape); err != nil {
		return err
	}
	return r.give(connectors.Item{Record: got.Ticket, Cursor: p.cursor()})
}

func (r *reading) give(it connectors.Item) error {
	if !r.yield(it, nil) {
		return errStopped
	}
	return nil
}

// pull asks for a ticket with all that is said in it, and for its history.
func (s *Source) pull(ctx context.Context, id string) (*ticketShape, []historyShape, error) {
	t, err := s.whole(ctx, &s.spool, id)
	if err != nil || s.config.History == "no" || t.gone() {
		return t, nil, err
	}
	lines, err := s.history(ctx, id)
	return t, lines, err
}

// made makes the record.
func (s *Source) made(ctx context.Context, t *ticketShape, lines []historyShape) (*desk.Ticket, error) {
	r, err := s.record(ctx, t, &s.census)
	if err != nil {
		return nil, err
	}
	if r.Messages, err = s.messages(ctx, &s.spool, t, &s.census); err != nil {
		return nil, err
	}
	if len(t.Articles) > 0 {
		r.Channel = channel(&t.Articles[0])
	}
	return r, s.tell(ctx, t, r, lines, &s.census)
}
