package pipeline

import (
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
)

// unwritten tells what is new of a record that stands at a target which only
// creates: its new messages go to quarantine, its changed fields are losses. Left
// unsaid, they would be gone once the cursor has passed.
func (t *task) unwritten() {
	if !t.Writes.CreateOnly || t.seen.Target == "" {
		return
	}
	able := t.Writes
	able.CreateOnly = false
	for _, s := range Plan(t.rec, t.seen, able) {
		switch {
		case s.Verb == Append && t.Writes.AtOnce > 0: // the rest of a ticket that is not all there
			continue
		case s.Verb == Append:
			t.appended(s.Message, connectors.Receipt{}, connectors.Refuse(connectors.ReasonRefused, "write all of it to a new target",
				"message %s came after its ticket %s was written, and the target adds nothing to what stands", s.id(), s.parent()))
			continue
		case t.seen.Written == nil: // it was written as it is, and the answer was lost
			continue
		}
		for _, field := range s.Fields {
			t.tellLoss(s.kind(), "", s.id(), connectors.Loss{
				Field: field, Why: connectors.WhyFixed,
				Detail: fmt.Sprintf("%s of %s %s changed after it was written, and the target changes nothing that stands", field, s.kind(), s.id()),
			})
		}
	}
}
