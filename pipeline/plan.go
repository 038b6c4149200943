package pipeline

import (
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline/compare"
)

// Verb is what a step does.
type Verb string

// The verbs.
const (
	Create Verb = "create"
	Update Verb = "update"
	Append Verb = "append"
)

// Step is one call to the target.
type Step struct {
	Verb    Verb
	Record  desk.Record   // of Create: with the messages that go with it
	Message *desk.Message // of Append
	// Fresh says of Append that its ticket did not stand before this run.
	Fresh bool
	// Whole is of Create the ticket with all its messages, where some follow by themselves.
	Whole desk.Record
	// Into is the ticket at the target that a message goes to, where that is not the one
	// that stands for its own.
	Into   desk.ID
	Fields []string    // of Update
	Prints desk.Prints // of what the record says, as far as the target keeps it
	// Theirs says of Update that people changed what the fields said, and that something is
	// added to that: what is known as ours stays as it was.
	Theirs bool
}

// Seen is what the ledger knows of a record and of a ticket's messages.
type Seen struct {
	checkpoints.Row
	Exists   bool   // the ledger has a line for the record
	Now      string // the hash of the mapping that made the record what it is
	Messages map[desk.ID]checkpoints.Row
}

// Plan returns the calls that make the target agree with rec; none if it already
// does. It does no I/O and guesses nothing: what the ledger calls intended must
// have been settled.
func Plan(rec desk.Record, seen Seen, caps connectors.Caps) []Step {
	prints := kept(rec, caps)
	if seen.Target == "" {
		return planCreate(rec, &seen, prints, caps.AtOnce)
	}
	var steps []Step
	if fields := changed(prints, &seen); len(fields) > 0 && !seen.Joined && !caps.CreateOnly {
		steps = append(steps, Step{Verb: Update, Record: rec, Fields: fields, Prints: prints})
	}
	if t, ok := rec.(*desk.Ticket); ok && (!caps.CreateOnly || caps.AtOnce > 0) {
		for i := range t.Messages {
			if !seen.settled(&t.Messages[i]) {
				fresh := strings.HasPrefix(string(seen.Target), connectors.PlannedID)
				steps = append(steps, Step{Verb: Append, Record: rec, Message: &t.Messages[i], Fresh: fresh})
			}
		}
	}
	return steps
}

// changed lists the fields of a record that stands which are to be written: those that
// say something else than was written last, and those over which a write was broken off,
// for nobody knows which of the two the target says.
func changed(prints desk.Prints, seen *Seen) []string {
	fields := prints.Changed(seen.Written)
	if seen.Written == nil {
		return fields
	}
	for _, p := range seen.Begun {
		if !slices.Contains(fields, p.Name) {
			fields = append(fields, p.Name)
		}
	}
	slices.Sort(fields)
	return fields
}

// settled tells whether there is nothing to do for a message that the mapping
// lets through: it was written, it is a copy of another, or it was refused in the
// form that this mapping gives it and waits for retry.
func (s *Seen) settled(m *desk.Message) bool {
	row := s.Messages[m.ID]
	switch row.State {
	case checkpoints.Done:
		return true
	case checkpoints.Skipped:
		return row.Reason != string(connectors.ReasonFiltered)
	case checkpoints.Failed:
		return row.Mapping == s.Now
	case checkpoints.Entered, checkpoints.Intended, checkpoints.Held:
	}
	return false
}

// planCreate leaves out the messages that were refused before, and gives as many as
// the target takes at once; the others follow.
func planCreate(rec desk.Record, seen *Seen, prints desk.Prints, atOnce int) []Step {
	t, ok := rec.(*desk.Ticket)
	if !ok {
		return []Step{{Verb: Create, Record: rec, Prints: prints}}
	}
	messages := seen.unrefused(t.Messages)
	if atOnce == 0 || len(messages) < atOnce {
		atOnce = len(messages)
	}
	if atOnce == len(t.Messages) {
		return []Step{{Verb: Create, Record: rec, Prints: prints}}
	}
	first := *t
	first.Messages = messages[:atOnce:atOnce]
	steps := []Step{{Verb: Create, Record: &first, Whole: rec, Prints: prints}}
	for i := atOnce; i < len(messages); i++ {
		steps = append(steps, Step{Verb: Append, Record: rec, Message: &messages[i], Fresh: true})
	}
	return steps
}

// unrefused are the messages that were not refused in the form that they have now.
func (s *Seen) unrefused(ms []desk.Message) []desk.Message {
	refused := func(m desk.Message) bool { return s.Messages[m.ID].State == checkpoints.Failed && s.settled(&m) }
	if !slices.ContainsFunc(ms, refused) {
		return ms
	}
	return slices.DeleteFunc(slices.Clone(ms), refused)
}

// cut is the record with its times no finer than the target keeps them, so that they
// can be compared with what it says later.
func cut(rec desk.Record, caps connectors.Caps) desk.Record {
	if caps.Step == 0 {
		return rec
	}
	if t, ok := rec.(*desk.Ticket); ok { // the messages are not in its prints
		c := *t
		c.Messages = nil
		rec = &c
	}
	return compare.Cut(desk.Clone(rec), caps.Step)
}

// kept fingerprints what the target has room for.
func kept(rec desk.Record, caps connectors.Caps) desk.Prints {
	all := desk.PrintsOf(cut(rec, caps))
	if _, listed := caps.Fields[rec.Kind()]; !listed && caps.Tombstones {
		return all
	}
	out := all[:0]
	for _, f := range all {
		if caps.Keeps(rec.Kind(), f.Name) && (f.Name != "deleted" || caps.Tombstones) {
			out = append(out, f)
		}
	}
	return out
}
