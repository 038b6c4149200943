package mapping

import (
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// The views are what expressions see of records: the names of the canonical JSON,
// no methods, nothing that can be written to. Marks and versions are left out.
type (
	refView struct {
		Kind string `expr:"kind"`
		ID   string `expr:"id"`
	}
	addressView struct {
		Name  string `expr:"name"`
		Email string `expr:"email"`
	}
	fileView struct {
		Name   string `expr:"name"`
		Type   string `expr:"type"`
		Size   int    `expr:"size"`
		Inline bool   `expr:"inline"`
	}
	ratingView struct {
		Score   string    `expr:"score"`
		Comment string    `expr:"comment"`
		At      time.Time `expr:"at"`
	}
	changeView struct {
		At   time.Time `expr:"at"`
		By   refView   `expr:"by"`
		From string    `expr:"from"`
		To   string    `expr:"to"`
	}
	// metaView is what every record has.
	metaView struct {
		ID      string         `expr:"id"`
		URL     string         `expr:"url"`
		Created time.Time      `expr:"created"`
		Updated time.Time      `expr:"updated"`
		Fields  map[string]any `expr:"fields"`
	}
	ticketView struct {
		metaView
		Number       string        `expr:"number"`
		Subject      string        `expr:"subject"`
		Status       string        `expr:"status"`
		Priority     string        `expr:"priority"`
		Type         string        `expr:"type"`
		Channel      string        `expr:"channel"`
		Requester    refView       `expr:"requester"`
		Participants []refView     `expr:"participants"`
		Assignee     refView       `expr:"assignee"`
		Group        refView       `expr:"group"`
		Category     refView       `expr:"category"`
		Tags         []string      `expr:"tags"`
		Rating       ratingView    `expr:"rating"`
		History      []changeView  `expr:"history"`
		Due          time.Time     `expr:"due"`
		Solved       time.Time     `expr:"solved"`
		Closed       time.Time     `expr:"closed"`
		MergedInto   refView       `expr:"merged_into"`
		Messages     []messageView `expr:"messages"`
	}
	messageView struct {
		ID         string         `expr:"id"`
		Author     refView        `expr:"author"`
		From       addressView    `expr:"from"`
		To         []addressView  `expr:"to"`
		CC         []addressView  `expr:"cc"`
		BCC        []addressView  `expr:"bcc"`
		At         time.Time      `expr:"at"`
		Note       bool           `expr:"note"`
		Channel    string         `expr:"channel"`
		Subject    string         `expr:"subject"`
		MessageID  string         `expr:"message_id"`
		InReplyTo  string         `expr:"in_reply_to"`
		References []string       `expr:"references"`
		Text       string         `expr:"text"`
		HTML       string         `expr:"html"`
		Files      []fileView     `expr:"files"`
		Fields     map[string]any `expr:"fields"`
	}
	contactView struct {
		metaView
		Name     string   `expr:"name"`
		Emails   []string `expr:"emails"`
		Phones   []string `expr:"phones"`
		Org      refView  `expr:"org"`
		Language string   `expr:"language"`
		Zone     string   `expr:"zone"`
		Note     string   `expr:"note"`
	}
	agentView struct {
		metaView
		Name     string    `expr:"name"`
		Email    string    `expr:"email"`
		Groups   []refView `expr:"groups"`
		Disabled bool      `expr:"disabled"`
	}
	organizationView struct {
		metaView
		Name    string   `expr:"name"`
		Domains []string `expr:"domains"`
		Note    string   `expr:"note"`
	}
	shelfView struct {
		metaView
		Name   string  `expr:"name"`
		Parent refView `expr:"parent"` // of categories; groups have none
	}
)

// The environments are what an expression of each kind can name.
type (
	ticketEnv struct {
		Ticket ticketView `expr:"ticket"`
	}
	messageEnv struct {
		Message messageView `expr:"message"`
		Ticket  ticketView  `expr:"ticket"`
	}
	contactEnv struct {
		Contact contactView `expr:"contact"`
	}
	agentEnv struct {
		Agent agentView `expr:"agent"`
	}
	organizationEnv struct {
		Organization organizationView `expr:"organization"`
	}
	groupEnv struct {
		Group shelfView `expr:"group"`
	}
	categoryEnv struct {
		Category shelfView `expr:"category"`
	}
)

// see makes the environment of r. Messages are looked at only when some
// expression does.
func see(r desk.Record, messages bool) any {
	m := r.About()
	switch r := r.(type) {
	case *desk.Ticket:
		return &ticketEnv{seeTicket(r, messages)}
	case *desk.Contact:
		return &contactEnv{contactView{
			seeMeta(m), r.Name, r.Emails, r.Phones, seeRef(r.Org), r.Language, r.Zone, r.Note,
		}}
	case *desk.Agent:
		return &agentEnv{agentView{
			seeMeta(m), r.Name, r.Email, each(r.Groups, seeRef), r.Disabled,
		}}
	case *desk.Organization:
		return &organizationEnv{organizationView{
			seeMeta(m), r.Name, r.Domains, r.Note,
		}}
	case *desk.Group:
		return &groupEnv{shelfView{seeMeta(m), r.Name, refView{}}}
	case *desk.Category:
		return &categoryEnv{shelfView{seeMeta(m), r.Name, seeRef(r.Parent)}}
	}
	return nil
}

func seeTicket(t *desk.Ticket, messages bool) ticketView {
	v := ticketView{
		metaView: seeMeta(&t.Meta),
		Number:   t.Number, Subject: t.Subject, Status: string(t.Status), Priority: string(t.Priority),
		Type: t.Type, Channel: t.Channel, Requester: seeRef(t.Requester), Participants: each(t.Participants, seeRef),
		Assignee: seeRef(t.Assignee), Group: seeRef(t.Group), Category: seeRef(t.Category), Tags: t.Tags,
		History: each(t.History, seeChange), Due: t.Due, Solved: t.Solved, Closed: t.Closed,
		MergedInto: seeRef(t.MergedInto),
	}
	if t.Rating != nil {
		v.Rating = ratingView{t.Rating.Score, t.Rating.Comment, t.Rating.At}
	}
	if messages {
		v.Messages = make([]messageView, len(t.Messages))
		for i := range t.Messages {
			v.Messages[i] = seeMessage(&t.Messages[i])
		}
	}
	return v
}

func seeMessage(m *desk.Message) messageView {
	return messageView{
		string(m.ID), seeRef(m.Author), seeAddress(m.From), each(m.To, seeAddress), each(m.CC, seeAddress),
		each(m.BCC, seeAddress), m.At, m.Note, m.Channel, m.Subject, m.MessageID, m.InReplyTo, m.References,
		m.Text, m.HTML, each(m.Files, seeFile), m.Fields,
	}
}

func seeMeta(m *desk.Meta) metaView {
	return metaView{string(m.ID), m.URL, m.Created, m.Updated, m.Fields}
}

func seeRef(r desk.Ref) refView             { return refView{string(r.Kind), string(r.ID)} }
func seeAddress(a desk.Address) addressView { return addressView(a) }
func seeChange(c desk.Change) changeView {
	return changeView{c.At, seeRef(c.By), string(c.From), string(c.To)}
}
func seeFile(f desk.File) fileView { return fileView{f.Name, f.Type, int(f.Size), f.Inline} }

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
