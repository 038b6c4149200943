package intercom

import "encoding/json"

// The shapes of Intercom's answers, as its description of version 2.16 has them
// (https://github.com/intercom/Intercom-OpenAPI) and recorded objects show them.

// list is what every list has in common. Which key the rows stand under depends on it.
type list[T any] struct {
	Data          []T    `json:"data"`
	Conversations []T    `json:"conversations"`
	Tickets       []T    `json:"tickets"`
	Admins        []T    `json:"admins"`
	Teams         []T    `json:"teams"`
	Companies     []T    `json:"companies"`
	Total         int64  `json:"total_count"`
	Scroll        string `json:"scroll_param"`
	Pages         struct {
		Next json.RawMessage `json:"next"`
	} `json:"pages"`
}

func (l *list[T]) rows() []T {
	for _, rows := range [][]T{l.Data, l.Conversations, l.Tickets, l.Admins, l.Teams, l.Companies} {
		if len(rows) > 0 {
			return rows
		}
	}
	return nil
}

// after is the cursor of the next page; "" if this is the last.
func (l *list[T]) after() string {
	var next struct {
		After word `json:"starting_after"`
	}
	_ = json.Unmarshal(l.Pages.Next, &next) // an address names no cursor
	return string(next.After)
}

type meShape struct {
	adminShape
	App struct {
		Code   string `json:"id_code"`
		Name   string `json:"name"`
		Region string `json:"region"`
	} `json:"app"`
}

type adminShape struct {
	Type  string `json:"type"`
	ID    word   `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
	Job   string `json:"job_title"`
	Teams []word `json:"team_ids"`
	Seat  bool   `json:"has_inbox_seat"`
}

type teamShape struct {
	ID   word   `json:"id"`
	Name string `json:"name"`
}

type companyShape struct {
	ID       word           `json:"id"`
	Name     string         `json:"name"`
	External string         `json:"company_id"`
	Website  string         `json:"website"`
	Industry string         `json:"industry"`
	Size     int64          `json:"size"`
	Plan     planShape      `json:"plan"`
	Custom   map[string]any `json:"custom_attributes"`
	Created  instant        `json:"created_at"`
	Updated  instant        `json:"updated_at"`
	Deleted  bool           `json:"deleted"`
}

type planShape struct {
	Name string `json:"name"`
}

type contactShape struct {
	ID        word           `json:"id"`
	External  string         `json:"external_id"`
	Role      string         `json:"role"`
	Email     string         `json:"email"`
	Phone     string         `json:"phone"`
	Name      string         `json:"name"`
	Owner     word           `json:"owner_id"`
	Language  string         `json:"language_override"`
	Browser   string         `json:"browser_language"`
	Created   instant        `json:"created_at"`
	Updated   instant        `json:"updated_at"`
	SignedUp  instant        `json:"signed_up_at"`
	Archived  bool           `json:"archived"`
	Bounced   bool           `json:"has_hard_bounced"`
	Unsub     bool           `json:"unsubscribed_from_emails"`
	Custom    map[string]any `json:"custom_attributes"`
	Tags      some           `json:"tags"`
	Notes     some           `json:"notes"`
	Companies some           `json:"companies"`
	Location  struct {
		Country string `json:"country"`
		City    string `json:"city"`
	} `json:"location"`
}

// some are up to ten of what a contact has.
type some struct {
	Data []struct {
		ID word `json:"id"`
	} `json:"data"`
	Total int  `json:"total_count"`
	More  bool `json:"has_more"`
}

type noteShape struct {
	Created instant    `json:"created_at"`
	Author  adminShape `json:"author"`
	Body    string     `json:"body"`
}

type tagShape struct {
	ID   word   `json:"id"`
	Name string `json:"name"`
}

// personShape is who did something: an admin, bot, team, user, lead or contact.
type personShape struct {
	Type  string `json:"type"`
	ID    word   `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
}

type contactsShape struct {
	Contacts []struct {
		ID word `json:"id"`
	} `json:"contacts"`
}

type linkedShape struct {
	Data []struct {
		Type     string `json:"type"`
		ID       word   `json:"id"`
		Category string `json:"category"`
	} `json:"data"`
}

type conversationShape struct {
	ID       word           `json:"id"`
	Title    string         `json:"title"`
	Created  instant        `json:"created_at"`
	Updated  instant        `json:"updated_at"`
	Snoozed  instant        `json:"snoozed_until"`
	State    string         `json:"state"`
	Open     bool           `json:"open"`
	Priority string         `json:"priority"`
	Admin    word           `json:"admin_assignee_id"`
	Team     word           `json:"team_assignee_id"`
	Source   sourceShape    `json:"source"`
	Contacts contactsShape  `json:"contacts"`
	Custom   map[string]any `json:"custom_attributes"`
	Linked   linkedShape    `json:"linked_objects"`
	Tags     struct {
		Tags []tagShape `json:"tags"`
	} `json:"tags"`
	Rating *ratingShape `json:"conversation_rating"`
	SLA    *struct {
		Name   string `json:"sla_name"`
		Status string `json:"sla_status"`
	} `json:"sla_applied"`
	Statistics *struct {
		LastClose instant `json:"last_close_at"`
	} `json:"statistics"`
	Teammates struct {
		Admins    []personShape `json:"admins"`
		Teammates []personShape `json:"teammates"`
	} `json:"teammates"`
	Ticket json.RawMessage `json:"ticket"` // in a conversation that was made a ticket; described nowhere, sent
	Parts  partsShape      `json:"conversation_parts"`
}

type ratingShape struct {
	Rating  word    `json:"rating"`
	Remark  string  `json:"remark"`
	Created instant `json:"created_at"`
	Updated instant `json:"updated_at"`
}

// sourceShape is the message that began a conversation: it is never among the parts.
type sourceShape struct {
	Type       string            `json:"type"`
	ID         word              `json:"id"`
	Delivered  string            `json:"delivered_as"`
	Subject    string            `json:"subject"`
	Body       string            `json:"body"`
	Author     personShape       `json:"author"`
	Files      []attachmentShape `json:"attachments"`
	URL        string            `json:"url"`
	Recipients []struct {
		Type  string `json:"type"`
		Email string `json:"email"`
	} `json:"recipients"`
}

// partsShape are the parts of a conversation or a ticket, at most the newest 500.
type partsShape struct {
	Parts       []partShape `json:"conversation_parts"`
	TicketParts []partShape `json:"ticket_parts"`
	Total       int         `json:"total_count"`
}

func (p *partsShape) all() []partShape { return append(p.Parts, p.TicketParts...) }

type partShape struct {
	ID       word              `json:"id"`
	Type     string            `json:"part_type"`
	Body     string            `json:"body"`
	Created  instant           `json:"created_at"`
	Author   personShape       `json:"author"`
	Files    []attachmentShape `json:"attachments"`
	Redacted bool              `json:"redacted"`
	State    string            `json:"state"`
	Was      string            `json:"previous_ticket_state"`
	Now      string            `json:"ticket_state"`
	Mail     *struct {
		Subject string `json:"subject"`
		Headers []struct {
			Type  string `json:"type"`
			Email string `json:"email_address"`
			Name  string `json:"name"`
		} `json:"email_address_headers"`
	} `json:"email_message_metadata"`
}

type attachmentShape struct {
	Type    string `json:"type"`
	Name    string `json:"name"`
	URL     string `json:"url"`
	Content string `json:"content_type"`
	Size    int64  `json:"filesize"`
}
