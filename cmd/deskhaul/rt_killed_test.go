package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
)

// Request Tracker commits a message, and after that its mark. Where it is killed in
// between, the message stands without one: it is found all the same, and not made again.
func TestRequestTrackerKilledOverAMessage(t *testing.T) {
	t.Parallel()
	for name, hidden := range map[string]string{"by somebody": "", "by nobody": "From: c0@customer.test\n"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			killedOverAMessage(t, hidden)
		})
	}
}

// killedOverAMessage moves mails less those words.
func killedOverAMessage(t *testing.T, less string) {
	t.Helper()
	mbox := filepath.Join(t.TempDir(), "support.mbox")
	err := appendMails(mbox, 0, 24)
	if err == nil && less != "" {
		var b []byte
		if b, err = os.ReadFile(mbox); err == nil { //nolint:gosec // our own file
			err = os.WriteFile(mbox, bytes.ReplaceAll(b, []byte(less), nil), 0o600)
		}
	}
	if err != nil {
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
