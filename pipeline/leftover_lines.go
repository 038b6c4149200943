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

// cover is what the target's cover of a ticket cannot hold: it has no room for it, or
// it foresees that it is lost.
type cover struct {
	t    *task
	lost map[string]bool
	all  []left
}

// left is one thing of it: a value, or references.
type left struct {
	what, value string
	refs        []desk.Ref
}

func (c *cover) say(field, what, value string) {
	if value = strings.TrimSpace(value); value != "" && c.holds(field) {
		c.all = append(c.all, left{what: what, value: value})
	}
}

// holds tells whether a field belongs into the note, which then covers it.
func (c *cover) holds(field string) bool {
	if c.t.Writes.Keeps(desk.KindTicket, field) && !c.lost[field] {
		return false
	}
	if c.t.covered == nil {
		c.t.covered = map[string]bool{}
	}
	c.t.covered[field] = c.t.noted
	return true
}

func (c *cover) refer(field, what string, refs ...desk.Ref) {
	refs = slices.DeleteFunc(slices.Clone(refs), desk.Ref.IsZero)
	if len(refs) > 0 && c.holds(field) {
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

// coverOf is what the target's cover of a ticket cannot hold.
func (t *task) coverOf(r *desk.Ticket, lost map[string]bool) *cover {
	c := &cover{t: t, lost: lost}
	c.say("subject", "Subject", r.Subject)
	c.say("status", "Status now", string(r.Status))
	c.refer("requester", "Asked by", r.Requester)
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

// NoteHolds tells whether the private note that leftovers asks for would hold what is
// lost. Of a message it holds what the target has no room for, but no second body and no place in a text; of a
// ticket all that a target has no room for or foresees to lose.
func NoteHolds(kind desk.Kind, loss connectors.Loss) bool {
	_, ofMessage := strings.CutPrefix(loss.Field, "message.")
	switch {
	case kind == desk.KindMessage:
		return loss.Why == connectors.WhyNoRoom && loss.Field != "message.html" && loss.File == "" && loss.Field != "message.cid"
	case kind != desk.KindTicket || ofMessage || loss.Field == "file" || loss.Why == connectors.WhyReference || loss.Why == connectors.WhyRedacted:
		return false
	case loss.Why == connectors.WhyFixed, loss.Why == connectors.WhyNobody && loss.Field == "requester":
		return false // what is lost later on is not foreseen of a new ticket; and nobody is nothing to note
	}
	return true
}

// inNote tells whether what the target has no room for stands in the private note of
// the ticket.
func (t *task) inNote(kind desk.Kind, name string) bool {
	if kind == desk.KindMessage {
		return t.noted && name != "html"
	}
	return kind == desk.KindTicket && t.covered[name]
}

// notedOf are the fields of a message that the note holds: all that it lacks but for a
// second body, which can be as long as the whole ticket.
func (t *task) notedOf(m *desk.Message) []string {
	return slices.DeleteFunc(t.lackingOf(m), func(name string) bool { return !t.inNote(desk.KindMessage, name) })
}

func clock(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format("2006-01-02 15:04:05 UTC")
}

// messageLine says what the target has no room for of a message; "" if of nothing.
// Which message it is, is told by its number, and by when and by whom it was written.
func (t *task) messageLine(ctx context.Context, i int, m *desk.Message) (string, error) {
	lacking := t.notedOf(m)
	if len(lacking) == 0 {
		return "", nil
	}
	who := strings.TrimSpace(m.From.Name + " <" + m.From.Email + ">")
	if m.From == (desk.Address{}) || slices.Contains(lacking, "author") && !slices.Contains(lacking, "from") {
		name, err := t.nameOf(ctx, m.Author)
		if err != nil {
			return "", err
		}
		who = cmp.Or(name, strings.Trim(who, "< >"))
	}
	kind := "message"
	if m.Note {
		kind = "note"
	}
	line := strings.TrimRight(fmt.Sprintf("%d. %s, %s, %s", i+1, kind, cmp.Or(clock(m.At), "no time"), who), ", ")
	for _, name := range lacking {
		if said := saidBy(m, name); said != "" {
			line += "; " + said
		}
	}
	return line, nil
}

// saidBy is a field of a message in words, but for those with which its line begins.
func saidBy(m *desk.Message, name string) string {
	list := func(what string, all []desk.Address) string {
		var names []string
		for _, a := range all {
			names = append(names, strings.TrimSpace(a.Name+" <"+a.Email+">"))
		}
		return what + ": " + strings.Join(names, ", ")
	}
	switch name {
	case "to":
		return list("to", m.To)
	case "cc":
		return list("copy", m.CC)
	case "bcc":
		return list("blind copy", m.BCC)
	case "channel":
		return "came by: " + m.Channel
	case "subject":
		return "subject: " + m.Subject
	case "message_id":
		return "message id: <" + m.MessageID + ">"
	case "in_reply_to":
		return "in reply to: <" + m.InReplyTo + ">"
	case "references":
		return "references: <" + strings.Join(m.References, "> <") + ">"
	case "text":
		return "text: " + m.Text
	case "files":
		var names []string
		for _, f := range m.Files {
			names = append(names, f.Name)
		}
		return "files: " + strings.Join(names, ", ")
	}
	if custom, ok := strings.CutPrefix(name, "fields."); ok {
		return custom + ": " + fmt.Sprint(m.Fields[custom])
	}
	return ""
}

// customOf are the custom fields of a message, by name.
func customOf(m *desk.Message) (names []string) {
	for _, name := range slices.Sorted(maps.Keys(m.Fields)) {
		names = append(names, "fields."+name)
	}
	return names
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
