package report_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/assess"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/report"
)

// What a move takes is told for each system, by what its vendor allows, where that is known,
// and else by how long a call is taken to last; of what goes without calls, the disk alone.
func TestWhatAMoveTakes(t *testing.T) {
	calls := func(l connectors.Load) connectors.Calls { return connectors.Calls{Counted: l.Tickets * 2} }
	allowed := connectors.Pace{Write: calls, Plans: []connectors.Allowance{{Plan: "Small", PerMinute: 100}, {PerMinute: 1000}}, AtOnce: 4, Each: time.Millisecond}
	free := connectors.Pace{Read: calls, AtOnce: 2, Each: time.Second}
	for name, c := range map[string]struct {
		sources, targets []assess.End
		says             []string
	}{
		"both":    {[]assess.End{{Name: "old", Pace: free}}, []assess.End{{Name: "new", Pace: allowed}}, []string{"reading old: 24,000 calls", "3 h 20 min  (2 at once, each taken to last 1.0 s)", "writing to new: 24,000 calls", "4 h 0 min  (Small: 100 calls a minute)", "24 min  (1,000 calls a minute, as configured)", "up to 31.5 MB"}},
		"neither": {nil, []assess.End{{Name: "files"}}, []string{"up to 31.5 MB", "Nothing of it goes by calls"}},
	} {
		t.Run(name, func(t *testing.T) {
			a := &assess.Assessment{Kinds: map[desk.Kind]int64{desk.KindTicket: 12_000}, Volume: assess.Volume{Amount: assess.Amount{Bytes: 1_000_000}}}
			a.Weigh(c.sources, c.targets)
			tongue, err := report.TongueOf("en")
			if err != nil {
				t.Fatal(err)
			}
			var out, page bytes.Buffer
			if err := report.AssessmentText(&out, tongue, a); err != nil {
				t.Fatal(err)
			}
			if err := report.AssessmentPage(&page, tongue, "acme", a); err != nil {
				t.Fatal(err)
			}
			for _, want := range c.says {
				if !strings.Contains(out.String(), want) {
					t.Errorf("it does not say %q:\n%s", want, &out)
				}
			}
			if !strings.Contains(page.String(), `id="effort"`) {
				t.Error("the page does not tell it")
			}
		})
	}
}
