package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// cover is what the target's cover of a ticket has no room for.
type cover struct {
	t   *task
	all []left
}

// left is one thing of it: a value, or references.
type left struct {
	what, value string
	refs        []desk.Ref
}

func (c *cover) say(field, what, value string) {
	if value = strings.TrimSpace(value); value != "" && !c.t.Writes.Keeps(desk.KindTicket, field) {
		c.all = append(c.all, left{what: what, value: value})
	}
}

func (c *cover) refer(field, what string, refs ...desk.Ref) {
	refs = slices.DeleteFunc(slices.Clone(refs), desk.Ref.IsZero)
	if len(refs) > 0 && !c.t.Writes.Keeps(desk.KindTicket, field) {
		c.all = append(c.all, left{what: what, refs: refs})
	}
}

// print stays the same when somebody is renamed.
func (c *cover) print() string {
	var lines []string
	for _, l := range c.all {
		line := l.what + ": " + l.value
		for _, ref := range l.refs {
			line += fmt.Sprintf("%s %s, ", ref.Kind, ref.ID)
		}
		lines = append(lines, line)
	}
	return hashOf(strings.Join(lines, "\n"))
}

// lines say it to people.
func (c *cover) lines(ctx context.Context) (lines []string, err error) {
	for _, l := range c.all {
		names := make([]string, len(l.refs))
		for i, ref := range l.refs {
			if names[i], err = c.t.nameOf(ctx, ref); err != nil {
				return nil, fmt.Errorf("%s %s, to which a ticket refers: %w", ref.Kind, ref.ID, err)
			}
		}
		lines = append(lines, l.what+": "+l.value+strings.Join(names, ", "))
	}
	return lines, nil
}

// coverOf is what the target's cover of a ticket has no room for.
func (t *task) coverOf(r *desk.Ticket) *cover {
	c := &cover{t: t}
	c.say("number", "Number", r.Number)
	c.say("url", "Address", r.URL)
	c.say("created", "Created", clock(r.Created))
	c.say("due", "Due", clock(r.Due))
	c.say("solved", "Solved", clock(r.Solved))
	c.say("closed", "Closed", clock(r.Closed))
	c.say("type", "Type", r.Type)
	c.say("channel", "Came by", r.Channel)
	c.say("priority", "Priority", string(r.Priority))
	c.say("tags", "Tags", strings.Join(slices.Sorted(slices.Values(r.Tags)), ", "))
	c.refer("group", "Group", r.Group)
	c.refer("assignee", "Assignee", r.Assignee)
	c.refer("category", "Category", r.Category)
	c.refer("participants", "Participants", r.Participants...)
	c.refer("merged_into", "Merged into", r.MergedInto)
	if r.Rating != nil {
		c.say("rating", "Rating", r.Rating.Score+" "+r.Rating.Comment+" "+clock(r.Rating.At))
	}
	for _, h := range r.History {
		c.say("history", "Status", fmt.Sprintf("%s → %s, %s", h.From, h.To, clock(h.At)))
	}
	for _, name := range slices.Sorted(maps.Keys(r.Fields)) {
		c.say("fields."+name, name, fmt.Sprint(r.Fields[name]))
	}
	return c
}

// unnoted are the fields of a ticket that coverOf leaves out.
var unnoted = []string{"subject", "status", "requester", "mark", "updated"}

// inNote tells whether what the target has no room for stands in the private note of
// the ticket.
func (t *task) inNote(kind desk.Kind, name string) bool {
	switch {
	case !t.noted:
		return false
	case kind == desk.KindTicket:
		return !slices.Contains(unnoted, name)
	}
	return t.messageLeftovers() && (name == "at" || name == "from" || name == "author")
}

func clock(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format("2006-01-02 15:04:05 UTC")
}

// messageLine says when a message was written, and by whom.
func (t *task) messageLine(ctx context.Context, i int, m *desk.Message) (string, error) {
	who := strings.TrimSpace(m.From.Name + " <" + m.From.Email + ">")
	if m.From == (desk.Address{}) {
		var err error
		if who, err = t.nameOf(ctx, m.Author); err != nil {
			return "", err
		}
	}
	kind := "message"
	if m.Note {
		kind = "note"
	}
	return strings.TrimRight(fmt.Sprintf("%d. %s, %s, %s", i+1, kind, cmp.Or(clock(m.At), "no time"), who), ", "), nil
}

// nameOf is what the source calls somebody or something; the id, where the source
// knows nothing of it. The note is the one place that will say so: a source that
// cannot tell now is asked again another time.
func (t *task) nameOf(ctx context.Context, ref desk.Ref) (string, error) {
	if ref.IsZero() {
		return "", nil
	}
	if name, known := t.names.of(ref); known {
		return name, nil
	}
	name := fmt.Sprintf("%s %s", ref.Kind, ref.ID)
	if t.fetcher != nil {
		rec, err := t.fetcher.Fetch(ctx, ref.Kind, ref.ID)
		nothing := errors.Is(err, connectors.ErrNotFound) || errors.Is(err, connectors.ErrUnsupported) || errors.Is(err, connectors.ErrRefused)
		if err != nil && !nothing {
			return "", err
		}
		if err == nil {
			name = cmp.Or(nameIn(rec), name)
		}
	}
	t.names.learn(ref, name)
	return name, nil
}

func nameIn(rec desk.Record) string {
	switch r := rec.(type) {
	case *desk.Contact:
		return strings.TrimSpace(r.Name + " " + strings.Join(r.Emails, ", "))
	case *desk.Agent:
		return strings.TrimSpace(r.Name + " " + r.Email)
	case *desk.Organization:
		return r.Name
	case *desk.Group:
		return r.Name
	case *desk.Category:
		return r.Name
	case *desk.Ticket:
		return strings.TrimSpace(cmp.Or(r.Number, string(r.ID)) + " " + r.Subject)
	}
	return ""
}

// manyNames is how many names are remembered before they are asked for anew.
const manyNames = 1000

// names are what records are called that many tickets refer to.
type names struct {
	mu  sync.Mutex
	all map[desk.Ref]string
}

func (n *names) of(ref desk.Ref) (string, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	name, known := n.all[ref]
	return name, known
}

func (n *names) learn(ref desk.Ref, name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.all == nil || len(n.all) >= manyNames {
		n.all = map[desk.Ref]string{}
	}
	n.all[ref] = name
}
