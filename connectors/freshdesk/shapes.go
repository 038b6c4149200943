package freshdesk

import (
	"strconv"

	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// The shapes of Freshdesk's answers, as recorded from an account of 2021 and as
// its documentation has them.

func idOf(n int64) desk.ID {
	if n == 0 {
		return ""
	}
	return desk.ID(strconv.FormatInt(n, 10))
}

// numberOf is the number that an id stands for; ok is false for what is none.
func numberOf(id desk.ID) (n int64, ok bool) {
	n, err := strconv.ParseInt(string(id), 10, 64)
	return n, err == nil && n > 0
}

type times struct {
	Created rest.Moment `json:"created_at"`
	Updated rest.Moment `json:"updated_at"`
}

type contactShape struct {
	ID       int64          `json:"id"`
	Name     string         `json:"name"`
	Email    string         `json:"email"`
	Others   []string       `json:"other_emails"`
	Phone    string         `json:"phone"`
	Mobile   string         `json:"mobile"`
	Company  int64          `json:"company_id"`
	Language string         `json:"language"`
	Zone     string         `json:"time_zone"`
	Note     string         `json:"description"`
	External string         `json:"unique_external_id"`
	Job      string         `json:"job_title"`
	Address  string         `json:"address"`
	Twitter  string         `json:"twitter_id"`
	Tags     []string       `json:"tags"`
	Deleted  bool           `json:"deleted"`
	Custom   map[string]any `json:"custom_fields"`
	times
}

type agentShape struct {
	ID         int64        `json:"id"`
	Contact    contactShape `json:"contact"`
	Groups     []int64      `json:"group_ids"`
	Occasional bool         `json:"occasional"`
	times
}

type companyShape struct {
	ID          int64          `json:"id"`
	Name        string         `json:"name"`
	Note        string         `json:"note"`
	Description string         `json:"description"`
	Domains     []string       `json:"domains"`
	Industry    string         `json:"industry"`
	Tier        string         `json:"account_tier"`
	Health      string         `json:"health_score"`
	Custom      map[string]any `json:"custom_fields"`
	times
}

// shelfShape is a group or a product.
type shelfShape struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	times
}

type ticketShape struct {
	ID          int64             `json:"id"`
	Subject     string            `json:"subject"`
	Description string            `json:"description"`
	Status      int64             `json:"status"`
	Priority    int64             `json:"priority"`
	Source      int64             `json:"source"`
	Type        string            `json:"type"`
	Requester   int64             `json:"requester_id"`
	Responder   int64             `json:"responder_id"`
	Group       int64             `json:"group_id"`
	Company     int64             `json:"company_id"`
	Product     int64             `json:"product_id"`
	CC          []string          `json:"cc_emails"`
	To          []string          `json:"to_emails"`
	Support     string            `json:"support_email"`
	Tags        []string          `json:"tags"`
	Spam        bool              `json:"spam"`
	Deleted     bool              `json:"deleted"`
	Archived    bool              `json:"archived"`
	Custom      map[string]any    `json:"custom_fields"`
	Due         rest.Moment       `json:"due_by"`
	Attachments []attachmentShape `json:"attachments"`
	Talks       []talkShape       `json:"conversations"`
	Stats       struct {
		Resolved rest.Moment `json:"resolved_at"`
		Closed   rest.Moment `json:"closed_at"`
	} `json:"stats"`
	times
}

// talkShape is a reply or a note.
type talkShape struct {
	ID          int64             `json:"id"`
	Ticket      int64             `json:"ticket_id"`
	Body        string            `json:"body"`
	Incoming    bool              `json:"incoming"`
	Private     bool              `json:"private"`
	User        int64             `json:"user_id"`
	Source      int64             `json:"source"`
	From        string            `json:"from_email"`
	To          []string          `json:"to_emails"`
	CC          []string          `json:"cc_emails"`
	BCC         []string          `json:"bcc_emails"`
	Support     string            `json:"support_email"`
	Auto        bool              `json:"auto_response"`
	Attachments []attachmentShape `json:"attachments"`
	times
}

type attachmentShape struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	Type string `json:"content_type"`
	Size int64  `json:"size"`
	URL  string `json:"attachment_url"`
}

type ratingShape struct {
	ID       int64            `json:"id"`
	Ticket   int64            `json:"ticket_id"`
	Feedback string           `json:"feedback"`
	Ratings  map[string]int64 `json:"ratings"`
	times
}
