package zendesk

import (
	"encoding/json"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/rest"
)

// The shapes of Zendesk's answers, as specified in its OpenAPI description and as
// recorded. Numbers that are missing or null are 0, texts "".

// loose is a text, or a number or truth that is taken for one.
type loose string

// UnmarshalJSON implements json.Unmarshaler.
func (l *loose) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err == nil {
		*l = loose(s)
		return nil
	}
	if raw := string(b); raw != "null" && !strings.ContainsAny(raw, "{[") {
		*l = loose(raw)
	}
	return nil
}

type viaShape struct {
	Channel loose `json:"channel"`
	Source  struct {
		From viaEnd `json:"from"`
		To   viaEnd `json:"to"`
		Rel  loose  `json:"rel"`
	} `json:"source"`
}

type viaEnd struct {
	Name       loose   `json:"name"`
	Address    loose   `json:"address"`
	Phone      loose   `json:"phone"`
	Username   loose   `json:"username"`
	Recipients []loose `json:"original_recipients"`
}

type fieldValue struct {
	ID    int64 `json:"id"`
	Value any   `json:"value"`
}

type ratingShape struct {
	Score   loose       `json:"score"`
	Comment loose       `json:"comment"`
	Reason  loose       `json:"reason"`
	Updated rest.Moment `json:"updated_at"`
}

type ticketShape struct {
	ID             int64        `json:"id"`
	ExternalID     loose        `json:"external_id"`
	Via            viaShape     `json:"via"`
	Created        rest.Moment  `json:"created_at"`
	Updated        rest.Moment  `json:"updated_at"`
	Type           loose        `json:"type"`
	Subject        string       `json:"subject"`
	RawSubject     string       `json:"raw_subject"`
	Description    string       `json:"description"`
	Priority       loose        `json:"priority"`
	Status         loose        `json:"status"`
	CustomStatusID int64        `json:"custom_status_id"`
	Recipient      loose        `json:"recipient"`
	RequesterID    int64        `json:"requester_id"`
	SubmitterID    int64        `json:"submitter_id"`
	AssigneeID     int64        `json:"assignee_id"`
	GroupID        int64        `json:"group_id"`
	BrandID        int64        `json:"brand_id"`
	FormID         int64        `json:"ticket_form_id"`
	ProblemID      int64        `json:"problem_id"`
	Collaborators  []int64      `json:"collaborator_ids"`
	Followers      []int64      `json:"follower_ids"`
	EmailCCs       []int64      `json:"email_cc_ids"`
	Due            rest.Moment  `json:"due_at"`
	Tags           []string     `json:"tags"`
	CustomFields   []fieldValue `json:"custom_fields"`
	Rating         *ratingShape `json:"satisfaction_rating"`
	Generated      int64        `json:"generated_timestamp"`
}

type commentShape struct {
	ID          int64             `json:"id"`
	Type        loose             `json:"type"`
	AuthorID    int64             `json:"author_id"`
	Body        string            `json:"body"`
	HTML        string            `json:"html_body"`
	Plain       string            `json:"plain_body"`
	Public      *bool             `json:"public"`
	Attachments []attachmentShape `json:"attachments"`
	Via         viaShape          `json:"via"`
	Created     rest.Moment       `json:"created_at"`
	Metadata    struct {
		System struct {
			MessageID loose `json:"message_id"`
		} `json:"system"`
		Custom map[string]any `json:"custom"`
	} `json:"metadata"`
	Data struct {
		Recording loose `json:"recording_url"`
	} `json:"data"`
}

type attachmentShape struct {
	ID         int64  `json:"id"`
	Name       string `json:"file_name"`
	URL        string `json:"content_url"`
	Mapped     string `json:"mapped_content_url"`
	Type       string `json:"content_type"`
	Size       *int64 `json:"size"`
	Inline     bool   `json:"inline"`
	Deleted    bool   `json:"deleted"`
	MalwareFnd loose  `json:"malware_scan_result"`
}

type userShape struct {
	ID         int64           `json:"id"`
	ExternalID loose           `json:"external_id"`
	Name       string          `json:"name"`
	Email      loose           `json:"email"`
	Phone      loose           `json:"phone"`
	Role       loose           `json:"role"`
	Locale     loose           `json:"locale"`
	Zone       loose           `json:"iana_time_zone"`
	OrgID      int64           `json:"organization_id"`
	Notes      string          `json:"notes"`
	Details    string          `json:"details"`
	Tags       []string        `json:"tags"`
	Active     *bool           `json:"active"`
	Suspended  bool            `json:"suspended"`
	Fields     map[string]any  `json:"user_fields"`
	Created    rest.Moment     `json:"created_at"`
	Updated    rest.Moment     `json:"updated_at"`
	Identities []identityShape `json:"-"`
}

// gone tells whether the user was deleted.
func (u *userShape) gone() bool { return u.Active != nil && !*u.Active }

// staff tells whether the user is an agent.
func (u *userShape) staff() bool { return !u.gone() && (u.Role == "agent" || u.Role == "admin") }

type identityShape struct {
	ID      int64 `json:"id"`
	UserID  int64 `json:"user_id"`
	Type    loose `json:"type"`
	Value   loose `json:"value"`
	Primary bool  `json:"primary"`
}

type organizationShape struct {
	ID         int64          `json:"id"`
	ExternalID loose          `json:"external_id"`
	Name       string         `json:"name"`
	Domains    []string       `json:"domain_names"`
	Details    string         `json:"details"`
	Notes      string         `json:"notes"`
	Tags       []string       `json:"tags"`
	Fields     map[string]any `json:"organization_fields"`
	Created    rest.Moment    `json:"created_at"`
	Updated    rest.Moment    `json:"updated_at"`
	Deleted    rest.Moment    `json:"deleted_at"`
}

type groupShape struct {
	ID          int64       `json:"id"`
	Name        string      `json:"name"`
	Description string      `json:"description"`
	Deleted     bool        `json:"deleted"`
	Created     rest.Moment `json:"created_at"`
	Updated     rest.Moment `json:"updated_at"`
}

type membershipShape struct {
	ID      int64 `json:"id"`
	UserID  int64 `json:"user_id"`
	GroupID int64 `json:"group_id"`
}

type fieldShape struct {
	ID       int64  `json:"id"`
	Key      string `json:"key"`
	Type     string `json:"type"`
	Title    string `json:"title"`
	Active   *bool  `json:"active"`
	Required bool   `json:"required"`
	Options  []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"custom_field_options"`
}

type metricShape struct {
	TicketID int64       `json:"ticket_id"`
	Solved   rest.Moment `json:"solved_at"`
}

type namedShape struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Label string `json:"agent_label"` // of a custom status
}
