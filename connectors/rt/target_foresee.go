package rt

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func isPlanned(id desk.ID) bool { return strings.HasPrefix(string(id), connectors.PlannedID) }

// Foresee tells what RT would not keep of a record: of a ticket what account will find
// when it compares the ticket with what was written, from RT's rules (Ticket.pm, User.pm,
// CustomField.pm of RT 5, asked of a real server), the queues and their custom fields.
func (t *Target) Foresee(ctx context.Context, w connectors.Write) ([]connectors.Loss, error) {
	switch r := w.Record.(type) {
	case *desk.Ticket:
		if w.Message != nil {
			return nil, hasNUL(w.Message)
		}
		return t.foreseeTicket(ctx, r, w.Fields)
	case *desk.Contact:
		if w.Fields == nil || slices.Contains(w.Fields, "emails") {
			if err := mailable(r, addressOf(r)); err != nil {
				return nil, err
			}
		}
		return userLosses(r, w.Fields), nil
	case *desk.Agent:
		if w.Fields == nil || slices.Contains(w.Fields, "email") {
			if err := mailable(r, r.Email); err != nil {
				return nil, err
			}
		}
		return userLosses(r, w.Fields), nil
	case *desk.Organization:
		_, err := t.createOrganization(r)
		if err == nil && slices.Contains(w.Fields, "name") && desk.ID(r.Name) != w.ID && !isPlanned(w.ID) {
			err = renamedOrganization(w.ID, r)
		}
		return nil, err
	case *desk.Category:
		return nil, queueName(r)
	}
	return nil, nil
}

// mailable refuses what is plainly no address (RT/User.pm, ValidateEmailAddress, which an
// installation may have switched off: then more is taken than a plan says).
func mailable(r desk.Record, address string) error {
	local, domain, at := strings.Cut(address, "@")
	if address == "" || at && local != "" && domain != "" && !strings.ContainsAny(address, " \t\r\n") {
		return nil
	}
	return connectors.Refuse(connectors.ReasonRefused, "leave it out in the mapping, as deskhaul help mapping shows of contacts", "%s %s: %q is no address that RT takes", r.Kind(), r.About().ID, address)
}

// Unforeseen implements connectors.Unforeseen. None of it is told through REST 2.0.
func (t *Target) Unforeseen() []string {
	return []string{
		"Whether an agent may own the tickets of a queue (the right OwnTicket) RT tells only when a ticket is written: without it the ticket comes without its owner, which is told.",
		"How large a file may be (MaxAttachmentSize in RT's configuration) RT does not tell: a run stops at the first one that is too large, unless max_file says it.",
		"What RT makes of values of custom fields that are dates or addresses, and of such as have a pattern, is seen when they are written.",
	}
}

// queueName refuses what is no name of a queue (RT/Queue.pm, _ValidateName).
func queueName(r *desk.Category) error {
	if _, err := strconv.Atoi(r.Name); err == nil || r.Name == "" {
		return connectors.Refuse(connectors.ReasonRefused, "give it another name in the mapping", "category %s: %q is no name that RT takes for a queue", r.ID, r.Name)
	}
	return nil
}

func (t *Target) foreseeTicket(ctx context.Context, r *desk.Ticket, fields []string) ([]connectors.Loss, error) {
	for i := range r.Messages {
		if err := hasNUL(&r.Messages[i]); err != nil {
			return nil, err
		}
	}
	q, err := t.queueFor(ctx, r)
	if err == nil && fields == nil {
		err = closed(q, r)
	}
	if err != nil {
		return nil, err
	}
	back, err := t.foreseen(ctx, q, r)
	if err != nil {
		return nil, err
	}
	want, kept := t.accounted(r)
	if fields != nil {
		want.MergedInto, kept = r.MergedInto, t.changed(fields)
		back.Created = time.Time{} // RT takes it with a new ticket alone
	}
	return t.choices(ctx, q, losses(want, back, kept, nil))
}

// queueFor is the queue that a ticket goes into: of one that is only planned, the
// standard one, since custom fields are applied to all queues or are missing there.
func (t *Target) queueFor(ctx context.Context, r *desk.Ticket) (*queueShape, error) {
	name := string(r.Category.Target)
	if name == "" || isPlanned(r.Category.Target) {
		name = t.config.queue()
	}
	q, err := t.queue(ctx, name)
	if errors.Is(err, connectors.ErrDenied) { // the run would stop; a plan goes on, and says so of each ticket
		err = connectors.Refuse(connectors.ReasonRefused, "", "ticket %s: %v", r.ID, err)
	}
	return q, err
}

// foreseen is a ticket as RT would give it back.
func (t *Target) foreseen(ctx context.Context, q *queueShape, r *desk.Ticket) (*desk.Ticket, error) {
	var unknown error
	who := func(ref desk.Ref) desk.Ref {
		if isPlanned(ref.Target) {
			return desk.To(ref.Kind, ref.Target)
		}
		ref, err := t.person(ctx, text(ref.Target))
		unknown = errors.Join(unknown, err)
		return ref
	}
	back := &desk.Ticket{
		Subject: cut(onLine(r.Subject), mostSubject), Status: t.config.status(t.config.word(r.Status)), Priority: priority(rank(r.Priority)),
		Category: desk.To(desk.KindCategory, r.Category.Target), Due: since1970(r.Due), Solved: t.solved(r), MergedInto: r.MergedInto,
	}
	back.ID, back.Mark, back.Created = r.ID, r.Mark, since1970(r.Created)
	if owner := who(r.Assignee); owner.Kind == desk.KindAgent { // RT lets no other own a ticket
		back.Assignee = owner
	}
	if r.Category.Target == "" {
		back.Category = desk.To(desk.KindCategory, desk.ID(q.ID))
		if err := t.unshelve(ctx, back); err != nil {
			return nil, err
		}
	}
	back.Requester = who(r.Requester)
	for _, p := range r.Participants {
		if ref := who(p); !ref.IsZero() && ref != back.Requester && !slices.Contains(back.Participants, ref) {
			back.Participants = append(back.Participants, ref)
		}
	}
	if unknown != nil {
		return nil, unknown
	}
	slices.SortStableFunc(back.Participants, func(a, b desk.Ref) int { return rankOf(r, a) - rankOf(r, b) })
	return back, t.foreseeFields(ctx, q, r, back)
}

// rankOf puts those in copy before the agents in copy, as RT lists them.
func rankOf(r *desk.Ticket, ref desk.Ref) int {
	for _, p := range r.Participants {
		if p.Target == ref.ID && p.Kind == desk.KindAgent {
			return 1
		}
	}
	return 0
}

// solved is when RT says that a ticket was solved. One that can be closed only when it
// stands is closed now, whatever was written.
func (t *Target) solved(r *desk.Ticket) time.Time {
	word := t.config.word(r.Status)
	if over := r.Status == desk.StatusSolved || r.Status == desk.StatusClosed; over && onlyLater(word) {
		return t.now()
	}
	return since1970(r.Solved)
}

// since1970 is a time as RT keeps it: one before is none.
func since1970(at time.Time) time.Time {
	if at = at.Truncate(time.Second); at.Unix() <= 0 {
		return time.Time{}
	}
	return at
}

// Lengths of columns in bytes (etc/schema.Pg of RT 5); what is longer RT cuts without a
// word (DBIx::SearchBuilder::Record, TruncateValue).
const mostSubject = 200

var mostOfUsers = map[string]int{
	"RealName": 120, "EmailAddress": 120, "Organization": 200, "Lang": 16, "Timezone": 50,
	"WorkPhone": 30, "MobilePhone": 30, "HomePhone": 30, "PagerPhone": 30,
}

// cut is a text cut to so many bytes, and to whole letters.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "")
}

// onLine is a text without line ends: RT would take them out of subjects, and the words
// around them together.
func onLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' }), " ")
}
