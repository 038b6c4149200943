package intercom

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// A ticket is made in its first state, and gets the one that it is to have when its first
// message is said. Until then its description says that: "[deskhaul was 8003c]".
//
// A reply opens a ticket again that is over, or waits for its customer; at least no source
// says that it does not. So after each the ticket is put back. That what it is to be put back
// to is not lost with the answer, or by a kill, the line of the reply says it: "was 8003c" is
// the number of the state, and whether the ticket was open or closed. Whoever reads the
// ticket next, while a run writes, puts it back if nobody has.

// over is what a ticket is to be put back to after a message; "" if it changes nothing. Files
// of the message that are there already may have opened it: they say what it was, unless a
// teammate decided since. So does a ticket that was never furnished.
func over(t *ticketShape, m *desk.Message, me string) string {
	if was := t.unfurnished(me); was != "" {
		return was
	}
	if m.Note {
		return ""
	}
	last, l := t.lastReply()
	if l.files && l.mark == m.Mark && l.was != "" && !t.decided(last, me) {
		return l.was
	}
	state := t.State.thing
	if state.ID == "" || t.Open && (state.Category == "in_progress" || state.Category == "submitted") {
		return ""
	}
	return t.standsAs()
}

// standsAs is the state of a ticket as our line tells it.
func (t *ticketShape) standsAs() string {
	word := "c"
	if t.Open {
		word = "o"
	}
	return "was " + string(t.State.thing.ID) + word
}

// putBackKey begins the keys under which State keeps after which message, or which files of
// one, a ticket was last put back.
const putBackKey = "put back/"

// putBack gives a ticket the state that it had before a reply; of one that was not all there
// its description goes, which said so.
func (t *Target) putBack(ctx context.Context, ticket desk.ID, mark, was string, furnishes bool, out any) error {
	state, open := strings.TrimPrefix(was[:len(was)-1], "was "), strings.HasSuffix(was, "o")
	values := map[string]any{"ticket_state_id": state, "open": open, "skip_notifications": true}
	if furnishes {
		values["ticket_attributes"] = map[string]any{descriptionAttribute: nil}
	}
	if _, err := t.client.JSON(ctx, rest.Call{Method: http.MethodPut, Path: "tickets/" + string(ticket), JSON: values}, out); err != nil {
		return err
	}
	return t.env.State.Put(ctx, putBackKey+string(ticket), []byte(mark))
}

// reclose puts a ticket back that our last reply has opened again, if nobody did: the answer
// to the reply was lost, or the run killed.
func (t *Target) reclose(ctx context.Context, id desk.ID, got *ticketShape) error {
	if t.env.DryRun || got.attribute(t.config.mark()) == "" {
		return nil
	}
	p, err := t.mates(ctx)
	if err != nil {
		return err
	}
	me := string(p.me.ID)
	if was := got.unfurnished(me); was != "" {
		return t.putBack(ctx, id, "", was, true, got)
	}
	last, l := got.lastReply()
	if l.was == "" || got.decided(last, me) {
		return nil
	}
	done, err := t.env.State.Get(ctx, putBackKey+string(id))
	if err != nil || string(done) == l.name() {
		return err
	}
	if l.was == got.standsAs() {
		return t.env.State.Put(ctx, putBackKey+string(id), []byte(l.name()))
	}
	return t.putBack(ctx, id, l.name(), l.was, false, got)
}

// name tells one of our replies from others: a message, or some of its files. These stand
// alone where the message goes before it is said.
func (l ourLine) name() string {
	if l.files {
		return fmt.Sprint(l.mark, "/", l.nth)
	}
	return l.mark
}

// lastReply is the newest of our replies, and its line.
func (t *ticketShape) lastReply() (last partShape, line ourLine) {
	for _, k := range t.Parts.all() {
		if l, ok := parseLine(plainOf(k.Body)); ok && k.number() > last.number() {
			last, line = k, l
		}
	}
	return last, line
}

// number orders parts as they came, whatever time they have.
func (k *partShape) number() int64 {
	n, _ := strconv.ParseInt(string(k.ID), 10, 64)
	return n
}

// decided tells whether a teammate gave the ticket a state after a part: it stays then. What
// the owner of the token did, or who wrote the part right after it, was we.
func (t *ticketShape) decided(after partShape, me string) bool {
	next := int64(0)
	for _, k := range t.Parts.all() {
		if n := k.number(); n > after.number() && (next == 0 || n < next) {
			next = n
		}
	}
	for _, k := range t.Parts.all() {
		ours := string(k.Author.ID) == me || k.number() == next && k.Author.ID == after.Author.ID
		if k.number() > after.number() && k.Now != "" && k.Now != k.Was && k.Author.Type == "admin" && !ours {
			return true
		}
	}
	return false
}

// unfurnishedAs is the description of a ticket that is not all there yet.
func unfurnishedAs(was string) string { return tail("", was) }

// unfurnished is what a ticket that is not all there is to be put to; "" if it is. It stays
// in the state that a teammate gave it meanwhile.
func (t *ticketShape) unfurnished(me string) string {
	l, ok := parseLine(t.description())
	switch {
	case !ok || l.mark != "":
		return ""
	case t.decided(partShape{}, me):
		return t.standsAs()
	}
	return l.was
}
