package pipeline

import (
	"cmp"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
)

// InDoubt tells whether the line is of a write that may have happened: its own was
// begun, or it is a message that went with its ticket's.
func InDoubt(row checkpoints.Row) bool {
	return row.State == checkpoints.Intended || row.State == checkpoints.Entered && row.Parent != "" && row.Target == ""
}

// Found is the line in doubt of something that a person found at the target. A
// record stays in doubt as to its fields and messages: the next run settles them.
func Found(row checkpoints.Row, at desk.ID) checkpoints.Row {
	row.Target, row.Job, row.Written, row.Reason, row.Detail = at, "", nil, "", ""
	if row.Kind == desk.KindMessage {
		row.State, row.Since = checkpoints.Done, time.Time{}
	} else {
		row.Made = cmp.Or(row.Made, row.Run)
		row.Detail = "found at the target by hand; the next run brings it up to date"
	}
	return row
}

// Missing is the line in doubt of something that a person looked for at the target
// and did not find: the next run writes it.
func Missing(row checkpoints.Row) checkpoints.Row {
	if row.Detail == checkpoints.BeingTakenBack {
		row = forgotten(row)
	}
	row.State, row.Since, row.Job, row.Reason = checkpoints.Held, time.Time{}, "", ""
	row.Detail = "not at the target, looked up by hand; the next run writes it"
	return row
}

// doubtful lists the messages of the ticket of which nobody knows whether they
// arrived.
func (t *task) doubtful(ticket *desk.Ticket) (ids []string) {
	for i := range ticket.Messages {
		if row, ok := t.seen.Messages[ticket.Messages[i].ID]; ok && InDoubt(row) {
			ids = append(ids, string(row.ID))
		}
	}
	return ids
}

// maxNamed is how many ids a sentence names.
const maxNamed = 5

// some names the first of the ids.
func some(ids []string) string {
	if len(ids) > maxNamed {
		return strings.Join(ids[:maxNamed], ", ") + " …"
	}
	return strings.Join(ids, ", ")
}
