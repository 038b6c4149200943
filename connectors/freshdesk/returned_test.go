package freshdesk

import (
	"testing"

	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/desk"
)

// What an answer to a write gives back is what is read back, of a new ticket and of one
// that was changed and solved: what differs from it later is somebody's work there.
func TestAnswersSayWhatStands(t *testing.T) {
	d, who := targetOf(t, freshdesktest.New(), func(*Config) {})
	r := asked(who, "1", "first")
	r.Tags = []string{"late"}
	got, err := d.Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	for _, status := range []desk.Status{desk.StatusOpen, desk.StatusSolved} {
		if status != desk.StatusOpen {
			r.Status = status
			if got, err = d.Update(t.Context(), got.ID, r, []string{"status"}); err != nil {
				t.Fatal(err)
			}
		}
		back, err := d.Fetch(t.Context(), desk.KindTicket, got.ID)
		if err != nil {
			t.Fatal(err)
		}
		if names := desk.PrintsOf(back).Changed(got.Returned); len(got.Returned) == 0 || len(names) > 0 {
			t.Errorf("%s: the answer said other things of %q", status, names)
		}
	}
}
