package mbox

import (
	"testing"
)

// The data hold this many messages and threads, by their authors' count.
func TestRealMailboxes(t *testing.T) {
	for _, c := range []struct {
		path              string
		messages, threads int
	}{
		{"usrp-2019/usrp-2019.mbox", 439, 112},
		{"linux-mips-2001/linux-mips-2001.mbox", 3739, 982},
		{"pipermail-2015", 1240, 0},
		{"mime4j/mbox/src/test/resources/test-1/mbox.rlug", 5, 0},
	} {
		t.Run(c.path, func(t *testing.T) {
			r := newRig(t, shared(t, c.path))
			h := r.run()
			t.Logf("%d messages in %d tickets (their authors count %d), %d aside", h.messages(), len(h.tickets), c.threads, len(h.asides))
			if got := h.messages() + len(h.asides); got != c.messages {
				t.Errorf("%d messages and asides, want %d", got, c.messages)
				for _, a := range h.asides {
					t.Log(a.Reason, a.Detail)
				}
			}
			if again := r.run(); len(again.tickets)+len(again.asides) != 0 {
				t.Errorf("a second run yields %d tickets, %d asides", len(again.tickets), len(again.asides))
			}
		})
	}
}
