package deskcom

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// link is a reference in Desk.com's HAL: a path such as /api/v2/cases/1, and the class of what
// is there.
type link struct {
	Href  string `json:"href"`
	Class string `json:"class"`
}

// path is what stands after /api/v2, piece by piece. A document of theirs says customer for
// customers.
func (l *link) path() []string {
	if l == nil {
		return nil
	}
	href, _, _ := strings.Cut(l.Href, "?")
	_, rest, ok := strings.Cut(href, "/api/v2/")
	if !ok {
		return nil
	}
	all := strings.Split(strings.Trim(rest, "/"), "/")
	if all[0] == "customer" {
		all[0] = "customers"
	}
	return all
}

// id is the id of what a link of the kind leads to; "" none.
func (l *link) id(kind string) string {
	all := l.path()
	if len(all) < 2 || all[0] != kind || !isNumber(all[1]) {
		return ""
	}
	return all[1]
}

func isNumber(s string) bool {
	_, err := strconv.ParseUint(s, 10, 64)
	return err == nil
}

// loose is a text or number, as an account has it.
type loose string

func (l *loose) UnmarshalJSON(b []byte) error {
	var s string
	switch {
	case string(b) == "null":
	case json.Unmarshal(b, &s) == nil:
		*l = loose(s)
	default:
		*l = loose(b)
	}
	return nil
}

// moment is a time as Desk.com writes it, 2013-11-22T22:49:20Z; zero if it has none.
type moment struct{ time.Time }

func (m *moment) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) != nil || s == "" {
		return nil
	}
	t, err := time.Parse(time.RFC3339, s)
	m.Time = t.UTC()
	return err
}

type caseShape struct {
	External   loose          `json:"external_id"`
	Subject    string         `json:"subject"`
	Priority   loose          `json:"priority"`
	About      string         `json:"description"`
	Status     string         `json:"status"`
	Type       string         `json:"type"`
	Labels     []string       `json:"labels"`
	Language   string         `json:"language"`
	Created    moment         `json:"created_at"`
	Updated    moment         `json:"updated_at"`
	Changed    moment         `json:"changed_at"`
	Resolved   moment         `json:"resolved_at"`
	Opened     moment         `json:"first_opened_at"`
	FirstSolve moment         `json:"first_resolved_at"`
	Fields     map[string]any `json:"custom_fields"`
	Links      struct {
		Customer *link `json:"customer"`
		User     *link `json:"assigned_user"`
		Group    *link `json:"assigned_group"`
	} `json:"_links"`
}

// messageShape is the first message of a case, a reply, or a note.
type messageShape struct {
	Subject   string `json:"subject"`
	Body      string `json:"body"`
	Direction string `json:"direction"`
	Status    string `json:"status"`
	From      string `json:"from"`
	To        string `json:"to"`
	CC        string `json:"cc"`
	BCC       string `json:"bcc"`
	Created   moment `json:"created_at"`
	Sent      moment `json:"sent_at"`
	Entered   moment `json:"entered_at"`
	Erased    moment `json:"erased_at"`
	Links     struct {
		Self     *link `json:"self"`
		Customer *link `json:"customer"`
		User     *link `json:"user"`
		Sent     *link `json:"sent_by"`
		Entered  *link `json:"entered_by"`
	} `json:"_links"`
}

type attachmentShape struct {
	Name   string `json:"file_name"`
	Type   string `json:"content_type"`
	Size   loose  `json:"size"`
	Erased moment `json:"erased_at"`
}

// entry is one of several values of a person: an address, a number.
type entry struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

type customerShape struct {
	First      string         `json:"first_name"`
	Last       string         `json:"last_name"`
	Display    string         `json:"display_name"`
	Company    string         `json:"company"`
	Title      string         `json:"title"`
	External   loose          `json:"external_id"`
	Background string         `json:"background"`
	Language   string         `json:"language"`
	Created    moment         `json:"created_at"`
	Updated    moment         `json:"updated_at"`
	Fields     map[string]any `json:"custom_fields"`
	Emails     []entry        `json:"emails"`
	Phones     []entry        `json:"phone_numbers"`
	Addresses  []entry        `json:"addresses"`
	Links      struct {
		Company *link `json:"company"`
	} `json:"_links"`
}

type companyShape struct {
	Name    string         `json:"name"`
	Domains []string       `json:"domains"`
	Created moment         `json:"created_at"`
	Updated moment         `json:"updated_at"`
	Fields  map[string]any `json:"custom_fields"`
}

type userShape struct {
	Name    string `json:"name"`
	Public  string `json:"public_name"`
	Email   string `json:"email"`
	Level   string `json:"level"`
	Created moment `json:"created_at"`
	Updated moment `json:"updated_at"`
}

type groupShape struct {
	Name string `json:"name"`
}

type fieldShape struct {
	Name  string `json:"name"`
	Label string `json:"label"`
	Type  string `json:"type"` // case (formerly ticket), customer, company
	Data  struct {
		Type    string   `json:"type"` // text, number, date, boolean, list
		Choices []string `json:"choices"`
	} `json:"data"`
}
