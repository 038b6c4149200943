package lives

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

var always = context.Background()

func (l *life) note(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.put(format, args...)
}

// put is note for who holds the lock.
func (l *life) put(format string, args ...any) {
	l.diary = append(l.diary, fmt.Sprintf(time.Now().Format("01-02 15:04:05 ")+format, args...))
}

// told puts down a write that came to the stand-in.
func (l *life) told(r *http.Request, code int) {
	if r.Method != http.MethodGet {
		l.note("      %s %s: %d", r.Method, r.URL.Path, code)
	}
}

// tell puts down what a run says that it does.
func (l *life) tell(e pipeline.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case e.Step == nil:
	case e.Err == nil:
		l.steps++
	case slices.Contains(e.Step.Fields, "status"): // nor is it told then that it opens one again
		l.reopened[e.ID] = true
	}
	switch {
	case e.Step != nil && e.Step.Verb == pipeline.Append:
		l.put("    append %s to %s: %v", e.Step.Message.ID, e.Step.Record.About().ID, e.Err)
	case e.Step != nil:
		l.put("    %s %s %s %q: %v", e.Step.Verb, e.Step.Record.Kind(), e.Step.Record.About().ID, e.Step.Fields, e.Err)
	case e.Conflict != nil:
		if strings.Contains(e.Conflict.Detail, "its customer wrote again: it is") {
			l.reopened[e.ID] = true
		}
		l.put("    conflict: %s", e.Conflict.Detail)
	case e.Outcome == pipeline.Failed || e.Outcome == pipeline.Held:
		l.put("    %s %s %s: %s", e.Outcome, e.Kind, e.ID, e.Detail)
	}
}

// look puts down how the ticket stands that is looked at.
func (l *life) look() {
	if *eye == "" {
		return
	}
	row, _, err := l.hop.Ledger.Row(always, desk.KindTicket, "", desk.ID(*eye))
	l.note("## %s: %v %s %q %q run %d made %d, settled %d, begun %d", row.Target, err, row.State, row.Reason, row.Detail, row.Run, row.Made, len(row.Settled), len(row.Begun))
	for _, x := range l.far.Look() {
		if x.ID == row.Target || x.Mark == weather.Marks(desk.KindTicket, "", desk.ID(*eye)) {
			l.note("##   there %s: %v", x.ID, x.Fields)
			for _, m := range x.Said {
				l.note("##     %s: %q", m.ID, m.Text)
			}
		}
	}
	rows, _ := l.hop.Ledger.Messages(always, desk.ID(*eye))
	for _, id := range slices.Sorted(maps.Keys(rows)) {
		r := rows[id]
		l.note("##   %s: %s %q at %q run %d version %.6s %s", id, r.State, r.Reason, r.Target, r.Run, r.Version, r.Detail)
	}
}
