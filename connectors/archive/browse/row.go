package browse

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/archive"
	"github.com/deskhaul/deskhaul/desk"
)

// row is one ticket in a list.
type row struct {
	archive.Summary
	Left string // the rule that leaves it out, then nothing else of it is shown
}

// list is some lines of tickets.
type list []row

// Numbered tells whether any has a number to quote.
func (l list) Numbered() bool {
	return slices.ContainsFunc(l, func(r row) bool { return r.Number != "" })
}

// Assigned tells whether any has an assignee.
func (l list) Assigned() bool {
	return slices.ContainsFunc(l, func(r row) bool { return r.Assignee.ID != "" })
}

// longSubject is how many characters of a subject a list shows; the conversation
// shows all of it.
const longSubject = 200

func shortened(subject string) string {
	n := 0
	for at := range subject {
		if n++; n > longSubject {
			return subject[:at] + "…"
		}
	}
	return subject
}

// ticketName is what people quote: "#" and the number; "" if there is none.
func ticketName(number string) string {
	if number == "" || strings.HasPrefix(number, "#") {
		return number
	}
	return "#" + number
}

// rows turns summaries into what the view shows of them.
func (s *Site) rows(ctx context.Context, found []archive.Summary) (list, error) {
	out := make(list, len(found))
	names := s.namer(ctx)
	for i, one := range found {
		out[i] = row{Summary: one}
		if s.options.View == nil {
			continue
		}
		if err := s.rewrite(ctx, &out[i], names); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// rewrite makes a row say what the view says of the ticket.
func (s *Site) rewrite(ctx context.Context, r *row, names *namer) error {
	t, err := s.library.Ticket(ctx, r.ID)
	if errors.Is(err, connectors.ErrNotFound) {
		r.Left = "the archive: it was taken back"
		return nil
	}
	if err != nil {
		return err
	}
	if r.Left, err = s.view(ctx, t); err != nil || r.Left != "" {
		r.Summary = archive.Summary{ID: r.ID, Source: r.Source, Number: r.Number, Last: r.Last, Messages: r.Messages}
		return err
	}
	r.Number, r.Subject, r.Status, r.Priority = t.Number, t.Subject, t.Status, t.Priority
	r.Channel, r.Tags, r.Created, r.Messages = t.Channel, t.Tags, t.Created, int64(len(t.Messages))
	r.Files, r.Last = 0, time.Time{}
	for i := range t.Messages {
		r.Files += int64(len(t.Messages[i].Files))
		if t.Messages[i].At.After(r.Last) {
			r.Last = t.Messages[i].At
		}
	}
	for _, x := range []struct {
		into *archive.Label
		ref  desk.Ref
	}{{&r.Requester, t.Requester}, {&r.Assignee, t.Assignee}, {&r.Group, t.Group}, {&r.Category, t.Category}} {
		if *x.into, err = names.label(x.ref); err != nil {
			return fmt.Errorf("ticket %s: %w", r.ID, err)
		}
	}
	if !says(t, r.Snippet) {
		r.Snippet = nil
	}
	return nil
}

// says tells whether the ticket, as the view shows it, still says what the search
// found in it: a mapping may have blacked it out.
func says(t *desk.Ticket, snippet []archive.Span) bool {
	var b strings.Builder
	for _, span := range snippet {
		if span.Text != "…" {
			b.WriteString(span.Text)
		}
	}
	for i := range t.Messages {
		if strings.Contains(t.Messages[i].Text, b.String()) {
			return true
		}
	}
	return false
}
