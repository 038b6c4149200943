package main

import (
	"path/filepath"
	"testing"

	"github.com/deskhaul/deskhaul/report"
)

// Two sources of one target are two legs of a plan, and what the target makes a condition,
// or cannot tell beforehand, is said once.
func TestPlanSaysOfATargetOnce(t *testing.T) {
	t.Parallel()
	far := anRT(t)
	far.wary = true
	j := travel(t, nil, far)
	for _, name := range []string{"a", "b"} {
		mbox := filepath.Join(t.TempDir(), name+".mbox")
		if err := appendMails(mbox, 0, 1); err != nil {
			t.Fatal(err)
		}
		j.args = append(j.args, "--from", name+"=mbox:"+mbox)
	}
	j.args = append(j.args, "--set", "archive=none")
	var plan report.Plan
	printed(t, j.words("plan"), &plan)
	if len(plan.Hops) != 2 || len(plan.First) != 1 {
		t.Errorf("%d legs, first: %q", len(plan.Hops), plan.First)
	}
	said := map[string]bool{}
	for _, s := range plan.Unforeseen {
		if said[s] {
			t.Errorf("said twice: %s", s)
		}
		said[s] = true
	}
	if len(said) == 0 {
		t.Error("it foresees all")
	}
}
