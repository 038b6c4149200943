package browse

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/archive"
	"github.com/deskhaul/deskhaul/desk"
)

// conversationPage is one ticket.
type conversationPage struct {
	*desk.Ticket
	Source       string
	Left         string
	Name         string
	Requester    archive.Label
	Assignee     archive.Label
	Group        archive.Label
	Category     archive.Label
	Participants []archive.Label
	Merged       string // the ticket that this one was merged into
	Turns        []turn
	Changes      []change
	Fields       []field
	AsText       bool
	Toggle       string // the same page the other way; "" if no message has HTML
	Notes, Files int
}

// change is one change of the status.
type change struct {
	desk.Change
	By archive.Label
}

func (s *Site) conversation(r *http.Request) (answer, error) {
	ctx := r.Context()
	q := r.URL.Query()
	t, err := s.library.Ticket(ctx, desk.ID(q.Get("id")))
	if err != nil {
		return answer{}, err
	}
	p := conversationPage{Ticket: t, Name: ticketName(t.Number), Source: sourceOf(t.ID)}
	out := answer{name: "conversation", title: "Ticket", at: "tickets", data: &p}
	if p.Left, err = s.view(ctx, t); err != nil || p.Left != "" {
		p.Ticket = &desk.Ticket{Meta: desk.Meta{ID: t.ID}} // nothing of it is shown
		return out, err
	}
	p.AsText = q.Get("as") == "text"
	p.Fields = fieldsOf(t.Fields)
	if err := p.name(s.namer(ctx)); err != nil {
		return answer{}, fmt.Errorf("ticket %s: %w", t.ID, err)
	}
	for _, turn := range p.Turns {
		p.Files += len(turn.Files)
		if turn.Note {
			p.Notes++
		}
		if turn.Frame != "" {
			p.Toggle = p.other()
		}
	}
	out.title = strings.TrimSpace(p.Name + " " + t.Subject)
	return out, nil
}

// name puts names to all that the ticket refers to.
func (p *conversationPage) name(names *namer) (err error) {
	t := p.Ticket
	for _, x := range []struct {
		into *archive.Label
		ref  desk.Ref
	}{{&p.Requester, t.Requester}, {&p.Assignee, t.Assignee}, {&p.Group, t.Group}, {&p.Category, t.Category}} {
		if *x.into, err = names.label(x.ref); err != nil {
			return err
		}
	}
	for _, ref := range t.Participants {
		l, err := names.label(ref)
		if err != nil {
			return err
		}
		p.Participants = append(p.Participants, l)
	}
	for _, c := range t.History {
		by, err := names.label(c.By)
		if err != nil {
			return err
		}
		p.Changes = append(p.Changes, change{c, by})
	}
	p.Merged = string(t.MergedInto.ID)
	for i := range t.Messages {
		one, err := newTurn(t, i, names)
		if err != nil {
			return err
		}
		one.AsText = p.AsText
		p.Turns = append(p.Turns, one)
	}
	return nil
}

func (p *conversationPage) other() string {
	v := url.Values{"id": {string(p.ID)}}
	if !p.AsText {
		v.Set("as", "text")
	}
	return "/ticket?" + v.Encode()
}

// sourceOf is the name of the source that an id begins with, "" if there is none.
func sourceOf(id desk.ID) string {
	source, _, found := strings.Cut(string(id), "/")
	if !found {
		return ""
	}
	return source
}

// field is a custom field as it is shown.
type field struct{ Name, Value, Link string }

func fieldsOf(fields map[string]any) []field {
	var out []field
	for name, value := range fields {
		f := field{Name: name, Value: plainly(value)}
		if f.Value == "" {
			continue
		}
		if (strings.HasPrefix(f.Value, "http://") || strings.HasPrefix(f.Value, "https://")) && opens(f.Value) {
			f.Link = f.Value
		}
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b field) int { return cmp.Compare(a.Name, b.Name) })
	return out
}
