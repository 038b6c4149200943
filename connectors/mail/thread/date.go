package thread

import (
	"time"

	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
)

// A date before mail as we know it, or after its own arrival, is a clock's or a
// program's mistake: years 102 and 1979 come from those.
var oldestDate = time.Date(1982, time.August, 1, 0, 0, 0, 0, time.UTC) // RFC 822 is of this month

// dateSlack is how far a date may lie after the arrival: time zones that are
// wrong, clocks that go fast.
const dateSlack = 48 * time.Hour

// sane tells whether a mail could have this date, seen from now.
func sane(t, now time.Time) bool { return t.After(oldestDate) && t.Before(now.Add(dateSlack)) }

// Date is when a mail was written, UTC, and whether its Date field was passed
// over because it cannot be true: one that no mail could have, or one after the
// newest Received. What the mailbox says of the arrival counts only where the mail
// says nothing: exports and git format-patch write any date into "From " lines. The
// zero time means that nothing tells.
func Date(h rfc5322.Header, rc rfc5322.Received, now time.Time) (at time.Time, repaired bool) {
	received, ok := h.ReceivedDate()
	ok = ok && sane(received, now)
	if d, dated := h.Date(); dated && sane(d, now) && (!ok || d.Before(received.Add(dateSlack))) {
		return d.UTC(), false
	}
	switch repaired = h.Get("Date") != ""; {
	case ok:
		return received.UTC(), repaired
	case sane(rc.At, now):
		return rc.At.UTC(), repaired
	}
	return time.Time{}, repaired
}
