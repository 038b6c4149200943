package pipeline

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/dustin/go-humanize"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// fit sees that the target is asked for no more than it takes: a file too large
// stays out of its message and is told as a loss; a message too long, or one too
// many, goes to quarantine alone. A dry run says the same. A file whose size is not
// known is offered; the target may refuse it.
func (t *task) fit() {
	ticket, ok := t.rec.(*desk.Ticket)
	if !ok || t.Writes.MaxFile == 0 && t.Writes.MaxText == 0 && t.Writes.MaxMessages == 0 {
		return
	}
	stand := 0
	for _, row := range t.seen.Messages {
		if row.State == checkpoints.Done {
			stand++
		}
	}
	for i := range ticket.Messages {
		m := &ticket.Messages[i]
		if t.seen.settled(m) {
			continue
		}
		err := t.tooMuch(ticket, m, stand)
		if err == nil {
			t.fitFiles(ticket, m)
			stand++
			continue
		}
		t.appended(m, connectors.Receipt{}, err)
	}
}

// tooMuch tells why the target will not have a message of a ticket of which so many
// stand there before it; nil if it will.
func (t *task) tooMuch(ticket *desk.Ticket, m *desk.Message, stand int) error {
	switch most := t.Writes; {
	case most.MaxText > 0 && len(m.Text) > most.MaxText:
		return connectors.Refuse(connectors.ReasonTooLarge, "shorten it in the mapping, or move it into a file",
			"message %s of ticket %s is %s of text long, the target takes %s", m.ID, ticket.ID, size(len(m.Text)), size(most.MaxText))
	case most.MaxMessages > 0 && stand >= most.MaxMessages:
		return connectors.Refuse(connectors.ReasonTooLarge, "leave some out in the mapping",
			"message %s of ticket %s is one too many: the target takes %d in a ticket", m.ID, ticket.ID, most.MaxMessages)
	}
	return nil
}

// fitFiles takes out the files that are too large.
func (t *task) fitFiles(ticket *desk.Ticket, m *desk.Message) {
	most := t.Writes.MaxFile
	if most == 0 || !slices.ContainsFunc(m.Files, func(f desk.File) bool { return f.Size > most }) {
		return
	}
	var left []connectors.Loss
	m.Files = slices.DeleteFunc(slices.Clone(m.Files), func(f desk.File) bool {
		if f.Size <= most {
			return false
		}
		if t.was.Run != t.Run { // else this run has counted it
			t.counts(desk.KindFile, ticket.ID, m.ID, 1, Counted{To: Skipped, Record: ticket})
		}
		left = append(left, connectors.Loss{
			Field: "file", Message: m.ID, File: f.Name, Why: connectors.WhyTooLarge, Value: strconv.FormatInt(f.Size, 10),
			Detail: fmt.Sprintf("file %q of message %s is %s large, the target takes %s", f.Name, m.ID, size(f.Size), size(most)),
		})
		return true
	})
	for _, loss := range byField(left) {
		t.lacksAs(desk.KindMessage, ticket.ID, m.ID, &loss, false)
	}
}

func size[N int | int64](n N) string { return humanize.IBytes(uint64(n)) }
