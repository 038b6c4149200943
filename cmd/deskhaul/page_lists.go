package main

import (
	"sync/atomic"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/lists"
	"github.com/deskhaul/deskhaul/pipeline"
)

// pageLists gathers, for a page, what the numbers of a plan or run are of. A nil one gathers
// nothing.
type pageLists struct {
	lists *lists.Lists
	files *findingFiles // all of it, once a leg is over
	plans bool          // nothing is written
	ways  int           // legs so far
	bytes atomic.Int64  // of texts and files, that the leg has written
}

// Lists that are not outcomes.
const (
	listAppended = "appended" // messages, to tickets that stood already
	listLost     = "lost"
	listKept     = "kept"
	listConflict = "conflict"
	listBefore   = "before" // put aside by an earlier run
)

// begin begins a leg.
func (t *pageLists) begin() {
	if t != nil {
		t.ways++
		t.bytes.Store(0)
	}
}

// event puts down what a leg tells.
func (t *pageLists) event(e pipeline.Event) {
	switch {
	case t == nil:
	case e.Counted != nil:
		t.counted(e)
	case e.Loss != nil:
		class := listLost
		if e.Loss.Kept {
			class = listKept
		}
		t.lists.Add(t.key(e, class, e.Loss.Field+"\n"+string(e.Loss.Why), e.Loss.Detail), 1)
	case e.Conflict != nil:
		t.lists.Add(t.key(e, listConflict, e.Conflict.Field, e.Conflict.Detail), 1)
	case e.Step != nil && e.Err == nil:
		t.step(e)
	}
}

func (t *pageLists) key(e pipeline.Event, class, field, detail string) lists.Key {
	return lists.Key{Way: t.ways, Class: class, Kind: e.Kind, Field: field, Ticket: e.Parent, ID: e.ID, Detail: detail}
}

// counted moves something from one list to another. Messages and files are taken together,
// ticket by ticket: those that are put aside are looked up when the leg is over.
func (t *pageLists) counted(e pipeline.Event) {
	c, k := e.Counted, t.key(e, string(e.Counted.To), "", "")
	if k.Ticket != "" {
		k.ID = ""
	}
	t.lists.Add(k, c.N)
	if c.From != "" {
		k.Class = string(c.From)
		t.lists.Add(k, -c.N)
	}
	if c.Record != nil && k.Ticket == "" {
		t.lists.Know(t.ways, e.Kind, e.ID, lists.About{Name: calledOf(c.Record), URL: c.Record.About().URL})
	}
}

// step counts bytes, and in a plan the messages that would go to tickets that stand already.
func (t *pageLists) step(e pipeline.Event) {
	switch s := e.Step; s.Verb {
	case pipeline.Append:
		t.bytes.Add(bytesOf(s.Message))
		if t.plans && !s.Fresh {
			k := lists.Key{Way: t.ways, Class: listAppended, Kind: desk.KindMessage, Ticket: e.Parent}
			t.lists.Add(k, 1)
			k.Class = string(pipeline.Created)
			t.lists.Add(k, -1)
		}
	case pipeline.Create:
		if ticket, ok := s.Record.(*desk.Ticket); ok {
			for i := range ticket.Messages {
				t.bytes.Add(bytesOf(&ticket.Messages[i]))
			}
		}
	case pipeline.Update:
	}
}

func bytesOf(m *desk.Message) int64 {
	n := int64(len(m.Text) + len(m.HTML))
	for _, f := range m.Files {
		n += max(0, f.Size)
	}
	return n
}

// calledOf is what people call a record.
func calledOf(r desk.Record) string {
	switch r := r.(type) {
	case *desk.Ticket:
		return r.Subject
	case *desk.Contact:
		return r.Name
	case *desk.Organization:
		return r.Name
	case *desk.Group:
		return r.Name
	}
	return pipeline.NameOf(r)
}
