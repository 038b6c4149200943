package main

import (
	"slices"
	"testing"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/report"
)

// A plan asks a source for each thing once, however many legs come after the pull, and
// tells of these what a run would do.
func TestPlanReadsASourceOnce(t *testing.T) {
	t.Parallel()
	old := aZendesk(t)
	travel(t, aMailbox(t, 10), old).run(t, "migrate")
	account := old.people.(zendeskPeople).Account
	plan := func(more ...string) (asked []string, out report.Plan) {
		j := travel(t, old, nil)
		j.args = append(j.args, more...)
		before := len(account.Requests())
		printed(t, j.words("plan"), &out)
		return slices.Sorted(slices.Values(account.Requests()[before:])), out
	}
	want, _ := plan("--to", "archive:")
	got, of := plan("--to", "one=jsonl:"+t.TempDir()+"/a.jsonl", "--to", "two=jsonl:"+t.TempDir()+"/b.jsonl")
	if len(want) == 0 || !slices.Equal(want, got) {
		t.Errorf("with two targets it asks for %q, with none %q", got, want)
	}
	if len(of.Hops) != 3 || of.Kinds[desk.KindTicket].Create != 4 || of.Hops[2].Kinds[desk.KindMessage].Create != 10 {
		t.Errorf("%d legs, %+v", len(of.Hops), of.Kinds)
	}
}
