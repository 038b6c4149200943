package pipeline_test

import (
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// What agents did to a person, the answer to whose making was lost, is theirs; where nobody
// came, the person says what the source does.
func TestWorkOnAPersonWhoIsFound(t *testing.T) {
	for name, worked := range map[string]bool{"an agent came": true, "nobody came": false} {
		t.Run(name, func(t *testing.T) {
			src, dst := new(mem.Desk), new(mem.Desk)
			ann := &desk.Contact{Meta: desk.Meta{ID: "c"}, Name: "Ann", Emails: []string{"ann@example.test"}}
			src.Seed(ann)
			h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
			now := time.Unix(2e9, 0)
			dst.Clock = func() time.Time { return now }
			h.Now, h.Conflicts = dst.Clock, pipeline.TargetWins
			killedCreating(t, h, dst)
			now = now.Add(time.Hour)
			ann.Name = "Ann, as the source says"
			src.Seed(ann)
			want := ann.Name
			if worked {
				there := recordsOf(t, dst, desk.KindContact)[0].(*desk.Contact)
				there.Name, want = "Ann, as an agent says", "Ann, as an agent says"
				dst.Seed(there)
			}
			h.run(t)
			if got := recordsOf(t, dst, desk.KindContact); len(got) != 1 || got[0].(*desk.Contact).Name != want {
				t.Errorf("%+v", got)
			}
			if gone, _ := h.rollback(t, 0, false); worked == (len(gone) > 0) {
				t.Errorf("it would delete %q", gone)
			}
		})
	}
}
