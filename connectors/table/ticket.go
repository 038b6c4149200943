package table

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// ticket reads the cover of a ticket, and its first message where a column holds
// one.
func (r *row) ticket() *desk.Ticket {
	t := &desk.Ticket{}
	r.about(&t.Meta)
	t.Number, t.Subject = r.get("number"), r.get("subject")
	if r.Kind == desk.KindMessage {
		t.ID = desk.ID(r.get("ticket"))
		if s := r.get("ticket_subject"); s != "" {
			t.Subject = s
		}
	}
	if t.ID == "" {
		t.ID = desk.ID(t.Number)
	}
	t.Status, t.Priority = r.status(), r.priority()
	t.Type, t.Channel = r.word("type"), r.word("channel")
	t.Requester = r.requester()
	t.Assignee = r.ref(desk.KindAgent, "assignee", "assignee_email", "assignee_name")
	t.Group = r.ref(desk.KindGroup, "group", "group_name")
	t.Category = r.ref(desk.KindCategory, "category", "category_name")
	t.Tags = r.list("tags")
	t.Due, t.Solved, t.Closed = r.time("due"), r.time("solved"), r.time("closed")
	t.MergedInto = desk.To(desk.KindTicket, desk.ID(r.get("merged_into")))
	if s := r.get("rating"); s != "" {
		t.Rating = &desk.Rating{Score: s, Comment: r.raw("rating_comment")}
	}
	for _, box := range r.boxes("participants") {
		t.Participants = append(t.Participants, r.participant(box))
	}
	if r.Kind == desk.KindTicket {
		if text, html := r.raw("description"), r.raw("description_html"); text != "" || html != "" {
			t.Messages = []desk.Message{{
				ID: "description", Author: t.Requester, From: mailbox(r.get("requester_name"), r.get("requester_email")),
				At: t.Created, Text: text, HTML: html,
			}}
		}
		r.keepAll("org", "org_name", "requester_phone")
		t.Fields = r.fields()
	} else {
		t.Fields = r.kept
	}
	return t
}

// boxes reads a list of people, each by address or, where that is all, by name.
func (r *row) boxes(field string) []desk.Address {
	var boxes []desk.Address
	for _, p := range r.list(field) {
		box := mailbox("", p)
		if !strings.Contains(box.Email, "@") {
			box = desk.Address{Name: p}
		}
		boxes = append(boxes, box)
	}
	return boxes
}

func (r *row) participant(box desk.Address) desk.Ref {
	w := desk.Normal(cmp.Or(box.Email, box.Name))
	return desk.To(desk.KindContact, r.lookup(desk.KindContact, w, w))
}

func (r *row) requester() desk.Ref {
	email := mailbox("", r.get("requester_email")).Email
	if r.get("requester") == "" && email != "" {
		w := desk.Normal(email)
		return desk.To(desk.KindContact, r.lookup(desk.KindContact, w, w))
	}
	return r.ref(desk.KindContact, "requester", "requester_name")
}

// author tells who wrote the message of a row, and whether it was an agent: by a
// column that says so, else by who is known as one, else by a note being private.
func (r *row) author() desk.Ref {
	if r.Kind != desk.KindMessage {
		return desk.Ref{}
	}
	word := r.get("author")
	if word == "" {
		word = desk.Normal(mailbox("", r.get("author_email")).Email)
	}
	if word == "" {
		word = desk.Normal(r.get("author_name"))
	}
	if word == "" || r.err != nil {
		return desk.Ref{}
	}
	if r.get("author_role") == "" && r.people != nil {
		for _, kind := range []desk.Kind{desk.KindAgent, desk.KindContact} {
			if id := r.lookup(kind, word, ""); id != "" {
				return desk.To(kind, id)
			}
		}
	}
	kind := desk.KindContact
	if r.isAgent("author_role") || r.get("author_role") == "" && r.private() {
		kind = desk.KindAgent
	}
	return desk.To(kind, r.lookup(kind, word, word))
}

// private tells a note for agents' eyes. What a cell says of neither is private
// only if a column for it exists and holds a word that we do not know: an answer
// shown too little does less harm than a note shown to a customer.
func (r *row) private() bool {
	if to, ok := r.translated("note"); ok {
		return r.words.yes[plain(to)]
	}
	if r.bySort {
		return r.words.saysPrivate(r.get("note"))
	}
	if s := plain(r.get("note")); s != "" {
		return r.words.yes[s] || !r.words.public[s] && !no(s)
	}
	if s := r.get("public"); s != "" {
		return !r.yes("public") && !r.words.public[plain(s)]
	}
	return false
}

func no(s string) bool {
	switch s {
	case "0", "false", "f", "no", "n", "off", "нет", "ложь", "nein", "falsch", "non", "faux", "falso", "nao", "nie", "nee", "hayir", "否", "假", "いいえ", "偽":
		return true
	}
	return false
}

// Message reads the message of a row in a sheet of messages, and the ticket it
// belongs to. Its ID is "" where the row has none.
func (l *Layout) Message(ctx context.Context, cells []string, people People) (desk.Message, desk.ID, error) {
	if l.Exact {
		return l.exactMessage(cells)
	}
	r := &row{Layout: l, ctx: ctx, cells: cells, people: people}
	m := desk.Message{
		ID: desk.ID(r.get("id")), Author: r.author(), From: mailbox(r.get("author_name"), r.get("author_email")),
		To: r.addresses("to"), CC: r.addresses("cc"), BCC: r.addresses("bcc"), At: r.time("at"), Note: r.private(),
		Channel: r.word("channel"), MessageID: unbracket(r.get("message_id")), InReplyTo: unbracket(r.get("in_reply_to")),
		Text: r.raw("text"), HTML: r.raw("html"),
	}
	if l.Has("ticket_subject") {
		m.Subject = r.get("subject")
	}
	for _, ref := range r.list("references") {
		m.References = append(m.References, unbracket(ref))
	}
	m.Fields = r.fields()
	return m, desk.ID(r.get("ticket")), r.err
}

func unbracket(s string) string {
	if len(s) > 2 && s[0] == '<' && s[len(s)-1] == '>' {
		return s[1 : len(s)-1]
	}
	return s
}

// Cover reads the ticket that a row of messages speaks of. Its messages are left
// out.
func (l *Layout) Cover(ctx context.Context, cells []string, people People) (*desk.Ticket, error) {
	r := &row{Layout: l, ctx: ctx, cells: cells, people: people}
	t := r.ticket()
	if t.Created.IsZero() {
		t.Created = r.time("at")
	}
	if t.Requester.IsZero() {
		if a := r.author(); a.Kind == desk.KindContact {
			t.Requester = a
		}
	}
	return t, r.err
}

// Join reads a row that only says more of a ticket that another sheet holds: tags,
// and people who take part (in cc).
func (l *Layout) Join(ctx context.Context, cells []string, people People) (tags []string, participants []desk.Ref, err error) {
	r := &row{Layout: l, ctx: ctx, cells: cells, people: people}
	for _, box := range r.boxes("cc") {
		participants = append(participants, r.participant(box))
	}
	return r.list("tags"), participants, r.err
}

// Place tells which ticket the message of a row belongs to, and its time.
func (l *Layout) Place(cells []string) (desk.ID, time.Time) {
	if l.Exact {
		return l.exactPlace(cells)
	}
	r := &row{Layout: l, cells: cells}
	return desk.ID(r.get("ticket")), r.time("at")
}
