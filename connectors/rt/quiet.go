package rt

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
)

// watch sees to it that RT keeps quiet. REST 2.0 does not tell which scrips there are;
// the only sign of them is what they leave in the history: that an e-mail was sent, or
// that RT itself changed a status. The first writes of a run are each looked after,
// then a few together: whatever queue they went to, one search finds what they set off.
type watch struct {
	first
	mu   sync.Mutex
	base int       // the last transaction that was looked at; 0 none yet
	all  int       // writes so far
	due  int       // writes that were not looked after
	at   time.Time // of the last look
}

const (
	lookAtEach  = 20 // so many writes are looked after one by one
	lookAfter   = 10 // then so many at a time
	lookAtLeast = 5 * time.Second
)

// listen looks after a write to a ticket, if it is time to.
func (t *Target) listen(ctx context.Context, ticket string) error {
	if t.config.Quiet != quietScrips { // nobody promised anything
		return nil
	}
	w, now := &t.watch, t.now()
	w.mu.Lock()
	base := w.base
	w.all++
	w.due++
	if base > 0 && w.all > lookAtEach && w.due < lookAfter && now.Sub(w.at) < lookAtLeast {
		w.mu.Unlock()
		return nil
	}
	w.due, w.at = 0, now
	w.mu.Unlock()
	last, err := t.look(ctx, ticket, base)
	w.mu.Lock()
	defer w.mu.Unlock()
	if base == 0 && last <= w.after { // RT found nothing to change, so nothing was heard
		return err
	}
	w.base = max(w.base, last)
	switch {
	case err == nil:
		w.heard.Store(true)
	case base == 0 && errors.Is(err, connectors.ErrDenied): // it holds the gate
		w.err = err
	}
	return err
}

// look looks at what happened since a transaction; where none is known yet, at what
// the first write set off in its ticket.
func (t *Target) look(ctx context.Context, ticket string, base int) (last int, err error) {
	call, after := history(ticket), t.watch.after
	if base > 0 {
		query := fmt.Sprintf("ObjectType = 'RT::Ticket' AND id > %d AND (Type = 'EmailRecord' OR Type = 'CommentEmailRecord' OR Type = 'Status')", base)
		call, after = search("transactions", query, call.Query.Get("fields"), "id"), base
	}
	call.Query.Set("per_page", perPage)
	var p page[transactionShape]
	if _, err := t.client.JSON(ctx, call, &p); err != nil {
		return 0, err
	}
	return heardIn(p.Items, after)
}

// heardIn is the last of some transactions, in whatever order they come, and what those
// after one say of scrips that are not disabled: first of all that an e-mail was sent, for
// no run goes on after that.
func heardIn(all []transactionShape, after int) (last int, err error) {
	for _, tx := range all {
		last = max(last, number(tx.ID))
		if number(tx.ID) <= after || errors.Is(err, connectors.ErrMailed) {
			continue
		}
		if heard := noise(tx); err == nil || errors.Is(heard, connectors.ErrMailed) {
			err = heard
		}
	}
	return last, err
}

// noise is what a transaction says of scrips that are not disabled.
func noise(tx transactionShape) error {
	switch {
	case tx.isMail():
		return connectors.Mailed(fmt.Errorf("ticket %s: RT has sent an e-mail (transaction %s) – disable all scrips in RT (Admin → Scrips), and look who got it: %w", tx.ObjectID, tx.ID, connectors.ErrDenied))
	case tx.Type == "Status" && tx.Creator.ID == "RT_System":
		return fmt.Errorf("ticket %s: a scrip of RT's changed the status (transaction %s) – disable all scrips in RT (Admin → Scrips), not only those that write e-mails, and run again: %w", tx.ObjectID, tx.ID, connectors.ErrDenied)
	}
	return nil
}
