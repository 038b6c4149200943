package desk

import (
	"context"
	"io"
	"time"
)

// Ticket is one conversation and what is written on its cover.
type Ticket struct {
	Meta
	Number   string   `json:"number,omitempty"` // what people quote; may differ from the id
	Subject  string   `json:"subject"`
	Status   Status   `json:"status"`
	Priority Priority `json:"priority,omitempty"`
	Type     string   `json:"type,omitempty"` // question, incident, problem, task, or the source's own word
	// Channel is the door the request came through: email, web, phone, chat,
	// api, social, or the source's own word.
	Channel   string `json:"channel,omitempty"`
	Requester Ref    `json:"requester,omitzero"`
	// Participants are the other people on the ticket: contacts and agents in
	// copy or following. In no particular order; neither the requester nor the
	// assignee is among them.
	Participants []Ref     `json:"participants,omitempty"`
	Assignee     Ref       `json:"assignee,omitzero"`
	Group        Ref       `json:"group,omitzero"`
	Category     Ref       `json:"category,omitzero"`
	Tags         []string  `json:"tags,omitempty"` // a set
	Rating       *Rating   `json:"rating,omitempty"`
	History      []Change  `json:"history,omitempty"` // of the status, oldest first
	Due          time.Time `json:"due,omitzero"`      // UTC
	Solved       time.Time `json:"solved,omitzero"`   // UTC, last time
	Closed       time.Time `json:"closed,omitzero"`   // UTC
	MergedInto   Ref       `json:"merged_into,omitzero"`
	// Messages are oldest first; the first opens the ticket. A source that knows
	// only the new ones of a changed ticket may leave the older out.
	Messages []Message `json:"messages,omitempty"`
}

// Status is one of the common words. A connector translates its system's words
// to these; the original stays in Meta.Fields.
type Status string

// Priority is one of the common words, as Status is.
type Priority string

// The statuses.
const (
	StatusNew     Status = "new"
	StatusOpen    Status = "open"
	StatusPending Status = "pending" // waits for the requester or a third party
	StatusSolved  Status = "solved"
	StatusClosed  Status = "closed"
)

// Statuses lists the statuses from first to last. Callers must not change it.
var Statuses = []Status{StatusNew, StatusOpen, StatusPending, StatusSolved, StatusClosed}

// The priorities.
const (
	PriorityLow    Priority = "low"
	PriorityNormal Priority = "normal"
	PriorityHigh   Priority = "high"
	PriorityUrgent Priority = "urgent"
)

// Priorities lists the priorities from least to most. Callers must not change it.
var Priorities = []Priority{PriorityLow, PriorityNormal, PriorityHigh, PriorityUrgent}

// Rating is what the requester thought of it.
type Rating struct {
	Score   string    `json:"score"` // good, bad, or a number as text
	Comment string    `json:"comment,omitempty"`
	At      time.Time `json:"at,omitzero"` // UTC
}

// Change is one change of a ticket's status.
type Change struct {
	At   time.Time `json:"at"` // UTC
	By   Ref       `json:"by,omitzero"`
	From Status    `json:"from,omitempty"`
	To   Status    `json:"to"`
}

// Address is a mailbox as a message names it.
type Address struct {
	Name  string `json:"name,omitempty"`
	Email string `json:"email"` // as written
}

// Message is one turn in a ticket.
type Message struct {
	ID   ID     `json:"id,omitempty"`
	Mark string `json:"mark,omitempty"` // see Meta.Mark
	// Author is who wrote it: a contact or an agent. From is how the message
	// itself names the author; it may differ from the author's record.
	Author Ref       `json:"author,omitzero"`
	From   Address   `json:"from,omitzero"`
	To     []Address `json:"to,omitempty"`
	CC     []Address `json:"cc,omitempty"`
	BCC    []Address `json:"bcc,omitempty"`
	At     time.Time `json:"at,omitzero"` // UTC
	// Note is for agents' eyes; it must never reach the requester.
	Note    bool   `json:"note,omitempty"`
	Channel string `json:"channel,omitempty"` // where it differs from the ticket's
	Subject string `json:"subject,omitempty"` // where it differs from the ticket's
	// MessageID, InReplyTo and References are mail's threading headers, without
	// the angle brackets.
	MessageID  string   `json:"message_id,omitempty"`
	InReplyTo  string   `json:"in_reply_to,omitempty"`
	References []string `json:"references,omitempty"`
	// Text is the readable form and always there unless the message is empty;
	// HTML is what was sent, not sanitised, with cid: references as they were.
	Text string `json:"text,omitempty"`
	HTML string `json:"html,omitempty"`
	// Folds are the stretches of Text that a viewer may fold away.
	Folds  []Fold         `json:"folds,omitempty"`
	Files  []File         `json:"files,omitempty"`
	Fields map[string]any `json:"fields,omitempty"` // see Meta.Fields
}

// Fold is a stretch of a message's Text: bytes Start to End, and what it is.
type Fold struct {
	Start int      `json:"start"`
	End   int      `json:"end"`
	What  FoldKind `json:"what"`
}

// FoldKind is what a folded stretch holds.
type FoldKind string

// The kinds of folds.
const (
	FoldQuote     FoldKind = "quote"     // earlier messages, quoted
	FoldSignature FoldKind = "signature" // the author's signature
)

// File is an attachment or inline image. Its bytes are fetched only when they
// are written.
type File struct {
	ID     ID     `json:"id,omitempty"`
	Name   string `json:"name"`
	Type   string `json:"type,omitempty"`   // media type, lower case, no parameters
	Size   int64  `json:"size"`             // bytes; -1 unknown until read
	Nearly int64  `json:"-"`                // about how many bytes, where Size is unknown; 0 if that is unknown too
	SHA256 string `json:"sha256,omitempty"` // hex; "" unknown until read
	CID    string `json:"cid,omitempty"`    // Content-ID without brackets
	Inline bool   `json:"inline,omitempty"` // meant to be shown inside the text
	// Path is where the bytes lie, relative to the file that the record was read
	// from; only the canonical JSON uses it.
	Path string `json:"path,omitempty"`
	// Open gives a fresh reader each time, also after a failure; the caller
	// closes it. It may be called from any goroutine, and as long as the run
	// that read the file lasts.
	Open func(context.Context) (io.ReadCloser, error) `json:"-"`
	// Stat tells how many bytes stand there, whatever the record says of them, without
	// reading them; nil where it would take a call over a network. The error is that of Open.
	Stat func(context.Context) (int64, error) `json:"-"`
}

// Kind says "ticket".
func (*Ticket) Kind() Kind { return KindTicket }
