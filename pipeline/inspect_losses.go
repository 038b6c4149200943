package pipeline

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
)

// toldLosses is what the runs told of a record and its messages. A loss excuses what it
// names and nothing else: one file that was too large says nothing of the one beside it.
type toldLosses struct {
	fields map[string]string // kind, id and field to what was said
	files  []toldFile
}

// toldFile is the loss of one file, or of a field of it. Each excuses one file.
type toldFile struct {
	field   string
	message desk.ID // "" as the words say
	file    string  // "" as the words say
	words   string
}

// excused reads what was told.
func excused(all []checkpoints.Loss) (t toldLosses) {
	t.fields = make(map[string]string, len(all))
	for _, l := range all {
		field, file := cutFileLine(l.Field)
		t.fields[lostName(l.Kind, l.ID, field)] = l.Detail
		if field != "file" && !strings.HasPrefix(field, "file.") {
			continue
		}
		one := toldFile{field: field, file: file}
		if l.Kind == desk.KindMessage {
			one.message = l.ID
		}
		if file != "" {
			t.files = append(t.files, one)
			continue
		}
		for _, one.words = range strings.Split(l.Detail, "; ") { // see byField
			t.files = append(t.files, one)
		}
	}
	return t
}

func lostName(kind desk.Kind, id desk.ID, field string) string {
	return string(kind) + "\x00" + string(id) + "\x00" + field
}

// has tells whether the loss of a field of the record was told.
func (t *toldLosses) has(kind desk.Kind, id desk.ID, field string) bool {
	_, told := t.fields[lostName(kind, id, field)]
	return told
}

// ofMessage tells whether the loss of a field of a message was told: of the message, or
// of its ticket in words that name the message.
func (t *toldLosses) ofMessage(ticket, id desk.ID, field string) bool {
	return t.has(desk.KindMessage, id, field) || namesMessage(t.fields[lostName(desk.KindTicket, ticket, field)], id)
}

// takeFile tells whether the loss of a file was told, of which it excuses no other.
func (t *toldLosses) takeFile(message desk.ID, file, field string) bool {
	i := slices.IndexFunc(t.files, func(l toldFile) bool {
		return l.field == field &&
			(l.message == message || l.message == "" && namesMessage(l.words, message)) &&
			(l.file == file && file != "" || l.file == "" && strings.Contains(l.words, strconv.Quote(file)))
	})
	if i >= 0 {
		t.files = slices.Delete(t.files, i, i+1)
	}
	return i >= 0
}

// namesMessage tells whether words speak of a message by its id, and not of one whose id
// begins in the same way.
func namesMessage(words string, id desk.ID) bool {
	for _, rest := range strings.Split(words, "message ")[1:] {
		rest, ours := strings.CutPrefix(rest, string(id))
		after, size := utf8.DecodeRuneInString(rest)
		next, _ := utf8.DecodeRuneInString(rest[size:])
		inside := func(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
		if ours && !inside(after) && (!strings.ContainsRune("-_~/@.", after) || !inside(next)) {
			return true
		}
	}
	return false
}

// remember reads what the runs told of the record, and returns it.
func (i *inspection) remember(ctx context.Context) ([]checkpoints.Loss, error) {
	all, err := i.Ledger.Losses(ctx, i.rec.Kind(), i.rec.About().ID)
	i.lost = excused(all)
	return all, err
}

// losses tells what the runs told of the record.
func (i *inspection) losses(ctx context.Context) error {
	kind, id := i.rec.Kind(), i.rec.About().ID
	all, err := i.remember(ctx)
	if before := i.check.Before; before != nil && err == nil {
		var more []checkpoints.Loss
		more, err = before(ctx, kind, id)
		all = append(all, more...)
	}
	for _, l := range all {
		field, _ := cutFileLine(l.Field)
		i.looked.tell(Finding{Class: lostOrKept(strings.HasSuffix(l.Detail, inTheNote)), Kind: l.Kind, ID: l.ID, Parent: l.Parent, Target: i.seen.Target, Field: field, Detail: l.Detail})
	}
	for _, l := range i.taken {
		i.looked.tell(Finding{Class: Lost, Kind: kind, ID: id, Target: i.seen.Target, Field: l.Field, Detail: l.Detail})
	}
	return err
}

// lostOrKept is the class of what the target could not hold.
func lostOrKept(kept bool) Class {
	if kept {
		return Kept
	}
	return Lost
}

// planned tells whether a run said that the field of a message would be lost.
func (i *inspection) planned(id desk.ID, field string) bool {
	return i.lost.ofMessage(i.rec.About().ID, id, field)
}
