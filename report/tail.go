package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
)

// Tail is how a sync ended that was repeated until the cutover's tail was over, as
// --json prints it.
type Tail struct {
	State  checkpoints.RunState `json:"state"` // of the last run; interrupted if it was stopped before its time
	Runs   int64                `json:"runs"`
	Failed int64                `json:"failed"` // of them: stopped by an error, or never begun
	// Quiet is how many whole intervals in a row, up to now, brought nothing.
	Quiet    int64      `json:"quiet"`
	LastNews *time.Time `json:"last_news,omitempty"` // when a run last brought anything; nil: none did
	Last     *Run       `json:"last,omitempty"`      // the last run that there was
	Error    string     `json:"error,omitempty"`     // of the last run
}

// Text says it for a person. began is when the first run was.
func (t Tail) Text(began time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s since %s", count(t.Runs, "run", "runs"), clock(began))
	if t.Failed > 0 {
		fmt.Fprintf(&b, ", %s of them stopped by an error", Number(t.Failed))
	}
	switch {
	case t.LastNews == nil:
		b.WriteString("; nothing came in.\n")
	case t.Quiet == 0 && t.Last != nil && t.Last.Brought():
		b.WriteString("; the last one still brought something.\n")
	case t.Quiet == 0:
		fmt.Fprintf(&b, "; the last news came at %s.\n", clock(*t.LastNews))
	default:
		fmt.Fprintf(&b, "; the last news came at %s, and %s since brought nothing.\n", clock(*t.LastNews), count(t.Quiet, "interval", "intervals"))
	}
	if t.Last != nil && t.Last.Quarantine > 0 {
		fmt.Fprintf(&b, "%s in quarantine.\n", count(t.Last.Quarantine, "record is", "records are"))
	}
	if t.Last != nil && t.Last.Waiting > 0 {
		fmt.Fprintf(&b, "%s.\n", count(t.Last.Waiting, "record waits", "records wait"))
	}
	return b.String()
}

// clock is a time as the terminal's lines begin with.
func clock(at time.Time) string { return at.Local().Format(time.DateTime) }

// Brought tells whether the run changed anything at any target, or put anything
// aside: whether there was news.
func (r *Run) Brought() bool {
	for _, h := range r.Hops {
		for _, n := range h.Kinds {
			if n.Created+n.Adopted+n.Updated+n.Failed > 0 {
				return true
			}
		}
	}
	return false
}

// News is what the run brought, in a few words: of the last legs, or where those
// brought nothing, of the others.
func (r *Run) News() string {
	if !r.Brought() {
		return "nothing"
	}
	var last, before []string
	for _, h := range r.Hops {
		if h.Last {
			last = append(last, newsOf(h.Kinds)...)
		} else {
			before = append(before, newsOf(h.Kinds)...)
		}
	}
	if len(last) > 0 {
		return strings.Join(last, ", ")
	}
	return strings.Join(before, ", ") + ", none of it for the target"
}

// newsOf lists what is new, by kind.
func newsOf(kinds checkpoints.Counts) (out []string) {
	for _, k := range all {
		n := kinds[k]
		for _, o := range []checkpoints.Outcome{checkpoints.OutcomeCreated, checkpoints.OutcomeAdopted, checkpoints.OutcomeUpdated, checkpoints.OutcomeFailed} {
			if n.Of(o) > 0 {
				out = append(out, fmt.Sprintf("%s %s", CountOf(n.Of(o), k), words[o]))
			}
		}
	}
	return out
}

// one is how people call one of a kind.
func one(k desk.Kind) string {
	if k == desk.KindOrganization {
		return "organisation"
	}
	return string(k)
}

// Line says in one line what a run of a tail brought, and what a person must see: what
// was changed on both sides.
func (r *Run) Line(at time.Time, interval bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  run %d: ", clock(at), r.ID)
	switch {
	case r.Error != "":
		b.WriteString("stopped by an error: " + r.Error)
	case r.State == checkpoints.RunInterrupted:
		b.WriteString("interrupted; the next one goes on from here")
	case !r.Brought() && interval:
		b.WriteString("nothing came in for a whole interval")
	default:
		b.WriteString(r.News())
	}
	if r.Quarantine > 0 {
		fmt.Fprintf(&b, " (%s in quarantine)", Number(r.Quarantine))
	}
	b.WriteByte('\n')
	for _, c := range r.Conflicts {
		b.WriteString("  conflict: " + strings.TrimLeft(c.line(), " "))
	}
	return b.String()
}
