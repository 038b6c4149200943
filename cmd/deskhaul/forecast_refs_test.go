package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/desk"
)

// What refers to nothing is lost once, of so many tickets: in the plan, where it is seen
// only when all was read, and on the way into the archive, from where it is not lost
// again; in the run; and in what verify tells.
func TestPlanForeseesReferencesThatLeadNowhere(t *testing.T) {
	t.Parallel()
	in := filepath.Join(t.TempDir(), "in.jsonl")
	var all []desk.Record
	for _, id := range []desk.ID{"1", "2", "3", "4"} {
		x := &desk.Ticket{Meta: desk.Meta{ID: id}, Subject: "subject " + string(id), Status: desk.StatusOpen, Messages: []desk.Message{{ID: id + "-1", Text: "question"}}}
		switch id {
		case "1", "2":
			x.MergedInto = desk.To(desk.KindTicket, "none")
		case "3":
			x.MergedInto = desk.To(desk.KindTicket, "4")
			x.Requester = desk.To(desk.KindContact, "nobody")
		}
		all = append(all, x)
	}
	putInto(t, in, all)
	for name, middle := range map[string]string{"through the archive": "", "directly": "archive: none\n"} {
		t.Run(name, func(t *testing.T) {
			folder := intoProject(t, in, "", "csv", "path="+filepath.Join(t.TempDir(), "out"))
			config := filepath.Join(folder, "deskhaul.yaml")
			text := strings.Replace(string(mustRead(t, config)), "archive: none\n", middle, 1)
			if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if plan := foreseen(t, folder); plan.Losing.Tickets != 3 || plan.Losing.Lost != 3 || plan.Losing.Of != 4 {
				t.Errorf("%s", plan.Losing)
			}
		})
	}
}
