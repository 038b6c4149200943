package zendesk

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"

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
	return rest.Ahead(ctx, s.inExport(ctx, from), func(ctx context.Context, t fromExport) (connectors.Item, error) {
		return s.ticketItem(ctx, w, t.ticketShape, t.solved)
	}, func(t fromExport, it connectors.Item) error {
		it.Cursor = t.after
		if !yield(it, nil) {
			return errStopped
		}
		return ctx.Err()
	})
}

// fromExport is a ticket of an export, when it was solved, and the place after it.
type fromExport struct {
	*ticketShape
	solved rest.Moment
	after  connectors.Cursor
}

// inExport goes through the pages of the export; their places are all that there are.
func (s *Source) inExport(ctx context.Context, from walk) iter.Seq2[fromExport, error] {
	return func(yield func(fromExport, error) bool) {
		err := s.pages(ctx, "tickets", "metric_sets", from, func(p *exportPage, before, after walk) error {
			solved := map[int64]rest.Moment{}
			for _, m := range p.Metrics {
				solved[m.TicketID] = m.Solved
			}
			for i := range p.Tickets {
				t := fromExport{&p.Tickets[i], solved[p.Tickets[i].ID], before.cursor()}
				if i == len(p.Tickets)-1 {
					t.after = after.cursor()
				}
				if !yield(t, nil) {
					return errStopped
				}
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStopped) {
			yield(fromExport{}, err)
		}
	}
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
