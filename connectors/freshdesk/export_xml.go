package freshdesk

import (
	"html"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/connectors/saved"
)

// What Freshdesk exports is XML as its API v1 gave it (http://freshdesk.com/api/tickets/ and
// /users/): names with hyphens, a ticket's number for people in display-id, its conversations
// as notes in it. These turn it into the shapes of the API v2.

// xmlNames are the elements that are records, as saved.Element.Name has them.
var xmlNames = []string{"helpdesk_ticket", "user", "customer", "company", "group", "product"}

func numberIn(e *saved.Element, name string) int64 {
	n, err := strconv.ParseInt(e.Say(name), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func timeIn(e *saved.Element, name string) rest.Moment {
	at, err := time.Parse(time.RFC3339, e.Say(name))
	if err != nil {
		return rest.Moment{}
	}
	return rest.Moment{Time: at.UTC()}
}

func timesIn(e *saved.Element) times { return times{timeIn(e, "created_at"), timeIn(e, "updated_at")} }

// pageIn is a body: the page, else the text as one.
func pageIn(e *saved.Element, page, text string) string {
	if p := e.Kid(page).Text; strings.TrimSpace(p) != "" {
		return p
	}
	return strings.ReplaceAll(html.EscapeString(strings.TrimSpace(e.Kid(text).Text)), "\n", "<br>")
}

// leavesOf are the texts of all elements in one that have none in them.
func leavesOf(e *saved.Element) (out []string) {
	for i := range e.Kids {
		out = append(out, leavesOf(&e.Kids[i])...)
	}
	if text := strings.TrimSpace(e.Text); len(e.Kids) == 0 && text != "" {
		out = append(out, text)
	}
	return out
}

func ticketIn(e *saved.Element) ticketShape {
	cc := e.Kid("cc_email")
	t := ticketShape{
		ID: numberIn(e, "display_id"), Subject: e.Say("subject"), Description: pageIn(e, "description_html", "description"),
		Status: numberIn(e, "status"), Priority: numberIn(e, "priority"), Source: numberIn(e, "source"), Type: e.Say("ticket_type"),
		Requester: numberIn(e, "requester_id"), Responder: numberIn(e, "responder_id"), Group: numberIn(e, "group_id"), Product: numberIn(e, "product_id"),
		CC: leavesOf(cc.Kid("cc_emails")), To: leavesOf(e.Kid("to_emails")), Spam: e.Say("spam") == "true", Deleted: e.Say("deleted") == "true",
		Custom: customIn(e), Due: timeIn(e, "due_by"), Attachments: attachmentsIn(e), times: timesIn(e),
	}
	if to := e.Say("to_email"); len(t.To) == 0 && to != "" {
		t.To = []string{to}
	}
	for i := range e.Kid("tags").Kids {
		tag := &e.Kid("tags").Kids[i]
		if name := tag.Say("name"); name != "" {
			t.Tags = append(t.Tags, name)
		} else {
			t.Tags = append(t.Tags, leavesOf(tag)...)
		}
	}
	states := e.Kid("ticket_states")
	t.Stats.Resolved, t.Stats.Closed = timeIn(states, "resolved_at"), timeIn(states, "closed_at")
	for _, list := range [...]string{"notes", "helpdesk_notes"} { // Freshdesk's, and Freshservice's
		notes := e.Kid(list)
		for i := range notes.Kids {
			if note := &notes.Kids[i]; note.Name() == "helpdesk_note" && note.Say("deleted") != "true" {
				t.Talks = append(t.Talks, talkIn(note))
			}
		}
	}
	t.sortTalks()
	return t
}

func talkIn(e *saved.Element) talkShape {
	return talkShape{
		ID: numberIn(e, "id"), Body: pageIn(e, "body_html", "body"), Incoming: e.Say("incoming") == "true", Private: e.Say("private") == "true",
		User: numberIn(e, "user_id"), Source: numberIn(e, "source"), Support: e.Say("support_email"), Attachments: attachmentsIn(e), times: timesIn(e),
	}
}

func attachmentsIn(e *saved.Element) (out []attachmentShape) {
	list := e.Kid("attachments")
	for i := range list.Kids {
		a := &list.Kids[i]
		f := attachmentShape{ID: numberIn(a, "id"), Name: a.Say("content_file_name"), Type: a.Say("content_content_type"), URL: a.Say("attachment_url"), Size: -1}
		if a.Say("content_file_size") != "" {
			f.Size = numberIn(a, "content_file_size")
		}
		if f.Name != "" || f.ID != 0 {
			out = append(out, f)
		}
	}
	return out
}

// ofAccount is the number of the account, which ends the names of custom fields in exports.
var ofAccount = regexp.MustCompile(`_\d+$`)

func customIn(e *saved.Element) map[string]any {
	out := map[string]any{}
	list := e.Kid("custom_field")
	for i := range list.Kids {
		f := &list.Kids[i]
		if text := strings.TrimSpace(f.Text); text != "" {
			out[ofAccount.ReplaceAllString(strings.ToLower(f.XMLName.Local), "")] = text
		}
	}
	return out
}

func contactIn(e *saved.Element) contactShape {
	return contactShape{
		ID: numberIn(e, "id"), Name: e.Say("name"), Email: e.Say("email"), Phone: e.Say("phone"), Mobile: e.Say("mobile"), Company: numberIn(e, "customer_id"),
		Language: e.Say("language"), Zone: e.Say("time_zone"), Note: e.Say("description"), External: e.Say("external_id"), Job: e.Say("job_title"),
		Address: e.Say("address"), Twitter: e.Say("twitter_id"), Deleted: e.Say("deleted") == "true", Custom: customIn(e), times: timesIn(e),
	}
}

// The roles of people that are those of agents (API v1, users: 3 is who asks).
const (
	roleAdmin = "1"
	roleAgent = "2"
)

// isAgent tells whether a user of an export is one of us.
func isAgent(e *saved.Element) bool {
	role := e.Say("user_role")
	return e.Say("helpdesk_agent") == "true" || role == roleAdmin || role == roleAgent
}

func companyIn(e *saved.Element) companyShape {
	c := companyShape{ID: numberIn(e, "id"), Name: e.Say("name"), Note: e.Say("note"), Description: e.Say("description"), Custom: customIn(e), times: timesIn(e)}
	for _, list := range leavesOf(e.Kid("domains")) {
		c.Domains = append(c.Domains, strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' || r == ';' })...)
	}
	return c
}

func shelfIn(e *saved.Element) shelfShape {
	return shelfShape{ID: numberIn(e, "id"), Name: e.Say("name"), times: timesIn(e)}
}
