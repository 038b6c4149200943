package okdesk

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// The shapes of Okdesk's answers, as its documentation shows them.

// number is an id. Webhooks spell it as a text; so it is read either way.
type number int64

// UnmarshalJSON implements json.Unmarshaler.
func (n *number) UnmarshalJSON(b []byte) error {
	s := string(bytes.Trim(b, `"`))
	if s == "null" || s == "" {
		*n = 0
		return nil
	}
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return &json.UnmarshalTypeError{Value: "value that is no number", Field: "id"}
	}
	*n = number(v)
	return nil
}

func idOf(n number) desk.ID {
	if n == 0 {
		return ""
	}
	return desk.ID(strconv.FormatInt(int64(n), 10))
}

// numberOf is the number that an id stands for; ok is false for what is none.
func numberOf(id desk.ID) (n number, ok bool) {
	v, err := strconv.ParseInt(string(id), 10, 64)
	return number(v), err == nil && v > 0
}

// named is whoever or whatever is referred to.
type named struct {
	ID   number `json:"id"`
	Code string `json:"code"`
	Name string `json:"name"`
	Type string `json:"type"` // of people: employee or contact
}

type personShape struct {
	ID         number           `json:"id"`
	First      string           `json:"first_name"`
	Last       string           `json:"last_name"`
	Patronymic string           `json:"patronymic"`
	Name       string           `json:"name"` // where the parts are not told
	Email      string           `json:"email"`
	Phone      string           `json:"phone"`
	Mobile     string           `json:"mobile_phone"`
	Position   string           `json:"position"`
	Comment    string           `json:"comment"`
	Login      string           `json:"login"`
	Telegram   string           `json:"telegram_username"`
	Active     *bool            `json:"active"`
	CompanyID  number           `json:"company_id"`
	Company    *named           `json:"company"`
	Groups     []named          `json:"groups"` // of employees
	Roles      []named          `json:"roles"`
	Parameters []parameterShape `json:"parameters"`
}

func (p personShape) key() int64 { return int64(p.ID) }

type companyShape struct {
	ID         number            `json:"id"`
	Name       string            `json:"name"`
	Additional string            `json:"additional_name"`
	Site       string            `json:"site"`
	Email      string            `json:"email"`
	Phone      string            `json:"phone"`
	Address    string            `json:"address"`
	Comment    string            `json:"comment"`
	External   string            `json:"crm_1c_id"`
	Active     *bool             `json:"active"`
	Category   *named            `json:"category"`
	Assignee   *named            `json:"default_assignee"`
	Files      []attachmentShape `json:"attachments"`
	Parameters []parameterShape  `json:"parameters"`
}

func (c companyShape) key() int64 { return int64(c.ID) }

// objectShape is a maintenance entity.
type objectShape struct {
	ID         number           `json:"id"`
	Name       string           `json:"name"`
	Address    any              `json:"address"`
	Comment    string           `json:"comment"`
	CompanyID  number           `json:"company_id"`
	Zone       *named           `json:"timezone"`
	Active     *bool            `json:"active"`
	Parameters []parameterShape `json:"parameters"`
}

func (o objectShape) key() int64 { return int64(o.ID) }

type parameterShape struct {
	Code  string `json:"code"`
	Name  string `json:"name"`
	Type  string `json:"field_type"`
	Value any    `json:"value"`
}

type issueShape struct {
	ID            number            `json:"id"`
	Title         string            `json:"title"`
	Description   string            `json:"description"`
	Created       rest.Moment       `json:"created_at"`
	Updated       rest.Moment       `json:"updated_at"`
	Completed     rest.Moment       `json:"completed_at"`
	Deadline      rest.Moment       `json:"deadline_at"`
	Reacted       rest.Moment       `json:"reacted_at"`
	Delayed       rest.Moment       `json:"delayed_to"`
	StartUntil    rest.Moment       `json:"start_execution_until"`
	Source        string            `json:"source"`
	Spent         float64           `json:"spent_time_total"`
	CompanyID     number            `json:"company_id"`
	Company       *named            `json:"company"` // in lists
	GroupID       number            `json:"group_id"`
	Group         *named            `json:"group"` // in lists, perhaps
	ObjectID      number            `json:"service_object_id"`
	Object        *named            `json:"service_object"`     // in lists
	Entity        *named            `json:"maintenance_entity"` // its newer name
	Equipment     []number          `json:"equipment_ids"`
	Attachments   []attachmentShape `json:"attachments"`
	Parameters    []parameterShape  `json:"parameters"`
	Talk          *talkCount        `json:"comments"`
	Parent        number            `json:"parent_id"`
	Children      []number          `json:"child_ids"`
	Type          *named            `json:"type"`
	Priority      *named            `json:"priority"`
	Status        *named            `json:"status"`
	OldStatus     *named            `json:"old_status"`
	Rate          *rateShape        `json:"rate"`
	Address       *addressShape     `json:"address"`
	Coexecutors   []named           `json:"coexecutors"`
	Observers     []named           `json:"observers"`
	ObserverTeams []named           `json:"observer_groups"`
	Contact       *named            `json:"contact"`
	Agreement     *agreementShape   `json:"agreement"`
	Assignee      *named            `json:"assignee"`
	Author        *named            `json:"author"`
}

// talkCount is how many comments an issue has, and when the last of them came.
type talkCount struct {
	Count int         `json:"count"`
	Last  rest.Moment `json:"last_at"`
}

type rateShape struct {
	Value string `json:"value"`
}

type addressShape struct {
	Value string `json:"value"`
}

type agreementShape struct {
	Title string `json:"title"`
}

type commentShape struct {
	ID          number            `json:"id"`
	Content     string            `json:"content"`
	Public      bool              `json:"public"`
	Published   rest.Moment       `json:"published_at"`
	Attachments []attachmentShape `json:"attachments"`
	Author      *named            `json:"author"`
}

func (c commentShape) key() int64 { return int64(c.ID) }

type attachmentShape struct {
	ID      number      `json:"id"`
	Name    string      `json:"attachment_file_name"`
	About   string      `json:"description"`
	Size    int64       `json:"attachment_file_size"`
	Public  bool        `json:"is_public"`
	Created rest.Moment `json:"created_at"`
	URL     string      `json:"attachment_url"` // of one that is asked for by itself, for 30 seconds
}

type timeShape struct {
	Comment  string      `json:"comment"`
	Spent    float64     `json:"spent_time"` // hours
	Logged   rest.Moment `json:"logged_at"`
	Employee *named      `json:"employee"`
}

// on tells whether something is in use, which it is unless the contrary is said.
func on(active *bool) bool { return active == nil || *active }
