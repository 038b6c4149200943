package pipeline

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// strayed remembers messages that stand at the target and that their tickets no
// longer have in the source. One that stands there under another ticket as well was
// moved between them: nothing takes it back, but it is said.
type strayed struct {
	mu   sync.Mutex
	rows map[messageKey]checkpoints.Row
}

type messageKey struct{ ticket, id desk.ID }

// maxStrayed bounds what is remembered of one run.
const maxStrayed = 1 << 16

// movedTo begins the detail of a message's line that was told already.
const movedTo = "moved in the source to ticket "

// note remembers what the source's ticket lacks of the messages that were written.
func (s *strayed) note(ticket *desk.Ticket, written map[desk.ID]checkpoints.Row) {
	if len(written) == 0 {
		return
	}
	has := make(map[desk.ID]bool, len(ticket.Messages))
	for i := range ticket.Messages {
		has[ticket.Messages[i].ID] = true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, row := range written {
		key := messageKey{ticket.ID, id}
		made, _, _ := strings.Cut(string(id), "~") // of a note about an edit, the message; of other notes of ours, nothing
		switch {
		case has[id]:
			delete(s.rows, key) // the source was asked for the whole ticket meanwhile
		case row.State != checkpoints.Done || made == "" || has[desk.ID(made)] || strings.HasPrefix(row.Detail, movedTo) || len(s.rows) >= maxStrayed:
		default:
			if s.rows == nil {
				s.rows = map[messageKey]checkpoints.Row{}
			}
			s.rows[key] = row
		}
	}
}

// strays tells which messages moved to another ticket after they were written: at
// the target they stand in both.
func (r *run) strays(ctx context.Context) error {
	if len(r.strayed.rows) == 0 {
		return nil
	}
	if err := r.save(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	var ids []desk.ID
	for key := range r.strayed.rows {
		ids = append(ids, key.id)
	}
	slices.Sort(ids)
	twins, err := r.Ledger.Namesakes(ctx, slices.Compact(ids))
	if err != nil {
		return err
	}
	now := map[desk.ID][]checkpoints.Row{}
	for _, twin := range twins {
		now[twin.ID] = append(now[twin.ID], twin)
	}
	for _, key := range slices.SortedFunc(maps.Keys(r.strayed.rows), messageKey.compare) {
		was := r.strayed.rows[key]
		for _, twin := range now[key.id] {
			if twin.Run > was.Run && twin.Parent != key.ticket && twin.Print == was.Print {
				r.twice(was, twin)
			}
		}
	}
	return nil
}

func (k messageKey) compare(other messageKey) int {
	return strings.Compare(string(k.ticket)+"\x00"+string(k.id), string(other.ticket)+"\x00"+string(other.id))
}

// twice tells of one message that stands at the target in two tickets.
func (r *run) twice(was, twin checkpoints.Row) {
	was.Detail = movedTo + string(twin.Parent) // the line stays that of the run which wrote it
	r.put(was)
	r.tell(Event{Kind: desk.KindMessage, ID: was.ID, Parent: was.Parent, Loss: &connectors.Loss{
		Field: "message.ticket",
		Detail: fmt.Sprintf("message %s moved in the source from ticket %s to %s after it was written: the target has it in both%s",
			was.ID, was.Parent, twin.Parent, places(was.Target, twin.Target)),
	}})
}

// places are what the target calls two copies of a message, where both stand: one that is
// only planned is called nothing yet.
func places(was, twin desk.ID) string {
	if strings.HasPrefix(string(twin), connectors.PlannedID) {
		return ""
	}
	return fmt.Sprintf(" (%s and %s)", was, twin)
}
