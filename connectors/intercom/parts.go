package intercom

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/plaintext"
	"github.com/deskhaul/deskhaul/desk"
)

// opening is the id of the message that began a ticket, which has no number of a part.
const opening = "source"

// public are the types of parts whose words a customer sees. Those of every other type are
// for teammates: what no source tells must never reach a customer
// (https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations/manageconversation).
var public = []string{"comment", "assignment", "close", "open", "quick_reply", "conversation_quick_reply", "snoozed"}

func isNote(kind string) bool { return !slices.Contains(public, kind) }

// messages are the turns of a ticket or conversation: what began it, if that is none of its
// parts, and the parts that say something. What we wrote ourselves, in tickets that carry
// our mark, says in its first line who wrote it and when.
func (a *api) messages(ctx context.Context, p *people, r *desk.Ticket, source *sourceShape, began time.Time, parts []partShape) ([]desk.Message, error) {
	var out []desk.Message
	if source != nil && (!blank(source.Body) || len(source.Files) > 0) {
		m := desk.Message{ID: opening, At: began}
		if err := a.by(ctx, p, &m, source.Author); err != nil {
			return nil, err
		}
		m.To, m.CC, m.BCC = source.addresses("to"), source.addresses("cc"), source.addresses("bcc")
		a.body(&m, r.ID, source.Body, source.Files)
		out = append(out, m)
	}
	slices.SortStableFunc(parts, func(a, b partShape) int { return a.Created.Compare(b.Created.Time) })
	had := ourParts{}
	for _, k := range parts {
		if blank(k.Body) && len(k.Files) == 0 {
			continue
		}
		m := desk.Message{ID: desk.ID(k.ID), At: k.Created.Time, Note: isNote(k.Type)}
		if err := a.by(ctx, p, &m, k.Author); err != nil {
			return nil, err
		}
		if r.Mark != "" && a.ours(&m, r.ID, k, had) {
			if m.ID != "" {
				out = append(out, m)
			}
			continue
		}
		k.headers(&m)
		if k.Type != "comment" && k.Type != "note" {
			m.Fields = map[string]any{"part_type": k.Type}
		}
		a.body(&m, r.ID, k.Body, k.Files)
		out = append(out, m)
	}
	return had.files(out), nil
}

// blank tells whether a body says nothing: some parts have an empty paragraph.
func blank(page string) bool {
	return strings.TrimSpace(plaintext.HTML(page)) == "" && !strings.Contains(strings.ToLower(page), "<img")
}

// body fills in text, HTML and files.
func (a *api) body(m *desk.Message, ticket desk.ID, page string, files []attachmentShape) {
	for i, f := range files {
		m.Files = append(m.Files, a.file(f, ticket, m.ID, i))
	}
	m.HTML = a.inline(page, ticket, m)
	m.Text = strings.TrimSpace(plaintext.HTML(page))
	if !strings.Contains(page, "<") {
		m.HTML = ""
	}
	m.Folds = plaintext.Folds(m.Text)
}

// by fills in who wrote a message. The words of who is no record are kept as it names them.
func (a *api) by(ctx context.Context, p *people, m *desk.Message, who personShape) error {
	m.Author, m.From = p.ref(who), desk.Address{Name: who.Name, Email: who.Email}
	if m.Author.IsZero() && m.From == (desk.Address{}) && who.Type != "" {
		m.From.Name = strings.TrimSpace(who.Type + " " + string(who.ID))
	}
	if m.Author.Kind == desk.KindContact {
		return a.meet(ctx, who)
	}
	return nil
}

// meet remembers how a contact was named: one who was merged into another, or deleted, is
// in no list, and what they wrote still names them.
func (a *api) meet(ctx context.Context, who personShape) error {
	key, named := metKey+string(who.ID), who.Name != "" || who.Email != ""
	was, err := a.env.State.Get(ctx, key)
	if err != nil || was != nil && (!named || string(was) != nameless) {
		return err
	}
	b, err := json.Marshal(met{who.Name, who.Email})
	if err != nil {
		return err
	}
	return a.env.State.Put(ctx, key, b)
}

// meetAll remembers the contacts of a conversation, of whom it has no names.
func (a *api) meetAll(ctx context.Context, all contactsShape) error {
	for _, c := range all.Contacts {
		if err := a.meet(ctx, personShape{Type: "contact", ID: c.ID}); err != nil {
			return err
		}
	}
	return nil
}

const (
	metKey   = "met/"
	nameless = `{}` // who was met without a name
)

type met struct {
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
}

// fetchContact reads a contact; one whom Intercom has no more is made of what is remembered.
func (a *api) fetchContact(ctx context.Context, id desk.ID) (*desk.Contact, error) {
	var c contactShape
	err := a.get(ctx, "contacts/"+url.PathEscape(string(id)), nil, &c)
	if status(err) == 404 {
		return a.formerContact(ctx, id, err)
	}
	if err != nil {
		return nil, err
	}
	return a.contact(ctx, c)
}

func (a *api) formerContact(ctx context.Context, id desk.ID, gone error) (*desk.Contact, error) {
	b, err := a.env.State.Get(ctx, metKey+string(id))
	if err != nil {
		return nil, err
	}
	var who met
	if b == nil || json.Unmarshal(b, &who) != nil {
		return nil, fmt.Errorf("contact %s: %w: %w", id, gone, connectors.ErrNotFound)
	}
	r := &desk.Contact{Name: who.Name}
	if r.ID = id; who.Email != "" {
		r.Emails = []string{strings.ToLower(who.Email)}
	}
	r.SetField("state", "merged or deleted")
	return r, nil
}

// headers fills in whom a mail went to.
func (k *partShape) headers(m *desk.Message) {
	if k.Mail == nil {
		return
	}
	m.Subject, m.Channel = k.Mail.Subject, "email"
	for _, h := range k.Mail.Headers {
		at := desk.Address{Name: h.Name, Email: h.Email}
		switch strings.ToLower(h.Type) {
		case "to":
			m.To = append(m.To, at)
		case "cc":
			m.CC = append(m.CC, at)
		case "bcc":
			m.BCC = append(m.BCC, at)
		case "from":
			m.From = at
		}
	}
}

func (s *sourceShape) addresses(kind string) (out []desk.Address) {
	for _, r := range s.Recipients {
		if r.Type == kind && r.Email != "" {
			out = append(out, desk.Address{Email: r.Email})
		}
	}
	return out
}

// partStates are what a part does to the state of a conversation, by its type.
var partStates = map[string]desk.Status{
	"open": desk.StatusOpen, "close": desk.StatusClosed, "snoozed": desk.StatusPending, "unsnoozed": desk.StatusOpen, "note_and_reopen": desk.StatusOpen,
	"assign_and_reopen": desk.StatusOpen, "timer_unsnooze": desk.StatusOpen,
}

// history is what the parts tell of the status.
func (p *people) history(parts []partShape) (all []desk.Change) {
	was := desk.Status("")
	for _, k := range parts {
		to, told := partStates[k.Type]
		from := was
		if k.Now != "" {
			to, told = stateStatus(k.Now), k.Now != k.Was
			if k.Was != "" {
				from = stateStatus(k.Was)
			}
		}
		if !told || to == was {
			continue
		}
		all, was = append(all, desk.Change{At: k.Created.Time, By: p.ref(k.Author), From: from, To: to}), to
	}
	return all
}
