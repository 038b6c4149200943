//go:build integration

package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
)

// What a plan foresees is what a real Request Tracker loses: of awkward tickets, with a
// note and without, and of the mails of the quickstart.
func TestForeseesWhatRequestTrackerLoses(t *testing.T) {
	t.Cleanup(rttest.Forget)
	in := filepath.Join(t.TempDir(), "in.jsonl")
	putInto(t, in, drawer{rand.New(rand.NewPCG(weather.Seeds(t, 1)[0], 0))}.world(30))
	for name, mapping := range map[string]string{"awkward": "", "awkward, with a note": "mapping:\n  tickets:\n    leftovers: note\n"} {
		t.Run(name, func(t *testing.T) {
			s := rttest.StartReal(t)
			t.Setenv("RT_TOKEN", s.Token)
			plan := foreseen(t, intoProject(t, in, mapping, "rt", "url="+s.URL, "token=${RT_TOKEN}", "quiet=scrips", "settling=5s", "dates=no", "fields=[plan]"))
			t.Logf("%s", plan.Losing)
			if mails := s.Mails(); len(mails) > 0 {
				t.Errorf("RT wrote %d e-mails", len(mails))
			}
		})
	}
	t.Run("quickstart", func(t *testing.T) {
		if os.Getenv("DESKHAUL_ALL_MAILS") == "" {
			t.Skip("a real Request Tracker takes minutes for it: DESKHAUL_ALL_MAILS=1 asks for it")
		}
		s := rttest.StartReal(t)
		t.Setenv("RT_TOKEN", s.Token)
		folder := quickstartProject(t)
		add(t, filepath.Join(folder, "deskhaul.yaml"), strings.Join([]string{
			"targets:", "  rt:", "    connector: rt", "    url: " + s.URL, "    token: ${RT_TOKEN}", "    quiet: scrips", "    canary: waived", "    settling: 5s", "    dates: no", "",
		}, "\n"))
		mustRun(t, "pull", "--quiet", folder)
		plan := foreseen(t, folder)
		t.Logf("%s", plan.Losing)
	})
}
