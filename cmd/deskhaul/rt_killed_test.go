package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
)

// Request Tracker commits a message, and after that its mark. Where it is killed in
// between, the message stands without one: it is found all the same, and not made again.
func TestRequestTrackerKilledOverAMessage(t *testing.T) {
	t.Parallel()
	mbox := filepath.Join(t.TempDir(), "support.mbox")
	if err := appendMails(mbox, 0, 24); err != nil {
		t.Fatal(err)
	}
	s := rttest.New()
	kills := 0
	s.Killed = func(content string) bool {
		if strings.Contains(content, "Message 3:") || strings.Contains(content, "Message 12:") {
			kills++
			return kills <= 2
		}
		return false
	}
	far := &cloud{connector: "rt", url: s.Start(t.Cleanup), token: rttest.Token, settings: []string{"quiet=scrips", "settling=1s"}, outbox: s.Outbox}
	j := travel(t, "mbox:"+mbox, far).fromMailbox()
	for try := 0; ; try++ {
		o, r := j.end(t, "migrate")
		if r.code == exitDone {
			break
		}
		if try == 5 {
			t.Fatalf("it does not come to an end: %+v %s", o, r.all())
		}
	}
	if kills != 2 {
		t.Errorf("it was killed %d times", kills)
	}
	j.sound(t, 5, 25)
	seen := map[string]int{}
	for _, m := range s.AllSaid() {
		seen[m.Text]++
	}
	for text, n := range seen {
		if n > 1 {
			t.Errorf("%d times: %q", n, text)
		}
	}
}
