package intercom

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// The attributes that every ticket has.
const (
	titleAttribute       = "_default_title_"
	descriptionAttribute = "_default_description_"
)

// attribute is what an attribute says; "" for what is no text.
func (t *ticketShape) attribute(name string) string {
	s, _ := t.Attributes[name].(string)
	return s
}

func (t *ticketShape) description() string {
	return strings.TrimSpace(t.attribute(descriptionAttribute))
}

// ticket makes the record of a ticket; c is the conversation that it was, or nil.
func (a *api) ticket(ctx context.Context, p *people, t ticketShape, c *conversationShape) (*desk.Ticket, error) {
	r := &desk.Ticket{
		Number: cmp.Or(string(t.Number), string(t.ID)), Subject: t.attribute(titleAttribute), Status: t.status(), Type: t.Type.Name,
	}
	r.Mark = t.attribute(a.config.mark())
	r.ID, r.Created, r.Updated = desk.ID(t.ID), t.Created.Time, t.Updated.Time
	r.URL = a.Link(desk.KindTicket, r.ID)
	a.attributes(r, t)
	r.Assignee, r.Group = p.mate(&r.Meta, t.Admin), p.group(&r.Meta, t.Team)
	if err := a.meetAll(ctx, t.Contacts); err != nil {
		return nil, err
	}
	var source *sourceShape
	var began personShape
	parts := t.Parts.all()
	if c != nil {
		source, began = &c.Source, c.Source.Author
		parts = joined(parts, c)
		r.Channel = channel(c.Source.Type)
		if r.Subject == "" {
			r.Subject = c.subject()
		}
		for _, tag := range c.Tags.Tags {
			r.Tags = append(r.Tags, tag.Name)
		}
		a.rate(r, *c)
	}
	r.Requester, r.Participants = asker(t.Contacts, began)
	r.History = p.history(parts)
	if r.Status == desk.StatusClosed || r.Status == desk.StatusSolved {
		r.Solved = lastTo(r.History, desk.StatusSolved)
	}
	if r.Mark == "" && t.description() != "" && source == nil {
		source = &sourceShape{Body: textHTML(t.attribute(descriptionAttribute)), Files: t.files()}
		if len(t.Contacts.Contacts) > 0 {
			source.Author = personShape{Type: "contact", ID: t.Contacts.Contacts[0].ID}
		}
	} else if _, ours := parseLine(t.description()); t.description() != "" && !ours {
		r.SetField("description", t.description())
	}
	var err error
	r.Messages, err = a.messages(ctx, p, r, source, t.Created.Time, parts)
	return r, err
}

// status is the common word for the state of a ticket.
func (t *ticketShape) status() desk.Status {
	category := cmp.Or(t.State.thing.Category, t.State.word)
	if category == "resolved" && t.Open {
		return desk.StatusSolved
	}
	if !t.Open {
		return desk.StatusClosed
	}
	return stateStatus(category)
}

// stateStatus is the word for a category of states.
func stateStatus(category string) desk.Status {
	switch category {
	case "submitted":
		return desk.StatusNew
	case "waiting_on_customer":
		return desk.StatusPending
	case "resolved":
		return desk.StatusSolved
	}
	return desk.StatusOpen
}

// attributes are a ticket's fields; those that the configuration names are tags, priority
// and mark.
func (a *api) attributes(r *desk.Ticket, t ticketShape) {
	custom := maps.Clone(t.Attributes)
	for _, name := range []string{titleAttribute, descriptionAttribute, a.config.mark()} {
		delete(custom, name)
	}
	if name := a.config.Tags; name != "" {
		r.Tags = splitTags(t.attribute(name))
		delete(custom, name)
	}
	if name := a.config.Priority; name != "" {
		r.Priority = desk.Priority(t.attribute(name))
		delete(custom, name)
	}
	for name, v := range custom {
		if attribute, ok := t.Type.attribute(name); ok {
			custom[name] = attribute.label(v)
		}
		if isFile(v) {
			delete(custom, name) // they are the first message's
		}
	}
	words := map[string]any{
		"category": t.Category, "state": cmp.Or(t.State.thing.Label, t.State.word), "linked": linked(t.Linked), "shared": t.Shared,
	}
	if !t.Snoozed.IsZero() {
		words["snoozed_until"] = t.Snoozed.Format(time.RFC3339)
	}
	setFields(&r.Meta, words, custom)
}

// splitTags reads what joinTags wrote.
func splitTags(s string) (tags []string) {
	for tag := range strings.SplitSeq(s, ",") {
		if tag = strings.TrimSpace(tag); tag != "" {
			tags = append(tags, tag)
		}
	}
	return tags
}

// joined are the parts of a ticket and of the conversation that it was, each once: the
// message that began it is its source, and no part.
func joined(parts []partShape, c *conversationShape) (all []partShape) {
	had := map[word]bool{}
	for _, k := range append(parts, c.Parts.all()...) {
		again := k.Body != "" && squeezed(k.Body) == squeezed(c.Source.Body) && k.Created.Equal(c.Created.Time)
		if had[k.ID] || again && !isNote(k.Type) {
			continue
		}
		had[k.ID] = true
		all = append(all, k)
	}
	return all
}

func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }

func lastTo(history []desk.Change, to desk.Status) (at time.Time) {
	for _, h := range history {
		if h.To == to {
			at = h.At
		}
	}
	return at
}

// files are those of its attributes of that type.
func (t *ticketShape) files() (all []attachmentShape) {
	for _, name := range slices.Sorted(maps.Keys(t.Attributes)) {
		for _, f := range filesOf(t.Attributes[name]) {
			name, _ := f["name"].(string)
			link, _ := f["url"].(string)
			kind, _ := f["content_type"].(string)
			size, _ := f["filesize"].(float64)
			all = append(all, attachmentShape{Name: name, URL: link, Content: kind, Size: int64(size)})
		}
	}
	return all
}

func isFile(v any) bool { return len(filesOf(v)) > 0 }

// filesOf are the files that a value of an attribute is.
func filesOf(v any) (files []map[string]any) {
	switch v := v.(type) {
	case map[string]any:
		if _, has := v["url"].(string); has {
			files = append(files, v)
		}
	case []any:
		for _, one := range v {
			files = append(files, filesOf(one)...)
		}
	}
	return files
}
