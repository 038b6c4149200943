package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/project"
)

// canarySource is a helpdesk with one ticket, which goes through all that a run writes.
// It is read by a pipeline as any other: marks, the ledger and the target's own code make
// of a kill what they make of it in a run.
type canarySource struct {
	c *project.Canary
	// stage is how far the ticket has come: it is made; answered and changed; solved;
	// closed.
	stage    int
	required []connectors.Field // of tickets at the target
}

// canaryStages is how many there are.
const canaryStages = 4

// canaryAge is how long ago the ticket was opened: what is written of it is history.
const canaryAge = 30 * 24 * time.Hour

// canarySystem is the source as one end of a hop.
func canarySystem(src *canarySource) *project.System {
	kinds := []desk.Kind{desk.KindAgent, desk.KindContact, desk.KindTicket}
	return &project.System{Name: "canary", UUID: "canary", Config: new(struct{}), Spec: connectors.Spec{
		Name: "canary", Doc: "one ticket, to see whether anybody is mailed",
		Reads:  connectors.Caps{Kinds: kinds},
		Source: func(context.Context, any, connectors.Env) (connectors.Source, error) { return src, nil },
	}}
}

// Read implements connectors.Source.
func (s *canarySource) Read(ctx context.Context, kind desk.Kind, _ connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return func(yield func(connectors.Item, error) bool) {
		for _, r := range s.records() {
			if r.Kind() == kind && (ctx.Err() != nil || !yield(connectors.Item{Record: r}, nil)) {
				return
			}
		}
	}
}

// Fetch implements connectors.Fetcher: what was refused is tried again.
func (s *canarySource) Fetch(_ context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	for _, r := range s.records() {
		if r.Kind() == kind && r.About().ID == id {
			return r, nil
		}
	}
	return nil, fmt.Errorf("%s %s: %w", kind, id, connectors.ErrNotFound)
}

func (s *canarySource) ticketID() desk.ID  { return desk.ID(s.c.ID) }
func (s *canarySource) contactID() desk.ID { return desk.ID(s.c.ID + "-contact") }
func (s *canarySource) agentID() desk.ID   { return desk.ID(s.c.ID + "-agent") }

func (s *canarySource) messageID(what string) desk.ID { return desk.ID(s.c.ID + "-" + what) }

func (s *canarySource) records() []desk.Record {
	out := []desk.Record{&desk.Contact{
		Meta: desk.Meta{ID: s.contactID(), Created: s.began()}, Name: connectors.CanaryName, Emails: []string{strings.ToLower(s.c.Address)},
	}}
	if s.c.Agent != "" {
		out = append(out, &desk.Agent{Meta: desk.Meta{ID: s.agentID()}, Name: s.c.Agent, Email: strings.ToLower(s.c.Agent)})
	}
	return append(out, s.ticket())
}

// began is when the ticket was opened.
func (s *canarySource) began() time.Time {
	return s.c.Began.UTC().Truncate(time.Second).Add(-canaryAge)
}

// ticket is the ticket as far as it has come.
func (s *canarySource) ticket() *desk.Ticket {
	asks := desk.To(desk.KindContact, s.contactID())
	t := &desk.Ticket{
		Meta:    desk.Meta{ID: s.ticketID(), Created: s.began(), Fields: map[string]any{}},
		Subject: "deskhaul " + s.c.ID + " (a test: nobody should get an e-mail)",
		Status:  desk.StatusOpen, Priority: desk.PriorityNormal, Channel: "email", Requester: asks, Participants: []desk.Ref{asks},
		Tags: []string{"deskhaul_canary"}, Messages: s.messages(),
	}
	if s.stage < 2 {
		t.Messages = t.Messages[:1]
	} else {
		t.Status, t.Priority, t.Tags = desk.StatusPending, desk.PriorityHigh, append(t.Tags, "deskhaul_canary_answered")
		if s.c.Agent != "" {
			t.Assignee = desk.To(desk.KindAgent, s.agentID())
		}
	}
	if s.stage >= 3 {
		t.Status, t.Solved = desk.StatusSolved, s.began().Add(4*time.Hour)
	}
	if s.stage >= 4 {
		t.Status, t.Closed = desk.StatusClosed, s.began().Add(5*time.Hour)
	}
	s.fill(t)
	return t
}

// messages are a customer's with a file, an agent's answer, the customer's, and a note.
func (s *canarySource) messages() []desk.Message {
	text := fmt.Sprintf("This is a canary of deskhaul's: a ticket in %s that is written as a migration writes, to see whether anybody is mailed.\n\n"+
		"If you read this in an e-mail, somebody is. Tell deskhaul so (deskhaul check --canary %s --came mail), and move nothing before that is put right.\n", s.c.Name, s.c.Address)
	customer := desk.Address{Name: connectors.CanaryName, Email: s.c.Address}
	asks, answers := desk.To(desk.KindContact, s.contactID()), desk.Ref{}
	if s.c.Agent != "" {
		answers = desk.To(desk.KindAgent, s.agentID())
	}
	at := func(hours int) time.Time { return s.began().Add(time.Duration(hours) * time.Hour) }
	return []desk.Message{
		{ID: s.messageID("question"), Author: asks, From: customer, At: at(0), Text: "A customer's question.\n\n" + text, Files: []desk.File{canaryFile(text)}},
		{ID: s.messageID("answer"), Author: answers, To: []desk.Address{customer}, CC: []desk.Address{customer}, At: at(1), Text: "An agent's answer.\n\n" + text},
		{ID: s.messageID("reply"), Author: asks, From: customer, At: at(2), Text: "The customer's reply.\n\n" + text},
		{ID: s.messageID("note"), Author: answers, Note: true, At: at(3), Text: "A private note.\n\n" + text},
	}
}

// canaryFile is the attachment.
func canaryFile(text string) desk.File {
	return desk.File{ID: "canary.txt", Name: "canary.txt", Type: "text/plain", Size: int64(len(text)), Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(text)), nil
	}}
}

// fill gives the fields that the target requires of a ticket a value that it allows.
func (s *canarySource) fill(t *desk.Ticket) {
	for _, f := range s.required {
		name, custom := strings.CutPrefix(f.Name, "fields.")
		switch {
		case f.Name == "type" && len(f.Options) > 0:
			t.Type = f.Options[0]
		case custom:
			t.Fields[name] = someValue(f)
		}
	}
}

// someValue is one that a field takes.
func someValue(f connectors.Field) any {
	switch {
	case f.Type == "options" && len(f.Options) > 0:
		return f.Options[:1]
	case len(f.Options) > 0:
		return f.Options[0]
	case f.Type == "number":
		return 1.0
	case f.Type == "bool":
		return true
	case f.Type == "time":
		return time.Now().UTC().Format(time.DateOnly)
	}
	return "canary"
}

// require keeps the fields that the target wants of every ticket.
func (s *canarySource) require(fields []connectors.Field) {
	s.required = slices.DeleteFunc(slices.Clone(fields), func(f connectors.Field) bool { return f.Kind != desk.KindTicket || !f.Required })
}
