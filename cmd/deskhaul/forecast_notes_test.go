package main

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors/conntest/rounds"
	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/desk"
)

// What a plan says a private note will hold stands in that ticket's note after the run.
func TestNotesHoldWhatThePlanSays(t *testing.T) {
	t.Parallel()
	in := filepath.Join(t.TempDir(), "in.jsonl")
	world := drawer{rand.New(rand.NewPCG(weather.Seeds(t, 1)[0], 3))}.world(rounds.Of(12, 12, 20))
	tickets := map[string]*desk.Ticket{}
	for _, rec := range world {
		if ticket, is := rec.(*desk.Ticket); is {
			ticket.Fields = map[string]any{"mood": "cross about " + string(ticket.ID) + "!"}
			tickets[string(ticket.ID)] = ticket
		}
	}
	putInto(t, in, world)
	for name, start := range map[string]func(*testing.T) *cloud{"rt": anRT, "zendesk": aZendesk} {
		t.Run(name, func(t *testing.T) {
			far := start(t)
			folder := intoProject(t, in, "mapping:\n  tickets:\n    leftovers: note\n", far.connector, append(far.settings, "url="+far.url, "token=${TOKEN_"+strings.ToUpper(far.connector)+"}")...)
			planned := filepath.Join(t.TempDir(), "planned.csv")
			mustRun(t, "plan", "--quiet", "--losses", planned, folder)
			mustRun(t, "migrate", "--quiet", folder)
			notes, looked := notesAt(t, far), 0
			for _, row := range lost(t, planned) {
				cells := strings.Split(row, " | ")
				ticket := tickets[cells[0]]
				if ticket == nil || cells[5] != "true" {
					continue
				}
				at := slices.IndexFunc(notes, func(note string) bool { return strings.Contains(note, "mood: cross about "+cells[0]+"!") })
				if at < 0 {
					t.Fatalf("ticket %s has no note", cells[0])
				}
				for _, said := range noteSays(ticket, cells[2], cells[3]) {
					if looked++; !strings.Contains(notes[at], said) {
						t.Errorf("%s of %s %s: %q is not in the note %q", cells[3], cells[1], cells[2], said, notes[at])
					}
				}
			}
			if looked < 100 {
				t.Errorf("only %d things are kept", looked)
			}
		})
	}
}

// noteSays is what a note says of a field of a ticket, or of a message of it.
func noteSays(t *desk.Ticket, id, field string) []string {
	clock := func(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05 UTC") }
	name, ofMessage := strings.CutPrefix(field, "message.")
	if !ofMessage {
		switch field {
		case "number", "type", "channel", "subject", "status":
			return []string{map[string]string{"number": t.Number, "type": t.Type, "channel": t.Channel, "subject": strings.TrimSpace(t.Subject), "status": string(t.Status)}[field]}
		case "created", "due", "solved", "closed":
			return []string{clock(map[string]time.Time{"created": t.Created, "due": t.Due, "solved": t.Solved, "closed": t.Closed}[field])}
		case "tags":
			return t.Tags
		case "group":
			return []string{"Second level"}
		case "category":
			return []string{"Rechnungen"}
		case "rating":
			return []string{"good"}
		case "history":
			return []string{"new → open"}
		}
		return nil
	}
	m := t.Messages[slices.IndexFunc(t.Messages, func(m desk.Message) bool { return string(m.ID) == id })]
	switch name {
	case "at":
		return []string{clock(m.At)}
	case "from":
		return []string{m.From.Email}
	case "to":
		return []string{m.To[0].Email}
	case "cc":
		return []string{m.CC[0].Email}
	case "message_id", "subject", "channel":
		return []string{map[string]string{"message_id": m.MessageID, "subject": m.Subject, "channel": m.Channel}[name]}
	case "fields.mood":
		return []string{fmt.Sprint("mood: ", m.Fields["mood"])}
	}
	return nil
}
