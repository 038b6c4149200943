// Package stamp packs records into the header fields of the mail that deskhaul
// writes, and reads them back from mail that can be believed.
package stamp

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/desk"
)

// The fields that deskhaul adds to the mail it writes. Cover, Message and Record
// carry everything that mail has no place for, packed as [Pack] says; the others
// repeat some of it for people and for search.
//
// Whom to believe. Anyone can send a mail with such fields, and nothing in them
// is secret. So a reader must:
//   - take no notice of them unless [Sealed] says that the mail is as deskhaul
//     wrote it. The seal stands before all other fields, where no mail that came
//     through a mail server can have it (RFC 5321 section 4.4: the server writes
//     Received and Return-Path on top), and its digest finds damage;
//   - under trust_headers: auto believe them only in mailboxes that deskhaul has
//     made: an mbox whose first mail is Sealed, a Maildir or folder of .eml files
//     that holds the file [MailboxFile] beside the mail. trust_headers: yes
//     believes every Sealed mail, no believes none.
//
// The Decode functions answer false for a mail that is not Sealed.
const (
	HeaderSeal    = "X-Deskhaul-Seal"    // digest of the others
	HeaderMark    = "X-Deskhaul-Mark"    // of the message or record, percent-encoded
	HeaderTicket  = "X-Deskhaul-Ticket"  // its ticket's id, percent-encoded, cut at 500 bytes
	HeaderNote    = "X-Deskhaul-Note"    // "yes": a private note
	HeaderVersion = "X-Deskhaul-Version" // of Cover or Record; the greatest is the one that holds
	HeaderWith    = "X-Deskhaul-With"    // how many mails of the same ticket were written right behind, in one go
	HeaderCover   = "X-Deskhaul-Cover"   // a ticket without its messages
	HeaderMessage = "X-Deskhaul-Message" // a message; texts only where MIME would change them
	HeaderRecord  = "X-Deskhaul-Record"  // any other record
)

// MailboxFile is the name of the file that marks a Maildir or a folder of .eml
// Files as made by deskhaul. No mail can put it there.
const MailboxFile = "deskhaul-mailbox"

const headerPrefix = "x-deskhaul-"

// Written is a message as deskhaul wrote it into a mail.
type Written struct {
	Ticket  desk.ID // of the ticket it belongs to
	Message desk.Message
	// Parts tells for each file of Message which of the mail's Parts holds its
	// bytes; -1 where none does.
	Parts []int
	// Edited says that the mail's text is no longer what was written; Message
	// then has the text as it is now.
	Edited bool
}

// Sealed tells whether a mail's X-Deskhaul fields are as deskhaul wrote them.
func Sealed(h rfc5322.Header) bool {
	seen := false
	for _, f := range h.Fields {
		name := strings.ToLower(f.Name)
		switch {
		case name == "received" || name == "return-path" || name == "delivered-to":
			return false
		case seen:
			if name == strings.ToLower(HeaderSeal) {
				return false
			}
		case name == strings.ToLower(HeaderSeal):
			seen = true
		case !ofMailbox(name):
			return false
		}
	}
	return seen && h.Get(HeaderSeal) == Seal(h.Fields)
}

// ofMailbox tells whether mail programs put the field in front of mail that they
// store.
func ofMailbox(name string) bool {
	switch name {
	case "status", "x-status", "x-uid", "x-keywords", "x-imap", "x-imapbase":
		return true
	}
	return strings.HasPrefix(name, "x-mozilla-")
}

// Seal digests the X-Deskhaul fields and the Message-ID. White space does not
// count: folding changes it.
func Seal(fields []rfc5322.HeaderField) string {
	sum := sha256.New()
	for _, f := range fields {
		name := strings.ToLower(f.Name)
		if name == strings.ToLower(HeaderSeal) || name != "message-id" && !strings.HasPrefix(name, headerPrefix) {
			continue
		}
		value := strings.Join(strings.Fields(f.Value), "")
		sum.Write(fmt.Appendf(nil, "%s\x00%d\x00%s", name, len(value), value)) // a hash never fails
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// DecodeTicket returns the ticket's cover that a mail carries: the ticket
// without its messages. It returns false if there is none to be believed; an
// error means that a Sealed mail cannot be decoded.
func DecodeTicket(h rfc5322.Header) (*desk.Ticket, bool, error) {
	rec, ok, err := decodeRecord(h, HeaderCover)
	t, is := rec.(*desk.Ticket)
	if ok && !is {
		return nil, false, fmt.Errorf("%s holds a %s, not a ticket", HeaderCover, rec.Kind())
	}
	return t, ok, err
}

// DecodeRecord returns the record other than a ticket that a mail carries, as
// DecodeTicket does.
func DecodeRecord(h rfc5322.Header) (desk.Record, bool, error) { return decodeRecord(h, HeaderRecord) }

func decodeRecord(h rfc5322.Header, name string) (desk.Record, bool, error) {
	value := h.Get(name)
	if value == "" || !Sealed(h) {
		return nil, false, nil
	}
	b, err := unpack(value)
	if err != nil {
		return nil, false, fmt.Errorf("%s: %w", name, err)
	}
	rec, err := desk.Unmarshal(b)
	if err != nil {
		return nil, false, fmt.Errorf("%s: %w", name, err)
	}
	return rec, true, nil
}

// DecodeVersion returns which version of the cover or record the mail carries;
// 0 if it does not say.
func DecodeVersion(h rfc5322.Header) int64 {
	v, err := strconv.ParseInt(h.Get(HeaderVersion), 10, 64)
	if err != nil {
		return 0
	}
	return v
}

// DecodeMessage returns the message that a mail carries, as DecodeTicket does. m
// is the parsed mail, whose text and parts complete it; with nil the message is
// returned without text and files' places, which is enough to index it. The
// Files have no Open: the caller sets it by Written.Parts.
func DecodeMessage(h rfc5322.Header, m *rfc5322.Message) (*Written, bool, error) {
	value := h.Get(HeaderMessage)
	if value == "" || !Sealed(h) {
		return nil, false, nil
	}
	var p packedMessage
	if err := unpackInto(value, &p); err != nil {
		return nil, false, fmt.Errorf("%s: %w", HeaderMessage, err)
	}
	w := &Written{Ticket: p.Ticket, Message: p.Message}
	if m != nil {
		p.restore(w, m)
	}
	return w, true, nil
}

// Escape makes a value of any string that is safe in a header field and cut at
// 500 bytes; it is for people, the exact one is inside the packed fields.
func Escape(s string) string {
	s = url.PathEscape(s)
	if len(s) > 500 {
		s = strings.TrimRight(s[:500], "%0123456789ABCDEF")
	}
	return s
}
