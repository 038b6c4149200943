package rt

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Of a text or a file that is larger than MaxAttachmentSize RT keeps the beginning
// (TruncateLongAttachments) or nothing (DropLongAttachments), and goes on saying of a file
// that it has the length that it came with (RT/Attachment.pm, ContentLength). Its history
// alone tells (RT/Record.pm, _EncodeLOB).

// sent is how many bytes a message was written with.
type sent struct {
	text  int64
	files []int64
}

// longText is the least of a text that is asked after: nobody has RT keep less.
const longText = 64 << 10

// whole looks whether RT kept a message whole; of is the transaction or the new ticket that
// it is alone in. What is no larger than something of which that is known is not asked
// after.
func (t *Target) whole(ctx context.Context, m *desk.Message, of string, s sent) error {
	largest := slices.Max(append([]int64{0}, s.files...))
	if s.text > longText {
		largest = max(largest, s.text)
	}
	if largest <= t.fits.Load() {
		return nil
	}
	query := fmt.Sprintf("ObjectType = 'RT::Ticket' AND %s AND (Type = 'AttachmentTruncate' OR Type = 'AttachmentDrop')", within(of))
	for x, err := range pages[transactionShape](ctx, t.client, search("transactions", query, "Type,Data,OldValue,NewValue", "id")) {
		if err != nil {
			return err
		}
		if err := cutIn(m, s, x); err != nil {
			return err
		}
	}
	// Of files that it writes in base64, those with a NUL, RT keeps a quarter less.
	fit := largest * 3 / 4
	for was := t.fits.Load(); was < fit && !t.fits.CompareAndSwap(was, fit); was = t.fits.Load() {
	}
	return nil
}

// within limits a search to what came of a new ticket, or after a transaction.
func within(of string) string {
	kind, id, _ := strings.Cut(of, "/")
	if kind == "ticket" {
		return "ObjectId = " + id
	}
	return "id > " + id
}

// cutIn is what a transaction says of a message that was cut; nil if it speaks of another.
func cutIn(m *desk.Message, s sent, x transactionShape) error {
	had := int64(number(x.OldValue))
	if x.Data == "" {
		if had < s.text-s.text/10 || had > s.text+s.text/10 { // RT counts line ends otherwise
			return nil
		}
		return fmt.Errorf("message %s: its text has %d bytes, and RT keeps no more than %s (%s) – raise MaxAttachmentSize in its configuration; this text stays cut there, as verify tells: %w",
			m.ID, s.text, x.NewValue, cutting[x.Type], connectors.ErrDenied)
	}
	i := slices.IndexFunc(m.Files, func(f desk.File) bool { name, _ := fileLabel(&f); return name == string(x.Data) })
	if i < 0 || s.files[i] != had {
		return nil
	}
	return fmt.Errorf("message %s: file %q has %d bytes, and RT keeps no more than %s (%s) – raise MaxAttachmentSize in its configuration, or set max_file: %s, and larger ones are left out; this one stays cut there, as verify tells: %w",
		m.ID, m.Files[i].Name, had, x.NewValue, cutting[x.Type], x.NewValue, connectors.ErrDenied)
}

// cutting are the settings of RT by which it did what its history tells.
var cutting = map[text]string{"AttachmentTruncate": "TruncateLongAttachments: the rest is cut off", "AttachmentDrop": "DropLongAttachments: it has nothing of it"}
