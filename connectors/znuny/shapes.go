package znuny

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// The shapes of Znuny's answers. Numbers are texts here and numbers there, as Perl has them.

// text is a text, a number, or null.
type text string

// UnmarshalJSON implements json.Unmarshaler.
func (t *text) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		*t = text(s)
	} else if raw := string(b); raw != "null" && !strings.ContainsAny(raw, "{[") {
		*t = text(raw)
	}
	return nil
}

func (t text) number() int64 {
	n, err := strconv.ParseInt(string(t), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// set tells whether a text stands for yes.
func (t text) set() bool { return t != "" && t != "0" }

type ticketShape struct {
	ID         text           `json:"TicketID"`
	Number     text           `json:"TicketNumber"`
	Title      text           `json:"Title"`
	State      text           `json:"State"`
	StateType  text           `json:"StateType"`
	Priority   text           `json:"Priority"`
	Queue      text           `json:"Queue"`
	Type       text           `json:"Type"`
	Service    text           `json:"Service"`
	SLA        text           `json:"SLA"`
	Lock       text           `json:"Lock"`
	Owner      text           `json:"Owner"`
	OwnerID    text           `json:"OwnerID"`
	Respons    text           `json:"Responsible"`
	ResponsID  text           `json:"ResponsibleID"`
	Customer   text           `json:"CustomerUserID"`
	CustomerID text           `json:"CustomerID"`
	Created    text           `json:"Created"`
	Changed    text           `json:"Changed"`
	Closed     text           `json:"Closed"`
	Age        text           `json:"Age"`
	Until      text           `json:"RealTillTimeNotUsed"`
	Archived   text           `json:"ArchiveFlag"`
	CreateBy   text           `json:"CreateBy"`
	Fields     []dynamicShape `json:"DynamicField"`
	Articles   []articleShape `json:"Article"`
}

// dynamicShape is a dynamic field and its value.
type dynamicShape struct {
	Name  text `json:"Name"`
	Value any  `json:"Value"`
}

// value is that of a dynamic field; nil if it has none.
func (t *ticketShape) value(name string) any {
	i := slices.IndexFunc(t.Fields, func(f dynamicShape) bool { return string(f.Name) == name })
	if i < 0 || t.Fields[i].Value == "" {
		return nil
	}
	return t.Fields[i].Value
}

func (t *ticketShape) mark(field string) string {
	mark, _ := t.value(field).(string)
	return mark
}

// gone tells whether a ticket has the state of what was thrown away.
func (t *ticketShape) gone() bool { return t.StateType == "removed" }

type articleShape struct {
	ID          text              `json:"ArticleID"`
	From        text              `json:"From"`
	To          text              `json:"To"`
	Cc          text              `json:"Cc"`
	Bcc         text              `json:"Bcc"`
	Subject     text              `json:"Subject"`
	Body        text              `json:"Body"`
	ContentType text              `json:"ContentType"`
	MessageID   text              `json:"MessageID"`
	InReplyTo   text              `json:"InReplyTo"`
	References  text              `json:"References"`
	Sender      text              `json:"SenderType"`
	Visible     text              `json:"IsVisibleForCustomer"`
	Channel     text              `json:"CommunicationChannelID"`
	Created     text              `json:"CreateTime"`
	Incoming    text              `json:"IncomingTime"`
	CreateBy    text              `json:"CreateBy"`
	Attachments []attachmentShape `json:"Attachment"`
	Fields      []dynamicShape    `json:"DynamicField"`
}

type attachmentShape struct {
	FileID      text `json:"FileID"`
	Name        text `json:"Filename"`
	Type        text `json:"ContentType"`
	Size        text `json:"FilesizeRaw"`
	CID         text `json:"ContentID"`
	Disposition text `json:"Disposition"`
	Content     text `json:"Content"` // the place of the bytes in the spool, as pour writes it
}

type historyShape struct {
	Type     text `json:"HistoryType"`
	Name     text `json:"Name"`
	Created  text `json:"CreateTime"`
	CreateBy text `json:"CreateBy"`
	Article  text `json:"ArticleID"`
}

// stamp is how Znuny writes a time.
const stamp = time.DateTime

// at is a time in UTC; zero if it is none.
func (c *Config) at(s text) time.Time {
	at, err := time.ParseInLocation(stamp, string(s), c.zone())
	if err != nil {
		return time.Time{}
	}
	return at.UTC()
}

// said is a time as Znuny's searches understand it.
func (c *Config) said(at time.Time) string { return at.In(c.zone()).Format(stamp) }

// moment is when an article came, in seconds of the epoch where Znuny tells them: its
// other times may be in another zone.
func (c *Config) moment(a *articleShape) time.Time {
	if n := a.Incoming.number(); n > 0 {
		return time.Unix(n, 0).UTC()
	}
	return c.at(a.Created)
}

// isNumber tells whether an id may be Znuny's of a ticket or an article.
func isNumber(id desk.ID) bool {
	n, err := strconv.ParseInt(string(id), 10, 64)
	return err == nil && n > 0
}
