package pipeline

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline/compare"
)

// fields compares the cover.
func (i *inspection) fields(ctx context.Context) error {
	all := compare.Fields(i.want, i.got, i.Writes)
	if slices.ContainsFunc(all, func(d compare.Difference) bool { return refers[d.Field] }) {
		if err := i.followRefs(ctx, desk.Refs(i.rec), desk.Refs(i.want)); err != nil {
			return err
		}
		all = compare.Fields(i.want, i.got, i.Writes)
	}
	kind, id := i.rec.Kind(), i.rec.About().ID
	changed := kept(i.rec, i.Writes).Changed(i.seen.Written)
	for _, d := range all {
		if d.Field == "participants" && kind == desk.KindTicket {
			var err error
			if i.came, err = i.joined(ctx); err != nil {
				return err
			}
		}
		if i.lost.has(kind, id, d.Field) {
			continue // it has been told
		}
		f := Finding{Class: Differs, Kind: kind, ID: id, Target: i.seen.Target, Field: d.Field, Want: d.Want, Got: d.Got, Touched: i.got.About().Updated}
		f.Class, f.Detail = i.why(d.Field, slices.Contains(changed, d.Field))
		if f.Class == Aside {
			i.looked.tell(i.asideBy(Finding{Kind: kind, ID: id, Target: i.seen.Target}, i.seen.Row))
			return nil // one line of the ledger, whatever waits there
		}
		i.looked.tell(f)
	}
	return nil
}

// refers are the fields that refer to people and shelves.
var refers = map[string]bool{"requester": true, "assignee": true, "group": true, "category": true, "participants": true, "org": true, "groups": true, "author": true}

// why is the class of a field that differs, and what else there is to say; changed tells
// that we would write something else than we did.
func (i *inspection) why(field string, changed bool) (Class, string) {
	switch open := i.seen.State == checkpoints.Failed || i.seen.State == checkpoints.Held && !strings.HasPrefix(i.seen.Detail, waitsFor); {
	case field == "participants" && i.came:
		return Settled, "who takes part in tickets that were merged into it takes part in it"
	case i.into != nil && (changed || i.agents(field)):
		return Settled, i.into.said()
	case changed && refers[field] && i.asItWas():
		return Settled, "whom it names was merged or made anew at the target, and the source changed nothing that a run would write"
	case changed && i.Conflicts == ReportOnly && slices.Contains(changedThere(i.got, i.seen.Row, i.Writes, nil), field):
		return Waiting, "both sides changed it, and the policy is to report it: a run writes it when they agree"
	case changed && open:
		return Aside, ""
	case changed:
		return Waiting, "the source says so since the last run"
	case i.settled(field):
		return Settled, "both sides changed it, and the target was right by the policy"
	case i.touched(field):
		return Differs, "it was changed there after it was written"
	}
	return Differs, ""
}

// asideBy makes a finding one of what waits, for the reason that its line gives, or that of
// its ticket: a message waits with that.
func (i *inspection) asideBy(f Finding, row checkpoints.Row) Finding {
	if row.Reason == "" && row.Detail == "" {
		row = i.seen.Row
	}
	f.Class, f.Field, f.Detail = Aside, row.Reason, cmp.Or(row.Detail, notEnded)
	return f
}

// notEnded says why something waits of which the ledger says no more.
const notEnded = "a run was about to write it and did not come to an end: the next one does"

// settled tells whether the field says what people had it say when a run left it so.
func (i *inspection) settled(field string) bool {
	was := i.seen.Settled.Only(field)
	return len(was) > 0 && len(saying(printsThere(i.got), []string{field}).Changed(was)) == 0
}

// noRoom tells of the fields of the cover for which the target has no room at all.
func (i *inspection) noRoom() {
	kind, id := i.rec.Kind(), i.rec.About().ID
	for _, name := range i.lacking() {
		i.looked.tell(Finding{Class: lostOrKept(i.inNote(kind, name)), Kind: kind, ID: id, Target: i.seen.Target, Field: name, Detail: lacking})
	}
}

const lacking = "the target has no room for it"

// touched tells whether the field of the target's copy is other than what the target
// gave back when it was written.
func (i *inspection) touched(field string) bool {
	return len(i.seen.Returned.Only(field)) > 0 && slices.Contains(changedThere(i.got, i.seen.Row, i.Writes, nil), field)
}
