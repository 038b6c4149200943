package pipeline

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// leftoversID begins the ids of the private notes that hold what a target has no room
// for. Behind it stand the ticket's id, a hash of what the note says of the cover,
// one of the last message that it speaks of, and which note of the ticket it is: what
// the ledger has a line for is told, and a delta writes a note only of what is new
// since.
const leftoversID = "~leftovers/"

// leftover is one such note that the ledger knows.
type leftover struct {
	id    desk.ID
	cover string
	upTo  int // index of the last message that it speaks of; -1 none
	n     int // the first is 0
}

// leaveOver adds the private note with what the target cannot hold: of the ticket's
// cover what it has no room for, and what it foresees to lose; of its messages what it
// has no room for. A target that writes such notes by itself gets none. The ticket came
// from the source with the references that it had there.
func (t *task) leaveOver(ctx context.Context, ticket, came *desk.Ticket) error {
	if !t.Leftovers || !t.Writes.Keeps(desk.KindMessage, "note") {
		return nil
	}
	if own, can := t.Target.(connectors.NoteKeeper); can && own.KeepsNotes() {
		return nil
	}
	t.noted = !t.Writes.CreateOnly || t.seen.Target == ""
	lost, err := t.foreseenOf(ctx, ticket)
	if err != nil {
		return err
	}
	cover := t.coverOf(came, lost)
	last, coverSum := -1, cover.print()
	for i := range came.Messages {
		if len(t.notedOf(&came.Messages[i])) > 0 {
			last = i
		}
	}
	told := t.toldLeftovers(ticket)
	from, was := 0, hashOf("")
	for _, n := range told {
		from, was = max(from, n.upTo+1), n.cover
	}
	if last >= from || coverSum != was {
		upTo := max(last, from-1)
		told = append(told, leftover{id: leftoverName(ticket, coverSum, upTo, len(told)), cover: coverSum, upTo: upTo})
	}
	return t.addNotes(ctx, ticket, told, cover, came.Messages)
}

// foreseenOf are the fields of the cover that the target foresees to lose. What it would
// refuse it will refuse.
func (t *task) foreseenOf(ctx context.Context, ticket *desk.Ticket) (map[string]bool, error) {
	if t.foreseer == nil || !t.noted {
		return nil, nil
	}
	bare := *ticket
	bare.Messages = nil
	leave, err := t.room(ctx)
	if err != nil {
		return nil, err
	}
	losses, err := t.foreseer.Foresee(ctx, connectors.Write{Record: &bare})
	leave()
	if err != nil && !errors.Is(err, connectors.ErrRefused) {
		return nil, fmt.Errorf("ticket %s: what would be lost of it: %w", ticket.ID, err)
	}
	lost := map[string]bool{}
	for _, l := range losses {
		lost[l.Field] = true
	}
	return lost, nil
}

// addNotes gives the ticket those of its notes that were not written yet.
func (t *task) addNotes(ctx context.Context, ticket *desk.Ticket, all []leftover, cover *cover, came []desk.Message) error {
	begin, before := 0, hashOf("")
	for _, n := range all {
		t.reopenOne(n.id)
		if row := t.seen.Messages[n.id]; row.State != checkpoints.Done && t.noted {
			var lines []string
			if n.cover != before {
				var err error
				if lines, err = cover.lines(ctx); err != nil {
					return err
				}
			}
			for i := begin; i <= n.upTo; i++ {
				line, err := t.messageLine(ctx, i, &came[i])
				if err != nil {
					return fmt.Errorf("ticket %s: who wrote message %s: %w", ticket.ID, came[i].ID, err)
				}
				if line != "" {
					lines = append(lines, line)
				}
			}
			ticket.Messages = append(ticket.Messages, noteOf(n.id, ticket, lines))
		}
		begin, before = max(begin, n.upTo+1), n.cover
	}
	return nil
}

// leftoversHead begins such a note.
const leftoversHead = "[What this system has no room for, as it was in the system that the ticket comes from:]"

func noteOf(id desk.ID, ticket *desk.Ticket, lines []string) desk.Message {
	return desk.Message{
		ID: id, Note: true, At: lastTouched(ticket), Text: leftoversHead + "\n\n" + strings.Join(lines, "\n"),
	}
}

// toldLeftovers are the notes of the ticket that the ledger knows, in the order in
// which they were written.
func (t *task) toldLeftovers(ticket *desk.Ticket) (out []leftover) {
	prefix := leftoversID + string(ticket.ID) + "/"
	at := map[string]int{"-": -1}
	for i := range ticket.Messages {
		at[hashOf(string(ticket.Messages[i].ID))] = i
	}
	for id := range t.seen.Messages {
		rest, ours := strings.CutPrefix(string(id), prefix)
		parts := strings.Split(rest, "/")
		if !ours || len(parts) != 3 {
			continue
		}
		n, err := strconv.Atoi(parts[2])
		if err != nil {
			continue
		}
		cover, last := parts[0], parts[1]
		upTo, known := at[last]
		if !known { // the source gave only what is new, or the message is gone
			upTo = -1
		}
		out = append(out, leftover{id, cover, upTo, n})
	}
	slices.SortFunc(out, func(a, b leftover) int {
		return cmp.Compare(a.n, b.n)
	})
	return out
}

func leftoverName(ticket *desk.Ticket, cover string, upTo, n int) desk.ID {
	last := "-"
	if upTo >= 0 {
		last = hashOf(string(ticket.Messages[upTo].ID))
	}
	return desk.ID(fmt.Sprintf("%s%s/%s/%s/%d", leftoversID, ticket.ID, cover, last, n))
}

func hashOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:6])
}
