package freshdesk

import (
	"context"
	"fmt"
	"iter"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// look goes through the files once: which numbers are those of agents, and how the account
// calls its statuses, the tickets tell by the way.
func (s *FileSource) look(ctx context.Context) error {
	fields := schema{statuses: map[int64]string{}, sources: map[int64]string{}}
	fresh, err := s.beginTalks(ctx)
	if err != nil {
		return err
	}
	for e, err := range s.all(ctx) {
		if err != nil {
			return err
		}
		switch {
		case e.ticket != nil:
			s.agents[e.ticket.Responder] = true
			if e.name != "" {
				fields.statuses[e.ticket.Status] = e.name
			}
		case e.agent != nil:
			s.agents[e.agent.ID] = true
		case e.talk != nil:
			if s.apart++; fresh {
				if err := s.keepTalk(ctx, e.talk); err != nil {
					return err
				}
			}
		case e.kind() == "" && e.bad == nil:
			s.others++
		}
		s.count[e.kind()]++
	}
	delete(s.agents, 0)
	s.known[ticketFields], s.people = fields, s.agents
	if fresh {
		return s.endTalks(ctx)
	}
	return nil
}

func (x *exported) kind() desk.Kind {
	switch {
	case x.ticket != nil:
		return desk.KindTicket
	case x.contact != nil:
		return desk.KindContact
	case x.agent != nil:
		return desk.KindAgent
	case x.company != nil:
		return desk.KindOrganization
	case x.group != nil:
		return desk.KindGroup
	case x.product != nil:
		return desk.KindCategory
	}
	return ""
}

// Read goes through the files from the beginning, whatever the cursor: a file tells of no
// changes, and the ledger knows what was moved.
func (s *FileSource) Read(ctx context.Context, kind desk.Kind, _ connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return func(yield func(connectors.Item, error) bool) {
		for e, err := range s.all(ctx) {
			if err != nil {
				yield(connectors.Item{}, err)
				return
			}
			item, err := s.item(ctx, &e, kind)
			if err != nil {
				yield(connectors.Item{}, err)
				return
			}
			if item != nil && !yield(*item, nil) {
				return
			}
		}
		err := ctx.Err()
		if err == nil && kind == desk.KindTicket && s.apart > 0 {
			err = s.strays(ctx, yield)
		}
		if err != nil {
			yield(connectors.Item{}, err)
		}
	}
}

// item is what a record is to a reader of a kind; nil nothing. A responder who is in no list of
// agents is an agent.
func (s *FileSource) item(ctx context.Context, e *exported, kind desk.Kind) (*connectors.Item, error) {
	var rec desk.Record
	switch is := e.kind(); {
	case e.bad != nil && kind == desk.KindTicket:
		return &connectors.Item{Aside: &connectors.Aside{
			Kind: desk.KindTicket, ID: desk.ID(e.place), Reason: connectors.ReasonUnreadable,
			Detail: fmt.Sprintf("%s: %v – look at the file, or export it anew", e.place, e.bad),
		}}, nil
	case e.bad != nil:
		return nil, nil
	case is == desk.KindContact && s.agents[e.contact.ID]:
		if kind != desk.KindAgent {
			return nil, nil
		}
		rec = agentShape{ID: e.contact.ID, Contact: *e.contact, times: e.contact.times}.record()
	case is != kind:
		return nil, nil
	case is == desk.KindTicket:
		if err := s.joinTalks(ctx, e.ticket); err != nil {
			return nil, err
		}
		if e.ticket.Deleted || e.ticket.Spam && !s.config.Spam {
			return nil, nil
		}
		t, err := s.ticket(ctx, s.agents, s.known[ticketFields], *e.ticket)
		if err != nil {
			return nil, err
		}
		rec = t
	default:
		rec = s.plain(e)
	}
	return &connectors.Item{Record: rec}, nil
}

func (s *FileSource) plain(e *exported) desk.Record {
	switch {
	case e.contact != nil:
		return e.contact.record("")
	case e.agent != nil:
		return e.agent.record()
	case e.company != nil:
		return e.company.record()
	case e.group != nil:
		return e.group.group()
	}
	return e.product.category()
}

// Fetch looks a record up, from the beginning of the files: they have no index. A run through
// the archive asks for none.
func (s *FileSource) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	for it, err := range s.Read(ctx, kind, "") {
		if err != nil {
			return nil, err
		}
		if it.Record != nil && it.Record.About().ID == id {
			return it.Record, nil
		}
	}
	return nil, missing(kind, id)
}

// Describe tells what the files hold.
func (s *FileSource) Describe(context.Context) (connectors.Schema, error) {
	schema := connectors.Schema{
		Title: fmt.Sprintf("%d files that Freshdesk exported, %s", len(s.folder.Files), s.config.Path),
		Notes: []connectors.Note{{Level: "info", Text: fmt.Sprintf("Found are %d tickets, %d people, %d companies. What is spam or was deleted stays out. Who answers for a ticket is an agent.",
			s.count[desk.KindTicket], s.count[desk.KindContact]+s.count[desk.KindAgent], s.count[desk.KindOrganization])}},
	}
	if s.others > 0 {
		schema.Notes = append(schema.Notes, connectors.Note{Level: "info", Text: fmt.Sprintf("Records that are not moved: %d.", s.others)})
	}
	if s.apart > 0 {
		schema.Notes = append(schema.Notes, connectors.Note{Level: "info", Text: fmt.Sprintf("Conversations that lie apart from their tickets, and are put to them: %d.", s.apart)})
	}
	if !s.files.account {
		schema.Notes = append(schema.Notes, connectors.Note{Level: "warning", Text: "Attachments are taken from among the files, by a path with their number, or with their name and that of the ticket; others are named at the end of their messages. With url and token they are fetched from the account, as long as it is there."})
	}
	return schema, nil
}
