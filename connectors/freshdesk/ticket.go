package freshdesk

import (
	"context"
	"net/url"
	"slices"

	"github.com/deskhaul/deskhaul/desk"
)

// fewTalks is how many conversations a ticket brings along when it is asked for
// them; the rest is in a list of its own.
const fewTalks = 10

// spamField is true in tickets that are marked as spam. No custom field is called so: the
// account puts cf_ before their names.
const spamField = "spam"

// fetchShape reads a ticket with all its conversations, oldest first.
func (a *api) fetchShape(ctx context.Context, id int64) (ticketShape, error) {
	return a.fetchIncluding(ctx, id, "conversations,stats")
}

// fetchListed does the same for a ticket of a list, which tells when it was solved and
// closed: asking for that again would cost a third more.
func (a *api) fetchListed(ctx context.Context, row ticketShape) (ticketShape, error) {
	include := "conversations"
	if s := a.config.status(row.Status, ""); row.Stats.Resolved.IsZero() && (s == desk.StatusSolved || s == desk.StatusClosed) {
		include = "conversations,stats"
	}
	t, err := a.fetchIncluding(ctx, row.ID, include)
	if t.Stats.Resolved.IsZero() {
		t.Stats = row.Stats
	}
	return t, err
}

func (a *api) fetchIncluding(ctx context.Context, id int64, include string) (t ticketShape, err error) {
	path := "tickets/" + string(idOf(id))
	err = a.get(ctx, path, url.Values{"include": {include}}, &t)
	if status(err) == 404 && a.config.Archived != "no" {
		return a.fetchArchived(ctx, id)
	}
	if err == nil && len(t.Talks) >= fewTalks {
		t.Talks, err = a.talks(ctx, path)
	}
	t.sortTalks()
	return t, err
}

// fetchArchived is the same for a ticket that was archived: only there is it then, and
// it brings nothing along.
func (a *api) fetchArchived(ctx context.Context, id int64) (t ticketShape, err error) {
	path := "tickets/archived/" + string(idOf(id))
	if err = a.get(ctx, path, nil, &t); err == nil {
		t.Talks, err = a.talks(ctx, path)
	}
	t.Archived = true
	t.sortTalks()
	return t, err
}

func (t *ticketShape) sortTalks() {
	slices.SortStableFunc(t.Talks, func(a, b talkShape) int { return a.Created.Compare(b.Created.Time) })
}

// talks are the conversations of the ticket at a path.
func (a *api) talks(ctx context.Context, path string) (all []talkShape, err error) {
	for k, err := range pages[talkShape](ctx, a, path+"/conversations", nil) {
		if err != nil {
			return nil, err
		}
		all = append(all, k)
	}
	return all, nil
}

// ticket makes the record.
func (a *api) ticket(ctx context.Context, agents map[int64]bool, s schema, t ticketShape) (*desk.Ticket, error) {
	r := &desk.Ticket{
		Number: string(idOf(t.ID)), Subject: t.Subject, Status: a.config.status(t.Status, s.statuses[t.Status]), Priority: priority(t.Priority),
		Type: ticketType(t.Type), Channel: channel(t.Source, s.sources[t.Source]), Group: desk.To(desk.KindGroup, idOf(t.Group)),
		Category: desk.To(desk.KindCategory, idOf(t.Product)), Due: t.Due.Time,
	}
	if t.Requester != 0 {
		r.Requester = person(agents, t.Requester)
	}
	if t.Responder != 0 {
		r.Assignee = person(agents, t.Responder)
	}
	r.ID, r.Created, r.Updated, r.URL = idOf(t.ID), t.Created.Time, t.Updated.Time, a.Link(desk.KindTicket, idOf(t.ID))
	if r.Status == desk.StatusSolved || r.Status == desk.StatusClosed {
		r.Solved, r.Closed = t.Stats.Resolved.Time, t.Stats.Closed.Time
	}
	setFields(&r.Meta, map[string]any{"status": s.statuses[t.Status]}, t.Custom)
	if t.Spam {
		r.SetField(spamField, true)
	}
	if t.Archived {
		r.SetField("archived", true)
	}
	if a.unmark(r, t); r.Mark != "" && r.Subject == noSubject {
		r.Subject = ""
	}
	if err := a.rating(ctx, t.ID, r); err != nil {
		return nil, err
	}
	r.Messages = a.messages(agents, t, r.Mark != "")
	return r, nil
}

// unmark takes our mark from where the writer puts it.
func (a *api) unmark(r *desk.Ticket, t ticketShape) {
	if name := a.config.MarkField; name != "" {
		r.Mark, _ = t.Custom[name].(string)
		delete(r.Fields, name)
	}
	for _, tag := range t.Tags {
		if isMark.MatchString(tag) {
			if r.Mark == "" {
				r.Mark = tag
			}
			continue
		}
		r.Tags = append(r.Tags, tag)
	}
}
