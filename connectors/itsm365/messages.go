package itsm365

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors/mail/byline"
	"github.com/deskhaul/deskhaul/desk"
)

// opening is the id of a ticket's first message, which is no object of its own.
const opening = "description"

// messages are the turns of a ticket: its description, its comments, and files that came with
// neither. What we wrote ourselves says in its first line who wrote it, when, and with which
// files; only in tickets that carry our mark is that believed.
func (a *api) messages(ctx context.Context, t *desk.Ticket, r row, comments, files []row) ([]desk.Message, error) {
	first, p, err := a.first(ctx, t, r)
	if err != nil {
		return nil, err
	}
	h := a.hang(files, t)
	var out []desk.Message
	if first != nil {
		first.Files = h.named(p)
		out = append(out, *first)
	}
	slices.SortFunc(comments, func(a, b row) int { return int(numberOf(a.id()) - numberOf(b.id())) })
	for _, c := range comments {
		m, p, err := a.comment(ctx, c, t.Mark != "")
		if err != nil {
			return nil, err
		}
		m.Files = h.named(p)
		out = append(out, m)
	}
	if t.Mark == "" {
		slices.SortStableFunc(out[min(1, len(out)):], byTime)
	}
	return h.rest(ctx, out)
}

func byTime(a, b desk.Message) int {
	if a.At.IsZero() || b.At.IsZero() {
		return 0
	}
	return a.At.Compare(b.At)
}

// first is the description as a message; nil if nothing was said there.
func (a *api) first(ctx context.Context, t *desk.Ticket, r row) (*desk.Message, preface, error) {
	k := a.config.kind(desk.KindTicket)
	m := &desk.Message{ID: opening, At: t.Created}
	page := cmp.Or(r.text(k.code("html")), r.text(k.code("text")))
	var err error
	if m.Author, err = a.who(ctx, r.ref(k.code("author"))); err != nil {
		return nil, preface{}, err
	}
	if m.Author.IsZero() {
		m.Author = t.Requester
	}
	p := fill(m, page, t.Mark != "")
	if p.kind == "p" {
		return nil, p, nil
	}
	if p.kind != "" { // it stands in the name of the key's user
		m.Author = desk.Ref{}
	}
	return m, p, nil
}

func (a *api) comment(ctx context.Context, r row, ours bool) (desk.Message, preface, error) {
	k := a.config.kind(desk.KindMessage)
	m := desk.Message{ID: r.id(), At: a.time(r[k.code("created")]), Note: k.code("private") != "" && r.is(k.code("private"))}
	var err error
	if m.Author, err = a.who(ctx, r.ref(k.code("author"))); err != nil {
		return m, preface{}, err
	}
	p := fill(&m, r.text(k.code("text")), ours)
	if p.kind != "" && a.config.Authors != "yes" {
		m.Author = desk.Ref{}
	}
	return m, p, nil
}

// fill fills in text and HTML, and says what the line before them did.
func fill(m *desk.Message, page string, ours bool) (p preface) {
	if ours {
		if p, page, _ = parsePreface(page); p.kind != byline.UnknownKind {
			m.Mark, m.From, m.To, m.CC = p.mark, p.From, p.To, p.CC
			if page = strings.TrimPrefix(page, "\n"); !p.At.IsZero() {
				m.At = p.At
			}
		}
	}
	byline.Fill(m, page, p.kind)
	return p
}

// hanger finds the messages of a ticket's files, which all hang on the ticket.
type hanger struct {
	*api
	ticket *desk.Ticket
	files  []row
	used   map[desk.ID]bool
}

func (a *api) hang(files []row, t *desk.Ticket) *hanger {
	slices.SortFunc(files, func(a, b row) int { return int(numberOf(a.id()) - numberOf(b.id())) })
	return &hanger{a, t, files, map[desk.ID]bool{}}
}

// named are the files that a line names.
func (h *hanger) named(p preface) (out []desk.File) {
	for _, id := range p.files {
		for _, r := range h.files {
			if r.id() == desk.ID(id) && !h.used[r.id()] {
				h.used[r.id()] = true
				out = append(out, h.file(r, h.ticket.ID, true))
			}
		}
	}
	return out
}

// near is how far from a message a file came to be that came with it.
const near = 2 * time.Minute

// rest puts the other files to the message that came when they did; what came with none is a
// private note of its own, for who may see it nobody says.
func (h *hanger) rest(ctx context.Context, out []desk.Message) ([]desk.Message, error) {
	k := h.config.kind(desk.KindFile)
	for _, r := range h.files {
		if h.used[r.id()] {
			continue
		}
		at, f := h.time(r[k.code("created")]), h.file(r, h.ticket.ID, false)
		i := -1
		for n := range out {
			if d := at.Sub(out[n].At).Abs(); out[n].Mark == "" && !at.IsZero() && d <= near && (i < 0 || d < at.Sub(out[i].At).Abs()) {
				i = n
			}
		}
		if i < 0 && at.IsZero() && len(out) > 0 && out[0].Mark == "" {
			i = 0
		}
		if i >= 0 {
			out[i].Files = append(out[i].Files, f)
			continue
		}
		who, err := h.who(ctx, r.ref(k.code("author")))
		if err != nil {
			return nil, err
		}
		out = append(out, desk.Message{ID: r.id(), At: at, Author: who, Note: true, Files: []desk.File{f}})
	}
	if h.ticket.Mark == "" {
		slices.SortStableFunc(out[min(1, len(out)):], byTime)
	}
	return out, nil
}
