package pipeline

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// leftoversID begins the ids of the private notes that hold what a target has no room
// for. Behind it stand the ticket's id, a hash of what the note says of the cover,
// and one of the last message that it speaks of: what the ledger has a line for is
// told, and a delta writes a note only of what is new since.
const leftoversID = "~leftovers/"

// leftover is one such note that the ledger knows.
type leftover struct {
	id    desk.ID
	cover string
	upTo  int // index of the last message that it speaks of; -1 none
	run   int64
}

// leaveOver adds the private note with what the target has no room for: of the
// ticket's cover, and, where messages keep neither their times nor who wrote them,
// of its messages. A target that writes such notes by itself gets none.
func (t *task) leaveOver(ctx context.Context) error {
	ticket, ok := t.rec.(*desk.Ticket)
	if !ok || !t.Leftovers || !t.Writes.Keeps(desk.KindMessage, "note") {
		return nil
	}
	if own, can := t.Target.(connectors.NoteKeeper); can && own.KeepsNotes() {
		return nil
	}
	cover := t.coverLeftovers(ticket)
	last, coverSum := -1, hashOf(strings.Join(cover, "\n"))
	if t.messageLeftovers() {
		last = len(ticket.Messages) - 1
	}
	told := t.toldLeftovers(ticket)
	from, was := 0, hashOf("")
	if n := len(told); n > 0 {
		from, was = told[n-1].upTo+1, told[n-1].cover
	}
	if last >= from || coverSum != was {
		upTo := max(last, from-1)
		told = append(told, leftover{id: leftoverName(ticket, coverSum, upTo), cover: coverSum, upTo: upTo})
	}
	return t.addNotes(ctx, ticket, told, cover, last >= 0)
}

// addNotes gives the ticket those of its notes that were not written yet.
func (t *task) addNotes(ctx context.Context, ticket *desk.Ticket, all []leftover, cover []string, ofMessages bool) error {
	begin, before, messages := 0, hashOf(""), ticket.Messages
	who := names{task: t, known: map[desk.Ref]string{}}
	for _, n := range all {
		if row := t.seen.Messages[n.id]; row.State != checkpoints.Done && (!t.Writes.CreateOnly || t.seen.Target == "") {
			var lines []string
			if n.cover != before {
				lines = append(lines, cover...)
			}
			for i := begin; i <= n.upTo && ofMessages; i++ {
				author, err := who.wrote(ctx, &messages[i])
				if err != nil {
					return fmt.Errorf("ticket %s: who wrote message %s: %w", ticket.ID, messages[i].ID, err)
				}
				lines = append(lines, messageLine(i, &messages[i], author))
			}
			ticket.Messages = append(ticket.Messages, noteOf(n.id, ticket, lines))
		}
		begin, before = n.upTo+1, n.cover
	}
	return nil
}

func noteOf(id desk.ID, ticket *desk.Ticket, lines []string) desk.Message {
	return desk.Message{
		ID: id, Note: true, At: lastTouched(ticket), Text: "[What this system has no room for, as it was in the system that the ticket comes from:]\n\n" + strings.Join(lines, "\n"),
	}
}

// messageLeftovers tells whether the target keeps neither when a message was written
// nor by whom.
func (t *task) messageLeftovers() bool {
	return !t.Writes.Keeps(desk.KindMessage, "at") && !t.Writes.Keeps(desk.KindMessage, "from")
}

// toldLeftovers are the notes of the ticket that the ledger knows, in the order in
// which they were written.
func (t *task) toldLeftovers(ticket *desk.Ticket) (out []leftover) {
	prefix := leftoversID + string(ticket.ID) + "/"
	at := map[string]int{"-": -1}
	for i := range ticket.Messages {
		at[hashOf(string(ticket.Messages[i].ID))] = i
	}
	for id, row := range t.seen.Messages {
		rest, ours := strings.CutPrefix(string(id), prefix)
		cover, last, _ := strings.Cut(rest, "/")
		if !ours {
			continue
		}
		upTo, known := at[last]
		if !known { // the source gave only what is new, or the message is gone
			upTo = -1
		}
		out = append(out, leftover{id, cover, upTo, row.Run})
	}
	slices.SortFunc(out, func(a, b leftover) int {
		return cmp.Or(cmp.Compare(a.upTo, b.upTo), cmp.Compare(a.run, b.run), strings.Compare(string(a.id), string(b.id)))
	})
	return out
}

func leftoverName(ticket *desk.Ticket, cover string, upTo int) desk.ID {
	last := "-"
	if upTo >= 0 {
		last = hashOf(string(ticket.Messages[upTo].ID))
	}
	return desk.ID(leftoversID + string(ticket.ID) + "/" + cover + "/" + last)
}

func hashOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:6])
}

// coverLeftovers are the lines of what the target's cover has no room for.
func (t *task) coverLeftovers(r *desk.Ticket) (lines []string) {
	say := func(field, what, value string) {
		if value = strings.TrimSpace(value); value != "" && !t.Writes.Keeps(desk.KindTicket, field) {
			lines = append(lines, what+": "+value)
		}
	}
	say("number", "Number", r.Number)
	say("url", "Address", r.URL)
	say("created", "Created", clock(r.Created))
	say("due", "Due", clock(r.Due))
	say("solved", "Solved", clock(r.Solved))
	say("closed", "Closed", clock(r.Closed))
	say("type", "Type", r.Type)
	say("channel", "Came by", r.Channel)
	say("priority", "Priority", string(r.Priority))
	say("tags", "Tags", strings.Join(slices.Sorted(slices.Values(r.Tags)), ", "))
	if r.Rating != nil {
		say("rating", "Rating", r.Rating.Score+" "+r.Rating.Comment+" "+clock(r.Rating.At))
	}
	for _, c := range r.History {
		say("history", "Status", fmt.Sprintf("%s → %s, %s", c.From, c.To, clock(c.At)))
	}
	names := make([]string, 0, len(r.Fields))
	for name := range r.Fields {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		say("fields."+name, name, fmt.Sprint(r.Fields[name]))
	}
	return lines
}

func clock(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format("2006-01-02 15:04:05 UTC")
}

// messageLine says when a message was written, and by whom.
func messageLine(i int, m *desk.Message, author string) string {
	kind := "message"
	if m.Note {
		kind = "note"
	}
	return strings.TrimRight(fmt.Sprintf("%d. %s, %s, %s", i+1, kind, cmp.Or(clock(m.At), "no time"), author), ", ")
}

// names are what the source calls the authors of a ticket; each is asked for once.
type names struct {
	*task
	known map[desk.Ref]string
}

// wrote is who wrote a message. The note is the one place that will say so, so that a
// source that cannot tell now is asked again another time.
func (n *names) wrote(ctx context.Context, m *desk.Message) (string, error) {
	if m.From != (desk.Address{}) {
		return strings.TrimSpace(m.From.Name + " <" + m.From.Email + ">"), nil
	}
	if m.Author.IsZero() {
		return "", nil
	}
	who, ok := n.known[m.Author]
	if !ok {
		var err error
		if who, err = n.ask(ctx, m.Author); err != nil {
			return "", err
		}
		n.known[m.Author] = who
	}
	return who, nil
}

// ask is somebody's name and addresses; their id, where the source knows nothing of them.
func (n *names) ask(ctx context.Context, ref desk.Ref) (string, error) {
	if n.fetcher != nil {
		rec, err := n.fetcher.Fetch(ctx, ref.Kind, ref.ID)
		nobody := errors.Is(err, connectors.ErrNotFound) || errors.Is(err, connectors.ErrUnsupported) || errors.Is(err, connectors.ErrRefused)
		if err != nil && !nobody {
			return "", err
		}
		if r, ok := rec.(*desk.Contact); ok && err == nil {
			return strings.TrimSpace(r.Name + " " + strings.Join(r.Emails, ", ")), nil
		}
		if r, ok := rec.(*desk.Agent); ok && err == nil {
			return strings.TrimSpace(r.Name + " " + r.Email), nil
		}
	}
	return fmt.Sprintf("%s %s", ref.Kind, ref.ID), nil
}
