package pipeline

import (
	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// losses tells and writes down what a call could not keep; what the target has no
// room for at all is told once, elsewhere. A field that was written again and kept is
// lost no more.
func (t *task) losses(s *Step, got connectors.Receipt, err error) {
	kind, parent, id := s.kind(), s.parent(), s.id()
	lost := map[string]string{}
	for i := range got.Losses {
		loss := &got.Losses[i]
		if t.told(s, loss) {
			continue
		}
		t.tell(Event{Kind: kind, ID: id, Parent: parent, Loss: loss})
		lost[loss.Field] = loss.Detail
	}
	if s.Verb == Update && err == nil {
		for _, name := range s.Fields {
			if lost[name] == "" {
				lost[name] = ""
			}
		}
	}
	for field, detail := range lost {
		t.lostField(kind, parent, id, field, detail)
	}
}

// lostField writes down one field that was not kept, or with no detail that it was.
func (t *task) lostField(kind desk.Kind, parent, id desk.ID, field, detail string) {
	if t.DryRun {
		return
	}
	t.Ledger.Lose(checkpoints.Loss{Kind: kind, Parent: parent, ID: id, Field: field, Detail: detail, Run: t.Run})
}
