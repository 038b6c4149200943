package mapping

import (
	"context"
	"errors"
	"fmt"

	"github.com/deskhaul/deskhaul/desk"
)

// Way is where a record comes from and goes to.
type Way struct {
	// Source and Target are the names of the systems at its ends; "" there is none.
	Source, Target string
	// Lookup gives what a record refers to, as the source has it; nil if it has no such
	// thing. It is not changed. Where it is nil itself nothing can be looked up, and an
	// expression that asks for a name, an address or an organisation fails.
	Lookup func(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error)
}

// viewer makes the environments of the expressions of one record.
type viewer struct {
	ctx   context.Context
	way   Way
	looks looks
	err   error // the first that a lookup gave
}

// looks are the parts of a record that some expression looks at and that cost something.
type looks struct {
	messages bool
	names    bool // of what it refers to
}

func (l looks) and(more looks) looks {
	return looks{l.messages || more.messages, l.names || more.names}
}

// see makes the environment of r.
func (v *viewer) see(r desk.Record) any {
	m, way := r.About(), wayView{v.way.Source, v.way.Target}
	switch r := r.(type) {
	case *desk.Ticket:
		return &ticketEnv{way, v.ticket(r)}
	case *desk.Contact:
		return &contactEnv{way, contactView{
			seeMeta(m), r.Name, r.Emails, r.Phones, v.ref(r.Org), r.Language, r.Zone, r.Note,
		}}
	case *desk.Agent:
		return &agentEnv{way, agentView{
			seeMeta(m), r.Name, r.Email, each(r.Groups, v.ref), r.Disabled,
		}}
	case *desk.Organization:
		return &organizationEnv{way, organizationView{
			seeMeta(m), r.Name, r.Domains, r.Note,
		}}
	case *desk.Group:
		return &groupEnv{way, shelfView{seeMeta(m), r.Name, refView{}}}
	case *desk.Category:
		return &categoryEnv{way, shelfView{seeMeta(m), r.Name, v.ref(r.Parent)}}
	}
	return nil
}

func (v *viewer) ticket(t *desk.Ticket) ticketView {
	view := ticketView{
		metaView: seeMeta(&t.Meta),
		Number:   t.Number, Subject: t.Subject, Status: string(t.Status), Priority: string(t.Priority),
		Type: t.Type, Channel: t.Channel, Requester: v.ref(t.Requester), Participants: each(t.Participants, v.ref),
		Assignee: v.ref(t.Assignee), Group: v.ref(t.Group), Category: v.ref(t.Category), Tags: t.Tags,
		History: each(t.History, v.change), Due: t.Due, Solved: t.Solved, Closed: t.Closed,
		MergedInto: bare(t.MergedInto),
	}
	if t.Rating != nil {
		view.Rating = ratingView{t.Rating.Score, t.Rating.Comment, t.Rating.At}
	}
	if v.looks.messages {
		view.Messages = make([]messageView, len(t.Messages))
		for i := range t.Messages {
			view.Messages[i] = v.message(&t.Messages[i])
		}
	}
	return view
}

func (v *viewer) message(m *desk.Message) messageView {
	return messageView{
		string(m.ID), v.ref(m.Author), seeAddress(m.From), each(m.To, seeAddress), each(m.CC, seeAddress),
		each(m.BCC, seeAddress), m.At, m.Note, m.Channel, m.Subject, m.MessageID, m.InReplyTo, m.References,
		m.Text, m.HTML, each(m.Files, seeFile), m.Fields,
	}
}

func (v *viewer) change(c desk.Change) changeView {
	return changeView{c.At, v.ref(c.By), string(c.From), string(c.To)}
}

// ref is a reference, with what is known of what it refers to where that is asked for. Of
// what the source does not have nothing is known.
func (v *viewer) ref(r desk.Ref) refView {
	view := bare(r)
	if !v.looks.names || r.ID == "" || v.err != nil {
		return view
	}
	switch it := v.lookup(r).(type) {
	case *desk.Contact:
		view.Name = it.Name
		if len(it.Emails) > 0 {
			view.Email = it.Emails[0]
		}
		if it.Org.ID != "" {
			view.Organization.ID = string(it.Org.ID)
			if org, ok := v.lookup(it.Org).(*desk.Organization); ok {
				view.Organization.Name, view.Organization.Domains = org.Name, org.Domains
			}
		}
	case *desk.Agent:
		view.Name, view.Email = it.Name, it.Email
	case *desk.Group:
		view.Name = it.Name
	case *desk.Category:
		view.Name = it.Name
	}
	return view
}

// errNoLookup says that names cannot be had.
var errNoLookup = errors.New("the name, address or organisation of what it refers to is asked for, and this source cannot be asked for one record – move by way of the archive")

// lookup is what a reference refers to; nil if that is not known.
func (v *viewer) lookup(r desk.Ref) desk.Record {
	if v.err != nil {
		return nil
	}
	if v.way.Lookup == nil {
		v.err = errNoLookup
		return nil
	}
	it, err := v.way.Lookup(v.ctx, r.Kind, r.ID)
	if err != nil {
		v.err = fmt.Errorf("look up %s %s: %w", r.Kind, r.ID, err)
		return nil
	}
	return it
}

func seeMeta(m *desk.Meta) metaView {
	return metaView{string(m.ID), m.URL, m.Created, m.Updated, m.Fields}
}

// bare is a reference of which nothing is looked up.
func bare(r desk.Ref) refView { return refView{Kind: string(r.Kind), ID: string(r.ID)} }

func seeAddress(a desk.Address) addressView { return addressView(a) }
func seeFile(f desk.File) fileView          { return fileView{f.Name, f.Type, int(f.Size), f.Inline} }

func each[A, B any](list []A, see func(A) B) []B {
	if len(list) == 0 {
		return nil
	}
	out := make([]B, len(list))
	for i, a := range list {
		out[i] = see(a)
	}
	return out
}
