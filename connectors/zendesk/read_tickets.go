package zendesk

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// readTickets walks through the export, which holds deleted and archived tickets,
// and asks for the comments of each ticket: the export lacks them.
func (s *Source) readTickets(ctx context.Context, from walk, yield yielder) error {
	w, err := s.words(ctx)
	if err != nil {
		return err
	}
	return s.pages(ctx, "tickets", "metric_sets", from, func(p *exportPage, before, after walk) error {
		solved := map[int64]rest.Moment{}
		for _, m := range p.Metrics {
			solved[m.TicketID] = m.Solved
		}
		last := len(p.Tickets) - 1
		return ahead(ctx, p.Tickets, func(ctx context.Context, t *ticketShape) (connectors.Item, error) {
			return s.ticketItem(ctx, w, t, solved[t.ID])
		}, func(i int, it connectors.Item) error {
			if it.Cursor = before.cursor(); i == last {
				it.Cursor = after.cursor()
			}
			if !yield(it, nil) {
				return errStopped
			}
			return ctx.Err()
		})
	})
}

// ticketItem is a ticket with its comments. One that was deleted between the export
// and the question is set aside; the next export says that it is gone.
func (s *Source) ticketItem(ctx context.Context, w *words, t *ticketShape, solved rest.Moment) (connectors.Item, error) {
	if t.Status == "deleted" {
		return connectors.Item{Record: w.ticket(t, nil, solved.Time)}, nil
	}
	r, err := s.whole(ctx, w, t, solved)
	if errors.Is(err, connectors.ErrNotFound) {
		return connectors.Item{Aside: &connectors.Aside{
			Kind: desk.KindTicket, ID: number(t.ID), Reason: connectors.ReasonVanished,
			Detail: fmt.Sprintf("ticket %d: the export tells of it, and Zendesk does not know its comments: it may have been deleted meanwhile; the next run will say", t.ID),
		}}, nil
	}
	if err != nil {
		return connectors.Item{}, err
	}
	return connectors.Item{Record: r}, nil
}

// whole is a ticket with its comments and, where it is wanted, its history.
func (s *Source) whole(ctx context.Context, w *words, t *ticketShape, solved rest.Moment) (*desk.Ticket, error) {
	comments, err := s.comments(ctx, number(t.ID))
	if err != nil {
		return nil, err
	}
	r := w.ticket(t, comments, solved.Time)
	if s.config.History && !s.ours {
		err = s.history(ctx, w, r)
	}
	return r, err
}

func (s *Source) comments(ctx context.Context, ticket desk.ID) (all []commentShape, err error) {
	q := url.Values{"include_inline_images": {"true"}}
	for c, err := range listing[commentShape](ctx, s.client, "tickets/"+string(ticket)+"/comments", "comments", q) {
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// inFlight is how many tickets' comments are asked for at once: an answer takes
// longer than the time that the account's rate leaves between two calls.
const inFlight = 8

// ahead does fn for every item, a few of them at once, and hands over what came of
// them in order. It ends at the first error, when nothing is under way any more.
func ahead[T, R any](ctx context.Context, items []T, fn func(context.Context, *T) (R, error), take func(int, R) error) error {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	type outcome struct {
		r   R
		err error
	}
	out := make([]chan outcome, len(items))
	start := func(i int) {
		out[i] = make(chan outcome, 1)
		wg.Go(func() {
			r, err := fn(ctx, &items[i])
			out[i] <- outcome{r, err}
		})
	}
	for i := range min(inFlight, len(items)) {
		start(i)
	}
	for i := range items {
		o := <-out[i]
		if out[i] = nil; o.err != nil {
			return o.err
		}
		if next := i + inFlight; next < len(items) {
			start(next)
		}
		if err := take(i, o.r); err != nil {
			return err
		}
	}
	return nil
}
