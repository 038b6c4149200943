// Package compose writes tickets into mailboxes: each message becomes a mail that
// any mail program can read and that deskhaul reads back without loss.
package compose

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/connectors/mail/stamp"
	"github.com/deskhaul/deskhaul/desk"
)

// letter is one mail to be written: a message, a cover or another record. It is
// files only; nothing here can send.
type letter struct {
	ticket  desk.ID
	subject string                // of the ticket
	thread  thread                // of the ticket, before this mail
	msg     *desk.Message         // nil: a cover or record alone
	rec     desk.Record           // the cover (a ticket without messages) or record; nil if the mail carries none
	version int64                 // of rec
	with    int                   // mails written right behind in one go
	mark    string                // of what the mail stands for
	at      time.Time             // Date
	id      string                // Message-ID
	fields  []rfc5322.HeaderField // built by head
	losses  []connectors.Loss
}

// head builds the header's fields but for those of MIME.
func (l *letter) head() error {
	l.add("Date", date(l.at))
	if l.msg != nil {
		l.people()
	} else {
		l.add("From", "deskhaul <"+nowhere+">")
		l.add("Subject", encodeText(l.title()))
		l.add("Message-ID", bracketed(l.id))
		l.add("References", bracketed(l.thread.Root))
	}
	l.add(stamp.HeaderMark, spaced(stamp.Escape(l.mark)))
	if l.ticket != "" {
		l.add(stamp.HeaderTicket, spaced(stamp.Escape(string(l.ticket))))
	}
	if l.with > 0 {
		l.add(stamp.HeaderWith, strconv.Itoa(l.with))
	}
	if err := l.packMessage(); err != nil {
		return err
	}
	if l.rec != nil {
		fields, err := packRecord(l.rec, l.version)
		if err != nil {
			return err
		}
		l.fields = append(l.fields, fields...)
	}
	l.fields = append([]rfc5322.HeaderField{{Name: stamp.HeaderSeal, Value: stamp.Seal(l.fields)}}, l.fields...)
	return nil
}

// fits refuses a text that would come back as a file.
func (l *letter) fits() error {
	if l.msg == nil {
		return nil
	}
	text, html := l.msg.Text, l.msg.HTML
	sent := len(text) + strings.Count(text, "\n") + len(html) + strings.Count(html, "\n") // with CRLF
	if len(text) <= MaxWrittenText && len(html) <= MaxWrittenText && sent <= 2*MaxWrittenText {
		return nil
	}
	return connectors.Refuse(connectors.ReasonTooLarge, "shorten it, or move it into a file",
		"message %s of ticket %s: its text has %d bytes, its HTML %d, and a mail takes %d of each",
		l.msg.ID, l.ticket, len(text), len(html), MaxWrittenText)
}

func (l *letter) add(name, value string) {
	if value != "" {
		l.fields = append(l.fields, rfc5322.HeaderField{Name: name, Value: value})
	}
}

// title is the subject of a mail that carries a record alone.
func (l *letter) title() string {
	if t, ok := l.rec.(*desk.Ticket); ok {
		return t.Subject
	}
	return "[deskhaul] " + string(l.rec.Kind()) + " " + nameOf(l.rec)
}

// people writes who wrote to whom. A private note names no recipient, so that
// it does not look like mail to the customer.
func (l *letter) people() {
	m := l.msg
	l.add("From", address(m.From))
	subject := m.Subject
	if subject == "" {
		subject = l.subject
		if l.thread.Root != "" && l.thread.Root != l.id {
			subject = "Re: " + subject
		}
	}
	if m.Note {
		subject = "[private note] " + subject
	} else {
		l.add("To", addresses(m.To))
		l.add("Cc", addresses(m.CC))
	}
	l.add("Subject", encodeText(subject))
	l.add("Message-ID", bracketed(l.id))
	inReplyTo, references := l.thread.answers(l.id, m)
	l.add("In-Reply-To", bracketed(inReplyTo))
	l.add("References", bracketed(references...))
}

func (l *letter) packMessage() error {
	if l.msg == nil {
		return nil
	}
	if l.msg.Note {
		l.add(stamp.HeaderNote, "yes")
	}
	_, _, order := arrange(l.msg)
	value, lossy, err := stamp.PackMessage(l.ticket, l.msg, order)
	if err != nil {
		return tooLarge(err, "message %s of ticket %s", l.msg.ID, l.ticket)
	}
	if lossy {
		l.losses = append(l.losses, connectors.Loss{
			Field:   "message.text",
			Message: l.msg.ID,
			Why:     connectors.WhyNotTaken,
			Detail:  fmt.Sprintf("message %s: line ends or control characters of its text are not kept exactly", l.msg.ID),
		})
	}
	l.add(stamp.HeaderMessage, spaced(value))
	return nil
}

// packRecord makes the fields that carry a record or cover.
func packRecord(r desk.Record, version int64) ([]rfc5322.HeaderField, error) {
	b, err := desk.Marshal(r)
	if err != nil {
		return nil, connectors.Refuse(connectors.ReasonRefused, "", "%w", err)
	}
	value, err := stamp.Pack(b)
	if err != nil {
		return nil, tooLarge(err, "%s %s", r.Kind(), r.About().ID)
	}
	name := stamp.HeaderRecord
	if r.Kind() == desk.KindTicket {
		name = stamp.HeaderCover
	}
	return []rfc5322.HeaderField{{Name: stamp.HeaderVersion, Value: strconv.FormatInt(version, 10)}, {Name: name, Value: spaced(value)}}, nil
}

func tooLarge(err error, format string, args ...any) error {
	return connectors.Refuse(connectors.ReasonTooLarge, "shorten its custom fields",
		"%s: %w", fmt.Sprintf(format, args...), err)
}

// nameOf is what people call a record.
func nameOf(r desk.Record) string {
	name := ""
	switch r := r.(type) {
	case *desk.Contact:
		if name = r.Name; name == "" && len(r.Emails) > 0 {
			name = r.Emails[0]
		}
	case *desk.Agent:
		if name = r.Name; name == "" {
			name = r.Email
		}
	case *desk.Organization:
		name = r.Name
	case *desk.Group:
		name = r.Name
	case *desk.Category:
		name = r.Name
	}
	if strings.TrimSpace(name) == "" {
		name = string(r.About().ID)
	}
	return name
}

// write writes the mail with CRLF line ends, the last one included.
func (l *letter) write(ctx context.Context, w io.Writer) ([]connectors.FileReceipt, error) {
	var head bytes.Buffer
	for _, f := range l.fields {
		writeField(&head, f)
	}
	if _, err := w.Write(head.Bytes()); err != nil {
		return nil, err
	}
	m := l.msg
	if m == nil {
		m = &desk.Message{Text: recordText}
	}
	b := body{ctx: ctx, m: m, seed: digest(l.mark, l.id)}
	lines := Lines(w, "\r\n", guardFrom)
	if err := b.write(lines); err != nil {
		return nil, err
	}
	if _, err := io.WriteString(lines, "\r\n"); err != nil {
		return nil, err
	}
	return b.receipts, lines.Flush()
}

// folded is one field as text.
func folded(name, value string) string {
	var b bytes.Buffer
	writeField(&b, rfc5322.HeaderField{Name: name, Value: value})
	return b.String()
}
