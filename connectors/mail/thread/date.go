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

// arrivalOf is when a mailbox got the mail: by the first Received field, else by
// the mailbox; zero if neither tells a sane time.
func arrivalOf(h rfc5322.Header, rc rfc5322.Received, now time.Time) time.Time {
	if t, ok := h.ReceivedDate(); ok && sane(t, now) {
		return t.UTC()
	}
	if sane(rc.At, now) {
		return rc.At.UTC()
	}
	return time.Time{}
}

// Date is when a mail was written, UTC, and whether its Date field was passed
// over because it cannot be true. The zero time means that nothing tells.
func Date(h rfc5322.Header, rc rfc5322.Received, now time.Time) (at time.Time, repaired bool) {
	arrival := arrivalOf(h, rc, now)
	if d, ok := h.Date(); ok && sane(d, now) && (arrival.IsZero() || d.Before(arrival.Add(dateSlack))) {
		return d.UTC(), false
	}
	return arrival, h.Get("Date") != ""
}
