package pipeline

import (
	"context"

	"github.com/deskhaul/deskhaul/desk"
)

// Beside is a ticket as a verification saw it on both sides.
type Beside struct {
	// Source is the ticket as the source has it, before the mapping; nil if the source does
	// not give it any more.
	Source *desk.Ticket
	// Want is what should stand at the target, with the target's ids; nil if nothing should,
	// or it did not come so far.
	Want *desk.Ticket
	// Got is what stands there; nil if nothing does, or it was not read.
	Got *desk.Ticket
	// At are the target's messages by the ids of the source's.
	At map[desk.ID]*desk.Message
	// Files are the files of the source's messages, by the ids of those.
	Files    map[desk.ID][]FileBeside
	Target   desk.ID
	Old, New string // addresses for people; "" unknown
	LeftOut  string // the rule that left it out; "" none
	Findings []Finding
}

// FileBeside is a file of the source, and the one at the target. SHA-256 is in hex; "" if
// the bytes were not compared.
type FileBeside struct {
	Source, There       *desk.File // There nil: none
	SHA256, SHA256There string
	Expected            bool // it was not told that there would be none
}

// besideOf begins to put a ticket beside its copy, if anybody wants that.
func (t *task) besideOf() {
	ticket, ok := t.rec.(*desk.Ticket)
	if ok && t.check.Show != nil {
		t.beside = &Beside{Source: desk.Clone(ticket).(*desk.Ticket), At: map[desk.ID]*desk.Message{}, Files: map[desk.ID][]FileBeside{}}
	}
}

// show shows the ticket beside its copy, when all is known.
func (t *task) show(ctx context.Context) error {
	b, l := t.beside, t.looked
	if b == nil {
		return nil
	}
	b.Target, b.Old, b.New, b.Findings = l.Target, l.Old, l.New, l.findings
	if !t.verdict.Keep && t.verdict.Rule != "" {
		b.LeftOut = t.verdict.Rule
	}
	return t.check.Show(ctx, b)
}

// both notes what stands on both sides; got is nil as long as that is not known.
func (i *inspection) both(got desk.Record) {
	if i.beside == nil {
		return
	}
	i.beside.Want = i.want.(*desk.Ticket)
	if got != nil {
		i.beside.Got = got.(*desk.Ticket)
	}
}

// bothMessages notes which message of the target's is which of the source's.
func (i *inspection) bothMessages(want *desk.Ticket, found map[int]spot) {
	if i.beside == nil {
		return
	}
	for n, at := range found {
		i.beside.At[want.Messages[n].ID] = at.got
	}
}

// bothFiles notes the files of a message.
func (i *inspection) bothFiles(m *desk.Message, pairs []*filePair) {
	if i.beside == nil {
		return
	}
	for _, p := range pairs {
		i.beside.Files[m.ID] = append(i.beside.Files[m.ID], FileBeside{p.want, p.got, p.sum, p.sumThere, !p.excused})
	}
}
