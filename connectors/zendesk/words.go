package zendesk

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors/mail/plaintext"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// words turns Zendesk's records into ours. It asks nobody.
type words struct {
	base     string // the account's address; "" unknown
	agents   map[int64]bool
	fields   map[desk.Kind]*fieldSet
	forms    map[int64]string
	brands   map[int64]string
	statuses map[int64]string // custom ones
	members  map[int64][]desk.Ref
	open     opener
	// ours says that what is read was written by us, and is to come back as it was
	// handed over.
	ours bool
}

func newWords(base string) *words {
	w := &words{base: base, agents: map[int64]bool{}, fields: map[desk.Kind]*fieldSet{}, members: map[int64][]desk.Ref{}}
	for _, kind := range kinds {
		w.fields[kind] = newFieldSet(kind, nil)
	}
	return w
}

func number(id int64) desk.ID {
	if id <= 0 { // -1 is Zendesk itself
		return ""
	}
	return desk.ID(strconv.FormatInt(id, 10))
}

// person is a reference to a user.
func (w *words) person(id int64) desk.Ref {
	if w.agents[id] {
		return desk.To(desk.KindAgent, number(id))
	}
	return desk.To(desk.KindContact, number(id))
}

func (w *words) page(path string, id int64) string {
	if w.base == "" {
		return ""
	}
	return w.base + path + strconv.FormatInt(id, 10)
}

func (w *words) about(m *desk.Meta, kind desk.Kind, id int64, external loose, created, updated rest.Moment) {
	m.ID, m.Mark, m.Created, m.Updated = number(id), string(external), created.Time, updated.Time
	paths := map[desk.Kind]string{
		desk.KindTicket: "/agent/tickets/", desk.KindContact: "/agent/users/", desk.KindAgent: "/agent/users/", desk.KindOrganization: "/agent/organizations/",
	}
	if path := paths[kind]; path != "" {
		m.URL = w.page(path, id)
	}
	if external != "" && !w.ours {
		m.SetField("external_id", string(external))
	}
}

func status(s loose) desk.Status {
	if s == "hold" { // waits for a third party
		return desk.StatusPending
	}
	return desk.Status(s)
}

// ticket is the record of a ticket and its comments.
func (w *words) ticket(t *ticketShape, comments []commentShape, solved time.Time) *desk.Ticket {
	r := &desk.Ticket{
		Number: string(number(t.ID)), Subject: cmp.Or(t.RawSubject, t.Subject), Status: status(t.Status), Priority: desk.Priority(t.Priority), Type: string(t.Type),
		Channel: channel(t.Via.Channel), Requester: w.person(t.RequesterID), Assignee: desk.To(desk.KindAgent, number(t.AssigneeID)),
		Group: desk.To(desk.KindGroup, number(t.GroupID)), Tags: t.Tags, Due: t.Due.Time, Solved: solved,
	}
	w.about(&r.Meta, desk.KindTicket, t.ID, t.ExternalID, t.Created, t.Updated)
	if t.Generated > 0 {
		r.Version = strconv.FormatInt(t.Generated, 10)
	}
	if t.Status == "deleted" {
		return &desk.Ticket{Meta: desk.Meta{ID: r.ID, Updated: r.Updated, Version: r.Version, Deleted: true}}
	}
	if len(r.Tags) == 0 {
		r.Tags = nil
	}
	for _, id := range slices.Concat(t.Followers, t.EmailCCs, t.Collaborators) {
		ref := w.person(id)
		if !ref.IsZero() && ref != r.Requester && (w.ours || ref != r.Assignee) && !slices.Contains(r.Participants, ref) {
			r.Participants = append(r.Participants, ref)
		}
	}
	if t.Rating != nil && (strings.HasPrefix(string(t.Rating.Score), "good") || strings.HasPrefix(string(t.Rating.Score), "bad")) {
		score, _, _ := strings.Cut(string(t.Rating.Score), "_")
		r.Rating = &desk.Rating{Score: score, Comment: string(t.Rating.Comment), At: t.Rating.Updated.Time}
	}
	w.ticketFields(t, r)
	w.messages(t, comments, r)
	w.merged(t, r)
	return r
}

// ticketFields are the custom fields, and what our words have no room for.
func (w *words) ticketFields(t *ticketShape, r *desk.Ticket) {
	for _, f := range t.CustomFields {
		w.fields[desk.KindTicket].read(&r.Meta, strconv.FormatInt(f.ID, 10), f.Value)
	}
	set := func(name, value string) {
		if value != "" {
			r.SetField(name, value)
		}
	}
	if t.Status == "hold" {
		set("status", "hold")
	}
	set("status", w.statuses[t.CustomStatusID])
	set("form", w.forms[t.FormID])
	set("brand", w.brands[t.BrandID])
	set("recipient", string(t.Recipient))
	set("problem", string(number(t.ProblemID)))
	if t.Rating != nil {
		set("rating reason", string(t.Rating.Reason))
	}
}

// merged finds the ticket that one was merged into. Zendesk tags and closes it, and
// says in its last comment where it went: that is how it was seen in the field, and
// stands in no description.
func (w *words) merged(t *ticketShape, r *desk.Ticket) {
	if !slices.Contains(t.Tags, "closed_by_merge") || len(r.Messages) == 0 {
		return
	}
	last := r.Messages[len(r.Messages)-1].Text
	if _, after, found := strings.Cut(last, "#"); found {
		digits := strings.IndexFunc(after+" ", func(c rune) bool { return c < '0' || c > '9' })
		if id := desk.ID(after[:digits]); id != "" && id != r.ID {
			r.MergedInto = desk.To(desk.KindTicket, id)
		}
	}
}

// channel is our word for the door that something came through.
func channel(via loose) string {
	switch via {
	case "", "sample_ticket":
		return ""
	case "voice", "sms":
		return "phone"
	case "mobile", "mobile_sdk", "web_widget", "web_service", "help_center":
		return "web"
	case "chat", "native_messaging", "chat_transcript", "line":
		return "chat"
	case "twitter", "facebook", "instagram_dm", "any_channel", "whatsapp", "google_play":
		return "social"
	}
	return string(via)
}

// said is the text of a comment.
func (c *commentShape) said() string {
	text := cmp.Or(c.Body, c.Plain)
	if text == "" && c.HTML != "" {
		text = strings.TrimSpace(plaintext.HTML(c.HTML))
	}
	if rest, blank := strings.CutPrefix(text, noText); blank && strings.TrimSpace(rest) == "" {
		return rest
	}
	return text
}

// noText stands for a text that is blank, which Zendesk refuses; noName for the name
// of a file that has none.
const (
	noText     = "(no text)"
	noMessages = "(no messages)"
	noName     = "(no name)"
)
