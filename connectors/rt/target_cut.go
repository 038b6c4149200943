package rt

import (
	"context"
	"fmt"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Of a file that is larger than MaxAttachmentSize RT keeps the beginning
// (TruncateLongAttachments) or nothing (DropLongAttachments), and goes on saying that it
// has the length that it came with (RT/Attachment.pm, ContentLength). Its history alone
// tells (RT/Record.pm, _EncodeLOB).

// whole looks whether RT kept the files of a message whole; transaction is the message's.
// Files no larger than one of which that is known are not asked after.
func (t *Target) whole(ctx context.Context, m *desk.Message, transaction text, sizes []int64) error {
	largest := slices.Max(sizes)
	if largest <= t.fits.Load() {
		return nil
	}
	query := fmt.Sprintf("ObjectType = 'RT::Ticket' AND id > %d AND (Type = 'AttachmentTruncate' OR Type = 'AttachmentDrop')", number(transaction))
	for x, err := range pages[transactionShape](ctx, t.client, search("transactions", query, "Type,Data,OldValue,NewValue", "id")) {
		if err != nil {
			return err
		}
		i := slices.IndexFunc(m.Files, func(f desk.File) bool { name, _ := fileLabel(&f); return name == string(x.Data) })
		if i < 0 || sizes[i] != int64(number(x.OldValue)) { // another's
			continue
		}
		return fmt.Errorf("message %s: file %q has %d bytes, and RT keeps no more than %s (%s) – raise MaxAttachmentSize in its configuration, or set max_file: %s, and larger ones are left out: %w",
			m.ID, m.Files[i].Name, sizes[i], x.NewValue, cutting[x.Type], x.NewValue, connectors.ErrDenied)
	}
	for was := t.fits.Load(); was < largest && !t.fits.CompareAndSwap(was, largest); was = t.fits.Load() {
	}
	return nil
}

// cutting are the settings of RT by which it did what its history tells.
var cutting = map[text]string{"AttachmentTruncate": "TruncateLongAttachments: the rest is cut off", "AttachmentDrop": "DropLongAttachments: it has nothing of it"}
