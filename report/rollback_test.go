package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/report"
)

// A rollback that broke off before it deleted anything says neither that nothing stands
// there nor that it goes on where it was.
func TestRollbackThatDidNothing(t *testing.T) {
	r := &report.Rollback{Done: true, Stopped: "the line is cut"}
	r.Leg("a", "b")
	var out bytes.Buffer
	if err := r.Text(&out); err != nil || strings.Contains(out.String(), "nothing of it stands there") || !strings.Contains(out.String(), "nothing was deleted") {
		t.Errorf("%v: %s", err, &out)
	}
	if b, err := json.Marshal(r); err != nil || strings.Contains(string(b), "null") {
		t.Errorf("%v: %s", err, b)
	}
}

// What stays is named without an id at the target where nobody knows one; what was gone
// already is counted apart; and what a target cannot is said of it alone.
func TestRollbackText(t *testing.T) {
	r := new(report.Rollback)
	h := r.Leg("a", "b")
	h.Overlooked = "nobody looked at flags"
	h.Add(desk.KindTicket, true)
	h.Add(desk.KindTicket, false)
	h.Stays(report.Left{Kind: desk.KindTicket, ID: "7", Why: "nobody knows"})
	h.Stays(report.Left{Kind: desk.KindTicket, ID: "8", Target: "80", Why: "somebody changed it"})
	r.Leg("a", "stdout").Cannot = "it takes back nothing"
	var out bytes.Buffer
	if err := r.Text(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\n  gone already of these: 1\n", "\n  nobody looked at flags\n", "\n    ticket 7: nobody knows\n", "\n    ticket 8 (there: 80): somebody changed it\n", "a → stdout\n  it takes back nothing\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, &out)
		}
	}
}

// Of many that stay for one reason the first are shown, and how many there are besides; what
// stays for another reason is not lost among them.
func TestRollbackThatLeavesManyAlike(t *testing.T) {
	r := new(report.Rollback)
	h := r.Leg("a", "b")
	for i := range 15 {
		h.Stays(report.Left{Kind: desk.KindContact, ID: fmt.Sprint("c", i), Target: fmt.Sprint("t", i), Why: fmt.Sprintf("contact c%d: it deletes tickets alone", i)})
	}
	h.Stays(report.Left{Kind: desk.KindTicket, ID: "8", Target: "80", Why: "somebody changed it"})
	var out bytes.Buffer
	if err := r.Text(&out); err != nil {
		t.Fatal(err)
	}
	if said := out.String(); strings.Count(said, "deletes tickets alone") != 11 || !strings.Contains(said, "and 5 more contacts: contact …: it deletes tickets alone\n") || !strings.Contains(said, "ticket 8 (there: 80)") {
		t.Errorf("it says\n%s", said)
	}
}
