package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// cover collects what the target's cover of a ticket has no room for: the lines that
// say it, and a print of it that stays the same when somebody is renamed or cannot be
// asked for.
type cover struct {
	t      *task
	lines  []string
	prints []string
}

func (c *cover) print() string { return hashOf(strings.Join(c.prints, "\n")) }

func (c *cover) say(field, what, value string) {
	if value = strings.TrimSpace(value); value != "" && !c.t.Writes.Keeps(desk.KindTicket, field) {
		c.lines, c.prints = append(c.lines, what+": "+value), append(c.prints, what+": "+value)
	}
}

func (c *cover) refer(ctx context.Context, field, what string, refs ...desk.Ref) {
	if c.t.Writes.Keeps(desk.KindTicket, field) {
		return
	}
	var names []string
	for _, ref := range refs {
		if ref.IsZero() {
			continue
		}
		names = append(names, c.t.nameOf(ctx, ref))
		c.prints = append(c.prints, fmt.Sprintf("%s: %s %s", what, ref.Kind, ref.ID))
	}
	if len(names) > 0 {
		c.lines = append(c.lines, what+": "+strings.Join(names, ", "))
	}
}

// coverOf is what the target's cover of a ticket has no room for.
func (t *task) coverOf(ctx context.Context, r *desk.Ticket) *cover {
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
	c.refer(ctx, "group", "Group", r.Group)
	c.refer(ctx, "assignee", "Assignee", r.Assignee)
	c.refer(ctx, "category", "Category", r.Category)
	c.refer(ctx, "participants", "Participants", r.Participants...)
	c.refer(ctx, "merged_into", "Merged into", r.MergedInto)
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
func (t *task) messageLine(ctx context.Context, i int, m *desk.Message) string {
	who := strings.TrimSpace(m.From.Name + " <" + m.From.Email + ">")
	if m.From == (desk.Address{}) {
		who = t.nameOf(ctx, m.Author)
	}
	kind := "message"
	if m.Note {
		kind = "note"
	}
	return strings.TrimRight(fmt.Sprintf("%d. %s, %s, %s", i+1, kind, cmp.Or(clock(m.At), "no time"), who), ", ")
}

// nameOf is what the source calls somebody or something; the id, where it cannot be
// asked.
func (t *task) nameOf(ctx context.Context, ref desk.Ref) string {
	if ref.IsZero() {
		return ""
	}
	if name, known := t.names.of(ref); known {
		return name
	}
	name := fmt.Sprintf("%s %s", ref.Kind, ref.ID)
	if t.fetcher != nil {
		rec, err := t.fetcher.Fetch(ctx, ref.Kind, ref.ID)
		if err == nil {
			name = cmp.Or(nameIn(rec), name)
		} else if ctx.Err() != nil {
			return name // who stops learns nothing
		}
	}
	t.names.learn(ref, name)
	return name
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
