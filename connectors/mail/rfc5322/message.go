// Package rfc5322 makes of the bytes of a mail a Message: header fields, addresses,
// dates, MIME parts, transfer encodings. It reads what the field writes rather than
// what the standards allow, and never gives up on a mail.
package rfc5322

import (
	"io"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// Header is one block of header fields, in the order in which they stand.
type Header struct {
	Fields []HeaderField
}

// HeaderField is one field of a header.
type HeaderField struct {
	Name  string // as written
	Value string // unfolded, not decoded; any bytes
}

// Message is one parsed mail. Its header is decoded on demand by the methods of
// Header; its attachments stay where they are until a Part is opened.
type Message struct {
	Header
	Text  string      // the readable form: valid UTF-8, LF line ends
	HTML  string      // as sent, decoded to UTF-8; "" if there was none
	Folds []desk.Fold // quoted history and signature in Text
	Parts []Part      // attachments and inline images, in the order of the mail
	// Problems are what the parser had to repair or guess, one phrase each: a
	// charset that lied, a boundary that never closed.
	Problems []string
}

// Part is an attachment or inline image: a stretch of the raw message.
type Part struct {
	Name   string // decoded; "" if the mail gives none
	Type   string // media type, lower case, no parameters
	CID    string // Content-ID without brackets
	Inline bool   // disposition inline, or referred to by the HTML
	// Offset and Length are the still encoded body in the raw message.
	Offset, Length int64
	Encoding       string // transfer encoding, lower case: base64, quoted-printable, uuencode, "" for none
	// Inner is set for what lies inside another encoding (a file of winmail.dat):
	// its bytes, decoded. Bounded by Limits.
	Inner []byte
}

// Size is the number of decoded bytes where it is known without reading them,
// else -1.
func (p Part) Size() int64 {
	if p.Inner != nil {
		return int64(len(p.Inner))
	}
	return -1
}

// Nearly is about how many decoded bytes there are, by how many encoded ones: base64 makes
// four of three, and breaks lines.
func (p Part) Nearly() int64 {
	if p.Encoding == "base64" {
		return p.Length * 57 / 78
	}
	return p.Length
}

// Raw is where a raw message lies: a stretch of a file, a file, a buffer.
type Raw interface {
	io.ReaderAt
	Size() int64
}

// Received is when and where a mailbox got a message, as far as the mailbox
// itself says so and not the message.
type Received struct {
	At     time.Time // internal date; zero if unknown
	Folder string    // decoded name with "/" between levels; "" if there is none
	Flags  []string  // seen, answered, flagged, draft, deleted; lower case
}
