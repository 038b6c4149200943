package report_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/report"
)

// What is said of forty tickets for one cause is said once, with what differs left out; what
// names another value is another cause; and they do not become as many as the records.
func TestCauses(t *testing.T) {
	var c report.Causes
	refused := func(id desk.ID, reason connectors.Reason, format string, args ...any) {
		c.Add("a → b", desk.KindTicket, "", id, reason, fmt.Sprintf(format, args...))
	}
	for n := range 40 {
		refused(desk.ID(fmt.Sprint("case ", n)), connectors.ReasonReference, "ticket case %d: contact (%d@acme.test): it is not there", n, n)
	}
	for _, value := range []string{"odd", "odd", "even"} {
		refused(desk.ID("x"+value), connectors.ReasonMapping, "table \"status\" does not list %q, see line 7", value)
	}
	c.Add("a → b", desk.KindMessage, "9", "m1", connectors.ReasonTooLarge, "message m1 is 200 MiB large, the target takes 25 MiB")
	c.Add("a → b", desk.KindMessage, "9", "m2", connectors.ReasonTooLarge, "message m2 is 30 MiB large, the target takes 25 MiB")
	var got []string
	for _, x := range c.List() {
		got = append(got, fmt.Sprintf("%d %s %s: %s", x.Count, x.Kind, x.Reason, x))
	}
	want := `40 ticket reference: ticket …: contact (…): it is not there
2 ticket mapping: table "status" does not list "odd", see line 7
2 message too_large: message … is … MiB large, the target takes 25 MiB
1 ticket mapping: table "status" does not list "even", see line 7`
	if strings.Join(got, "\n") != want {
		t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
	for n := range 10_000 {
		refused("y", connectors.ReasonRefused, "the server said %q%s", strings.Repeat("x", n%500), strings.Repeat(" no", n%300))
	}
	if n := len(c.List()); n > 100 {
		t.Errorf("there are %d causes", n)
	}
}
