package mapping

import (
	"time"
)

// The views are what expressions see of records: the names of the canonical JSON,
// no methods, nothing that can be written to. Marks and versions are left out.
type (
	refView struct {
		Kind string `expr:"kind"`
		ID   string `expr:"id"`
		// What it refers to is looked up where an expression asks for it; see viewer.
		Name         string           `expr:"name"`
		Email        string           `expr:"email"` // of people, the first
		Organization organizationPart `expr:"organization"`
	}
	// organizationPart is the organisation of a contact that is referred to.
	organizationPart struct {
		ID      string   `expr:"id"`
		Name    string   `expr:"name"`
		Domains []string `expr:"domains"`
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

// wayView is where a record comes from and goes to, in every environment.
type wayView struct {
	Source string `expr:"source"`
	Target string `expr:"target"`
}

// The environments are what an expression of each kind can name.
type (
	ticketEnv struct {
		wayView
		Ticket ticketView `expr:"ticket"`
	}
	messageEnv struct {
		wayView
		Message messageView `expr:"message"`
		Ticket  ticketView  `expr:"ticket"`
	}
	contactEnv struct {
		wayView
		Contact contactView `expr:"contact"`
	}
	agentEnv struct {
		wayView
		Agent agentView `expr:"agent"`
	}
	organizationEnv struct {
		wayView
		Organization organizationView `expr:"organization"`
	}
	groupEnv struct {
		wayView
		Group shelfView `expr:"group"`
	}
	categoryEnv struct {
		wayView
		Category shelfView `expr:"category"`
	}
)
