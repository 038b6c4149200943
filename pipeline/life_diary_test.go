package pipeline_test

import (
	"fmt"
	"maps"
	"slices"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

func (l *life) note(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.diary = append(l.diary, fmt.Sprintf(format, args...))
}

// look puts down how a ticket stands.
func (l *life) look() {
	mark := testMark(desk.KindTicket, "", desk.ID(*lifeEye))
	for _, x := range standing(l.dst) {
		if x.Mark == mark {
			row, _, err := l.h.Ledger.Row(always, desk.KindTicket, "", desk.ID(*lifeEye))
			since := ""
			if row.Returned != nil {
				since = fmt.Sprintf(", of what came back %q", desk.PrintsOf(x).Changed(row.Returned))
			}
			l.note("## %s: %v %s %q %q run %d made %d, other than written %q%s, settled %d, begun %d", x.ID, err, row.State, row.Reason, row.Detail, row.Run, row.Made,
				desk.PrintsOf(x).Changed(row.Written), since, len(row.Settled), len(row.Begun))
			rows, _ := l.h.Ledger.Messages(always, desk.ID(*lifeEye))
			for _, id := range slices.Sorted(maps.Keys(rows)) {
				r := rows[id]
				l.note("##   %s: %s %q at %q run %d version %.6s %s", id, r.State, r.Reason, r.Target, r.Run, r.Version, r.Detail)
			}
		}
	}
}

// tell puts down what a run says that it does.
func (l *life) tell(e pipeline.Event) {
	switch {
	case e.Step != nil && e.Step.Verb == pipeline.Append:
		l.note("    append %s to %s: %v", e.Step.Message.ID, e.Step.Record.About().ID, e.Err)
	case e.Step != nil:
		l.note("    %s %s %s %q: %v", e.Step.Verb, e.Step.Record.Kind(), e.Step.Record.About().ID, e.Step.Fields, e.Err)
	case e.Conflict != nil:
		l.note("    conflict: %s", e.Conflict.Detail)
	case e.Outcome == pipeline.Failed || e.Outcome == pipeline.Held:
		l.note("    %s %s %s: %s", e.Outcome, e.Kind, e.ID, e.Detail)
	}
}
