package rt

import (
	"encoding/json"
	"strings"
	"time"
)

// The shapes of RT's answers. It writes "" for what the user may not see or what is
// empty, whatever the type, and ids as numbers here and as texts there.

// text is a text or a number.
type text string

// UnmarshalJSON implements json.Unmarshaler.
func (t *text) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err == nil {
		*t = text(s)
		return nil
	}
	if raw := string(b); raw != "null" && !strings.ContainsAny(raw, "{[") {
		*t = text(raw)
	}
	return nil
}

// link points to another thing: an object with its id, its id alone, or "".
type link struct{ ID text }

// UnmarshalJSON implements json.Unmarshaler.
func (l *link) UnmarshalJSON(b []byte) error {
	var o struct {
		ID text `json:"id"`
	}
	if json.Unmarshal(b, &o) == nil {
		l.ID = o.ID
		return nil
	}
	return l.ID.UnmarshalJSON(b)
}

// list is a list, or "" or {} where there is none.
type list[T any] []T

// UnmarshalJSON implements json.Unmarshaler.
func (l *list[T]) UnmarshalJSON(b []byte) error {
	if len(b) == 0 || b[0] != '[' {
		return nil
	}
	return json.Unmarshal(b, (*[]T)(l))
}

// moment is a time; 1970 began with nothing set.
type moment struct{ time.Time }

// UnmarshalJSON implements json.Unmarshaler.
func (m *moment) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) != nil || s == "" {
		return nil
	}
	at, err := time.Parse(time.RFC3339, s)
	if err == nil && at.Unix() > 0 {
		m.Time = at.UTC()
	}
	return nil
}

type page[T any] struct {
	Items []T `json:"items"`
	Page  int `json:"page"`
	// Total is how many rows there are; "" if RT does not tell this account.
	Total text `json:"total"`
	// Next is the whole address of the page after it; "" if this is the last.
	Next string `json:"next_page"`
}

type customField struct {
	ID     text       `json:"id"`
	Name   string     `json:"name"`
	Values list[text] `json:"values"`
}

type ticketShape struct {
	ID           text              `json:"id"`
	EffectiveID  link              `json:"EffectiveId"`
	Queue        link              `json:"Queue"`
	Subject      text              `json:"Subject"`
	Status       text              `json:"Status"`
	Owner        link              `json:"Owner"`
	Requestor    list[link]        `json:"Requestor"`
	Cc           list[link]        `json:"Cc"`
	AdminCc      list[link]        `json:"AdminCc"`
	Priority     text              `json:"Priority"`
	Created      moment            `json:"Created"`
	LastUpdated  moment            `json:"LastUpdated"`
	Due          moment            `json:"Due"`
	Resolved     moment            `json:"Resolved"`
	CustomFields list[customField] `json:"CustomFields"`
}

const ticketFields = "EffectiveId,Queue,Subject,Status,Owner,Requestor,Cc,AdminCc,Priority,Created,LastUpdated,Due,Resolved,CustomFields"

type transactionShape struct {
	ID       text   `json:"id"`
	Type     text   `json:"Type"`
	Sort     text   `json:"type"` // always "transaction"; encoding/json would put it into Type
	Field    text   `json:"Field"`
	OldValue text   `json:"OldValue"`
	NewValue text   `json:"NewValue"`
	Data     text   `json:"Data"`
	ObjectID text   `json:"ObjectId"`
	Created  moment `json:"Created"`
	Creator  link   `json:"Creator"`

	CustomFields list[customField] `json:"CustomFields"`
}

const transactionFields = "Type,Field,OldValue,NewValue,ObjectId,Created,Creator,CustomFields"

type attachmentShape struct {
	ID          text `json:"id"`
	Transaction link `json:"TransactionId"`
	Filename    text `json:"Filename"`
	ContentType text `json:"ContentType"`
	Length      text `json:"ContentLength"`
	MessageID   text `json:"MessageId"`
	Headers     text `json:"Headers"`
	Content     text `json:"Content"` // base64
}

const attachmentFields = "TransactionId,Filename,ContentType,ContentLength,MessageId,Headers"

type userShape struct {
	ID           text   `json:"id"`
	Name         text   `json:"Name"`
	Email        text   `json:"EmailAddress"`
	RealName     text   `json:"RealName"`
	Organization text   `json:"Organization"`
	Comments     text   `json:"Comments"`
	Lang         text   `json:"Lang"`
	Timezone     text   `json:"Timezone"`
	WorkPhone    text   `json:"WorkPhone"`
	MobilePhone  text   `json:"MobilePhone"`
	HomePhone    text   `json:"HomePhone"`
	PagerPhone   text   `json:"PagerPhone"`
	Freeform     text   `json:"FreeformContactInfo"`
	Disabled     text   `json:"Disabled"`
	Privileged   text   `json:"Privileged"` // of a user that is asked for alone
	Created      moment `json:"Created"`
	LastUpdated  moment `json:"LastUpdated"`
}

const userFields = "Name,EmailAddress,RealName,Organization,Comments,FreeformContactInfo,Lang,Timezone,WorkPhone,MobilePhone,HomePhone,PagerPhone,Disabled,Created,LastUpdated"

type queueShape struct {
	ID          text   `json:"id"`
	Name        text   `json:"Name"`
	Description text   `json:"Description"`
	Disabled    text   `json:"Disabled"`
	Created     moment `json:"Created"`
	LastUpdated moment `json:"LastUpdated"`

	// Those that are applied to the queue's tickets and to their transactions.
	TicketFields      list[customField] `json:"TicketCustomFields"`
	TransactionFields list[customField] `json:"TicketTransactionCustomFields"`
}
