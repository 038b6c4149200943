package itsm365

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/connectors/rest/census"
	"github.com/deskhaul/deskhaul/desk"
)

// No list of tickets can be asked for since a time. So each reading lists all with the time of
// their last change, and the comments and files with what they are of, for no source says that
// these are a change of their ticket; and reads the tickets that are not known so. They are
// read in the order of their numbers: a reading that is broken off goes on from there.

// listed is a ticket as a list shows it.
type listed struct {
	id   desk.ID
	says string // when it was last changed
	talk string // what its comments and files are
}

// known is what State keeps of a ticket: says and talk as of when it was read.
func known(says, talk string) string { return says + "|" + talk }

// reading is one reading of the tickets.
type reading struct {
	*Source
	at   place
	walk int64
	w    *rest.Walker

	anew  sync.Mutex       // one lists anew at a time
	still map[desk.ID]bool // what the last list anew has; nil before
}

func (s *Source) readTickets(ctx context.Context, after connectors.Cursor, give rest.Give) error {
	r := &reading{Source: s, at: parsePlace(after)}
	var err error
	if r.walk, err = s.books.Begin(ctx, desk.KindTicket, r.at.walk); err != nil {
		return err
	}
	r.w = &rest.Walker{Give: give, At: r.at.cursor()}
	all, err := s.listTickets(ctx, r.at.walk > 0)
	if err != nil {
		return err
	}
	due, err := r.due(ctx, all)
	if err != nil {
		return err
	}
	if err := r.readDue(ctx, due); err != nil {
		return err
	}
	if r.at.walk > 0 && s.config.Since == "" {
		there := map[desk.ID]bool{}
		for _, t := range all {
			there[t.id] = true
		}
		if err := s.books.Bury(ctx, desk.KindTicket, r.at.walk, r.walk, func(id desk.ID) bool { return there[id] }, r.w.Add); err != nil {
			return err
		}
	}
	if err := s.readAsOf(ctx, r.walk); err != nil {
		return err
	}
	return r.w.End(place{walk: r.walk}.cursor())
}

// listTickets are all tickets, in the order of their numbers; of a delta with what their
// comments and files are.
func (s *Source) listTickets(ctx context.Context, delta bool) ([]listed, error) {
	k := s.config.kind(desk.KindTicket)
	filter := k.filter()
	if err := s.sinceLast(ctx, delta, filter); err != nil {
		return nil, err
	}
	attrs := []string{"UUID", "metaClass"}
	if code := k.code("updated"); code != "" {
		attrs = append(attrs, code)
	}
	talks := map[desk.ID]string{}
	if delta && s.config.Deltas != ticketsOnly {
		var err error
		if talks, err = s.talks(ctx); err != nil {
			return nil, err
		}
	}
	var all []listed
	for r, err := range s.list(ctx, k.Class, filter, attrs) {
		if err != nil {
			return nil, err
		}
		if k.takes(r) {
			all = append(all, listed{r.id(), r.text(k.code("updated")), talks[r.id()]})
		}
	}
	slices.SortFunc(all, func(a, b listed) int {
		return cmp.Or(cmp.Compare(numberOf(a.id), numberOf(b.id)), strings.Compare(string(a.id), string(b.id)))
	})
	return all, nil
}

// due are the tickets that are not known as they are.
func (r *reading) due(ctx context.Context, all []listed) (due []listed, err error) {
	compares := r.at.walk > 0 && r.config.Deltas != ticketsOnly
	for _, t := range all {
		was, read, err := r.books.Of(ctx, desk.KindTicket, t.id)
		if err != nil {
			return nil, err
		}
		says, talk, _ := strings.Cut(was.Says, "|")
		if !read || says != t.says || t.says == "" && !compares || compares && talk != t.talk || was.Walk > r.at.walk && numberOf(t.id) > r.at.upTo {
			due = append(due, t)
		}
	}
	return due, nil
}

// whole is a ticket that was read; none if it is not there any more.
type whole struct {
	*desk.Ticket
	known string
}

func (r *reading) readDue(ctx context.Context, due []listed) error {
	list := func(yield func(listed, error) bool) {
		for _, t := range due {
			if !yield(t, nil) {
				return
			}
		}
	}
	read := func(ctx context.Context, t listed) (whole, error) {
		ticket, says, err := r.ticket(ctx, t.id)
		if errors.Is(err, connectors.ErrNotFound) {
			return whole{}, r.mayBeGone(ctx, t.id)
		}
		return whole{ticket, says}, err
	}
	return rest.Ahead(ctx, list, read, func(t listed, now whole) error {
		if now.Ticket == nil {
			return nil
		}
		if err := r.books.Note(ctx, desk.KindTicket, t.id, census.Entry{Says: now.known, Walk: r.walk}); err != nil {
			return err
		}
		if err := r.w.Add(now.Ticket); err != nil {
			return err
		}
		r.w.At = place{r.at.walk, max(r.at.upTo, numberOf(t.id))}.cursor()
		return nil
	})
}

// mayBeGone tells a ticket that was taken away since it was listed from one that the key may
// list and not read, as one client found of its own. What a list made anew has not is gone for
// all who come later, so that many that were taken away cost one list.
func (r *reading) mayBeGone(ctx context.Context, id desk.ID) error {
	r.anew.Lock()
	defer r.anew.Unlock()
	if r.still != nil && !r.still[id] {
		return nil
	}
	k, still := r.config.kind(desk.KindTicket), map[desk.ID]bool{}
	for row, err := range r.list(ctx, k.Class, k.filter(), []string{"UUID"}) {
		if err != nil {
			return err
		}
		still[row.id()] = true
	}
	if r.still = still; !still[id] {
		return nil
	}
	return &connectors.Trouble{
		Reason: connectors.ReasonUnreadable, Err: fmt.Errorf("ticket %s is listed, and get says that it is not there: %w", id, connectors.ErrDenied),
		Hint: "give the key's user the right to read single objects, or take the key of another user",
	}
}

// lastKey is where State keeps the walk that came to its end last, and when it began.
const lastKey = "tickets as of"

// sinceLast adds the filter by which an installation tells what changed lately.
func (s *Source) sinceLast(ctx context.Context, delta bool, filter map[string]any) error {
	if s.config.Since == "" || !delta {
		return nil
	}
	b, err := s.env.State.Get(ctx, lastKey)
	if err != nil || b == nil {
		return err
	}
	_, said, _ := strings.Cut(string(b), " ")
	if n, err := strconv.ParseInt(said, 10, 64); err == nil {
		filter[s.config.Since] = s.date(unix(n).Add(-day))
	}
	return nil
}

// readAsOf notes that a walk came to its end.
func (s *Source) readAsOf(ctx context.Context, walk int64) error {
	if s.config.Since == "" {
		return nil
	}
	return s.env.State.Put(ctx, lastKey, []byte(fmt.Sprintf("%d %d", walk, s.client.Now().Unix())))
}
