package main

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/report"
)

// In whatever order the workers of a run tell what is lost, the same is shown of it.
func TestLossesAreShownInOneOrder(t *testing.T) {
	var told []pipeline.Event
	for i := range 12 {
		id := desk.ID(fmt.Sprint(i + 1))
		told = append(told,
			pipeline.Event{Kind: desk.KindMessage, ID: "m" + id, Parent: id, Loss: &connectors.Loss{Field: "at", Why: connectors.WhyNoRoom, Detail: "no time"}},
			pipeline.Event{Kind: desk.KindTicket, ID: id, Loss: &connectors.Loss{
				Field: "priority", Why: connectors.WhyValue, Detail: "priority of " + string(id), Value: fmt.Sprint("p", i%3),
			}})
	}
	var want []report.Loss
	for range 20 {
		rand.Shuffle(len(told), func(i, j int) { told[i], told[j] = told[j], told[i] })
		l := new(losses)
		for _, e := range told {
			l.add("a → b", e)
		}
		got := l.list()
		if want == nil {
			want = got
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatal(d)
		}
	}
	if x := want[1]; x.Example != "priority of 1" || cmp.Diff(x.Tickets, []string{"1", "2", "3", "4", "5"}) != "" {
		t.Errorf("%+v", x)
	}
}
