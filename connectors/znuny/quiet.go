package znuny

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// watch sees to it that Znuny keeps quiet: what it mails about a ticket stands in the
// ticket's history. The first write of an opening goes alone and is looked after, the next
// ones each, and then some.
type watch struct {
	gate  turn
	heard atomic.Bool // Znuny was looked at after a write, and was quiet
	err   error       // it was not; kept by gate
	all   atomic.Int64
}

const (
	lookAtEach = 20 // so many writes are looked after one by one
	lookAtOne  = 10 // then one of so many
)

// mailed are the lines of history that tell of an e-mail. A response of the type auto remove
// is an article with a line of no sort (Email.pm, SendAutoResponse); no other such has one.
var mailed = []string{
	"SendAutoReject", "SendAutoReply", "SendAutoFollowUp", "SendAgentNotification", "SendCustomerNotification",
	"SendAnswer", "EmailAgent", "EmailResend", "Forward", "Bounce",
}

// quietly calls what writes to a ticket, alone until Znuny was found quiet: if people hear
// of it, they hear of one ticket.
func quietly[T any](ctx context.Context, t *Target, write func() (T, error)) (got T, err error) {
	w := &t.watch
	if w.heard.Load() || t.config.History == "no" {
		return write()
	}
	if err := w.gate.take(ctx); err != nil {
		return got, err
	}
	defer w.gate.give()
	if w.err != nil {
		return got, w.err
	}
	return write()
}

// listen looks after a write to a ticket that began at a time, if it is the turn of it.
func (t *Target) listen(ctx context.Context, ticket string, began time.Time) error {
	w := &t.watch
	n := w.all.Add(1)
	if t.config.History == "no" || n > lookAtEach && n%lookAtOne != 0 {
		return nil
	}
	said, err := t.mails(ctx, ticket, began)
	switch {
	case err != nil:
		return err
	case len(said) > 0:
		err = connectors.Mailed(fmt.Errorf("ticket %s: Znuny has mailed somebody (%s) – set all ticket notifications invalid (Admin → Ticket Notifications), see that no queue has an automatic response of the type auto remove, and look who got it: %w", ticket, said[0], connectors.ErrDenied))
		if !w.heard.Load() { // it holds the gate
			w.err = err
		}
		return err
	}
	w.heard.Store(true)
	return nil
}

// mails are the e-mails that our writes to a ticket set off since a time.
func (t *Target) mails(ctx context.Context, ticket string, since time.Time) (out []string, err error) {
	lines, err := t.history(ctx, ticket)
	if err != nil {
		return nil, err
	}
	for i := range lines {
		h := &lines[i]
		isMail := slices.Contains(mailed, string(h.Type)) || h.Type == "Misc" && h.Article.set()
		ours := h.CreateBy == lines[0].CreateBy // the ticket is ours, and so is who made it
		if ours && isMail && !t.config.at(h.Created).Before(since.Add(-2*time.Second)) {
			out = append(out, string(h.Type)+" "+strings.Join(h.parts(), " "))
		}
	}
	return out, nil
}

// Mails are the e-mails about a ticket, as its history tells them.
func (t *Target) Mails(ctx context.Context, ticket desk.ID) ([]string, error) {
	return t.mails(ctx, string(ticket), time.Time{})
}
