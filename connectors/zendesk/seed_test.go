package zendesk

import (
	"context"
	"io"
	"time"

	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
	"github.com/deskhaul/deskhaul/desk"
)

type given = map[string]any

// seeder puts records into an account behind the connector's back, as people at
// work would have.
type seeder struct {
	a   *zendesktest.Account
	ids map[desk.Ref]int64
}

func (s *seeder) put(rs ...desk.Record) {
	for _, r := range rs {
		s.ids[desk.To(r.Kind(), r.About().ID)] = s.one(r)
	}
}

func (s *seeder) ref(r desk.Ref) int64 { return s.ids[desk.To(r.Kind, r.ID)] }

func (s *seeder) one(r desk.Record) int64 {
	switch r := r.(type) {
	case *desk.Organization:
		return s.a.Set("organizations", given{"name": r.Name, "domain_names": r.Domains, "notes": r.Note})
	case *desk.Group:
		return s.a.Set("groups", given{"name": r.Name})
	case *desk.Agent:
		return s.a.Set("users", given{"name": r.Name, "email": r.Email, "role": "agent", "suspended": r.Disabled})
	case *desk.Contact:
		var more []given
		for _, e := range r.Emails[1:] {
			more = append(more, given{"type": "email", "value": e})
		}
		return s.a.Set("users", given{"name": r.Name, "email": r.Emails[0], "organization_id": s.ref(r.Org), "identities": more})
	case *desk.Ticket:
		return s.ticket(r)
	}
	return 0
}

func (s *seeder) ticket(r *desk.Ticket) int64 {
	var comments []given
	for _, m := range r.Messages {
		comments = append(comments, given{"body": m.Text, "author_id": s.ref(m.Author), "public": !m.Note, "created_at": m.At.Format(time.RFC3339)})
	}
	id := s.a.SetTicket(given{
		"subject": r.Subject, "status": r.Status, "priority": r.Priority, "type": r.Type, "requester_id": s.ref(r.Requester), "assignee_id": s.ref(r.Assignee),
		"group_id": s.ref(r.Group), "tags": r.Tags, "created_at": r.Created.Format(time.RFC3339),
	}, comments...)
	for _, m := range r.Messages {
		for _, f := range m.Files {
			rc, err := f.Open(context.Background())
			if err != nil {
				panic(err)
			}
			b, err := io.ReadAll(rc)
			if err != nil {
				panic(err)
			}
			s.a.Attach(id, f.Name, f.Type, b, f.Inline)
		}
	}
	return id
}
