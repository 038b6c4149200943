package intercom

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/connectors/saved"
	"github.com/deskhaul/deskhaul/desk"
)

// FileSource reads files in which somebody kept what the API gave: conversations with their
// parts, tickets, contacts, companies, admins and teams, as objects or as pages of them.
// (Intercom's own exports have no messages in them.) Files of messages are fetched from
// Intercom when they are written: their addresses expire, and are asked for anew where a
// workspace and a token are given besides.
type FileSource struct {
	*api
	files *saved.Folder
	known map[string]bool    // ids of contacts who have a record
	made  map[string]instant // when the tickets began, by their ids
}

// newFileSource looks through the files once, for teammates and contacts.
func newFileSource(ctx context.Context, c *Config, env connectors.Env) (*FileSource, error) {
	a, err := newAPI(c, env)
	if err != nil {
		return nil, err
	}
	s := &FileSource{api: a, known: map[string]bool{}, made: map[string]instant{}}
	if s.files, err = saved.Open(c.Path); err != nil {
		return nil, err
	}
	if err = s.files.Only(exportEndings...); err == nil {
		err = s.look(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.files.Close())
	}
	return s, nil
}

// Close closes the files.
func (s *FileSource) Close() error { return s.files.Close() }

func (s *FileSource) all(ctx context.Context) iter.Seq2[exported, error] {
	return func(yield func(exported, error) bool) {
		for _, f := range s.files.Files {
			for v, err := range f.Values(listKeys...) {
				if err == nil {
					err = ctx.Err()
				}
				if !yield(exportedAs(v), err) || err != nil {
					return
				}
			}
		}
	}
}

// look finds the teammates, also those that messages alone name, and who has a record.
func (s *FileSource) look(ctx context.Context) error {
	p := new(people)
	for e, err := range s.all(ctx) {
		if err != nil {
			return err
		}
		switch e.kind {
		case "admin":
			p.add(shapeOf[adminShape](e))
		case "team":
			p.teams = append(p.teams, shapeOf[teamShape](e))
		case "contact":
			s.known[string(shapeOf[rowShape](e).ID)] = true
		case "conversation", "ticket":
			if row := shapeOf[rowShape](e); e.kind == "ticket" {
				s.made[string(row.ID)] = row.Created
			}
			for _, who := range named(e) {
				if who.Type == "admin" && who.ID.id() != "" {
					p.add(adminShape{ID: who.ID, Name: who.Name, Email: who.Email})
				}
			}
		}
	}
	s.people = p
	return s.keepTalks(ctx)
}

// keptKey begins the keys under which State keeps the conversations that tickets were.
const keptKey = "kept/"

// keepTalks keeps the conversations that were made tickets: the ticket is read with them.
func (s *FileSource) keepTalks(ctx context.Context) error {
	if len(s.made) == 0 {
		return nil
	}
	for e, err := range s.all(ctx) {
		if err != nil {
			return err
		}
		row := shapeOf[rowShape](e)
		if began, is := s.made[string(row.ID)]; e.kind != "conversation" || !is || !began.Equal(row.Created.Time) {
			continue
		}
		if err := s.env.State.Put(ctx, keptKey+string(row.ID), e.raw); err != nil {
			return err
		}
	}
	return nil
}

// keptTalk is the conversation that a ticket was; nil if it was none.
func (s *FileSource) keptTalk(ctx context.Context, id word) (*conversationShape, error) {
	raw, err := s.env.State.Get(ctx, keptKey+string(id))
	if err != nil || raw == nil {
		return nil, err
	}
	c := new(conversationShape)
	return c, json.Unmarshal(raw, c)
}

// add puts a teammate among the others; one who is there says more.
func (p *people) add(a adminShape) {
	if _, there := p.admin(string(a.ID)); !there {
		p.admins = append(p.admins, a)
	}
}

// shapeOf reads an object; what does not fit is empty.
func shapeOf[T any](e exported) (v T) {
	_ = json.Unmarshal(e.raw, &v) // what does not fit stays empty
	return v
}

// named are those whom a conversation or ticket names.
func named(e exported) (all []personShape) {
	c := shapeOf[conversationShape](e)
	t := shapeOf[ticketShape](e)
	all = append(all, c.Source.Author)
	for _, k := range append(c.Parts.all(), t.Parts.all()...) {
		all = append(all, k.Author)
	}
	for _, one := range append(c.Contacts.Contacts, t.Contacts.Contacts...) {
		all = append(all, personShape{Type: "contact", ID: one.ID})
	}
	return all
}

// Read goes through the files from the beginning, whatever the cursor: a file tells of no
// changes, and the ledger knows what was moved.
func (s *FileSource) Read(ctx context.Context, kind desk.Kind, _ connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return rest.Items(ctx, func(give rest.Give) error {
		if kind == desk.KindAgent || kind == desk.KindGroup {
			return s.giveMates(kind, give)
		}
		return s.give(ctx, kind, give)
	})
}

func (s *FileSource) giveMates(kind desk.Kind, give rest.Give) error {
	if kind == desk.KindAgent {
		for _, a := range s.people.admins {
			if err := give(connectors.Item{Record: a.record()}); err != nil {
				return err
			}
		}
		return nil
	}
	for _, t := range s.people.teams {
		if err := give(connectors.Item{Record: t.record()}); err != nil {
			return err
		}
	}
	return nil
}

func (s *FileSource) give(ctx context.Context, kind desk.Kind, give rest.Give) error {
	met := map[word]bool{} // contacts without a record who were given; true by name
	for e, err := range s.all(ctx) {
		if err != nil {
			return err
		}
		items, err := s.items(ctx, e, kind, met)
		if err != nil {
			return err
		}
		for _, it := range items {
			if err := give(it); err != nil {
				return err
			}
		}
	}
	return nil
}

// items are the records of a kind that one object holds.
func (s *FileSource) items(ctx context.Context, e exported, kind desk.Kind, met map[word]bool) (out []connectors.Item, err error) {
	var got answer
	switch {
	case e.bad != nil && kind == desk.KindTicket:
		return []connectors.Item{{Aside: &connectors.Aside{
			Kind: desk.KindTicket, ID: desk.ID(fmt.Sprintf("%s-%d", e.file, e.at)), Reason: connectors.ReasonUnreadable, Detail: e.bad.Error(),
		}}}, nil
	case e.kind == "contact" && kind == desk.KindContact:
		return []connectors.Item{{Record: shapeOf[contactShape](e).record()}}, nil
	case e.kind == "company" && kind == desk.KindOrganization:
		return []connectors.Item{{Record: shapeOf[companyShape](e).record()}}, nil
	case kind == desk.KindContact && (e.kind == "conversation" || e.kind == "ticket"):
		return s.others(e, met), nil
	case e.kind == "conversation" && kind == desk.KindTicket:
		got, err = s.talk(ctx, e)
	case e.kind == "ticket" && kind == desk.KindTicket:
		t := shapeOf[ticketShape](e)
		var c *conversationShape
		if c, err = s.keptTalk(ctx, t.ID); err == nil {
			got.asides = tooMany(string(t.ID), t.Parts)
			got.ticket, err = s.ticket(ctx, s.people, t, c)
		}
	}
	if err != nil {
		return nil, err
	}
	for i := range got.asides {
		out = append(out, connectors.Item{Aside: &got.asides[i]})
	}
	if got.ticket != nil && got.ticket.ID != "" {
		out = append(out, connectors.Item{Record: got.ticket})
	}
	return out, nil
}

// talk reads a conversation, unless it was made a ticket, which is read with it.
func (s *FileSource) talk(ctx context.Context, e exported) (got answer, err error) {
	c := shapeOf[conversationShape](e)
	began, ticket := s.made[string(c.ID)]
	switch {
	case ticket && began.Equal(c.Created.Time):
		return answer{}, nil
	case ticket:
		return answer{asides: []connectors.Aside{{
			Kind: desk.KindTicket, ID: desk.ID("conversations-" + string(c.ID)), Reason: connectors.ReasonAmbiguous,
			Detail: fmt.Sprintf("%s: a ticket and a conversation have the number %s and did not begin at one time, and so are not the same: the conversation is left out; read it apart, from a file of its own", e.file, c.ID),
		}}}, nil
	}
	got.asides = tooMany(string(c.ID), c.Parts)
	got.ticket, err = s.conversation(ctx, s.people, c)
	return got, err
}

// others are the contacts whom a conversation names and who have no record: each once, and
// again when a name is known.
func (s *FileSource) others(e exported, met map[word]bool) (out []connectors.Item) {
	for _, who := range named(e) {
		hasName := who.Name != "" || who.Email != ""
		by, before := met[who.ID]
		if !who.isContact() || who.ID == "" || s.known[string(who.ID)] || before && (by || !hasName) {
			continue
		}
		met[who.ID] = hasName
		r := &desk.Contact{Name: who.Name}
		if r.ID = desk.ID(who.ID); who.Email != "" {
			r.Emails = []string{strings.ToLower(who.Email)}
		}
		out = append(out, connectors.Item{Record: r})
	}
	return out
}

// Fetch looks a record up, from the beginning of the files: they have no index. A run
// through the archive asks for none.
func (s *FileSource) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (found desk.Record, err error) {
	for it, err := range s.Read(ctx, kind, "") {
		if err != nil {
			return nil, err
		}
		if it.Record != nil && it.Record.About().ID == id {
			found = it.Record // the last one says most
		}
	}
	if found == nil {
		return nil, missing(kind, id)
	}
	return found, nil
}
