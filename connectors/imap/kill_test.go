package imap

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
	"github.com/deskhaul/deskhaul/desk"
)

// A run that is stopped after any number of items, its connections broken, and begun
// again with what was durable then, gives every message once.
func TestKillAndResume(t *testing.T) {
	var ids []string
	for i := range 12 {
		ids = append(ids, fmt.Sprintf("m%02d", i))
	}
	for stop := range 13 {
		r := newRig(t, imaptest.Options{})
		r.c.Connections = 2
		r.Folder("Team")
		r.letters("INBOX", ids[:6]...)
		r.letters("Team", ids[6:]...)
		n := 0
		if err := r.runWith(t.Context(), func(connectors.Item) bool { n++; return n <= stop }); err != nil {
			t.Fatal(err)
		}
		r.CutAll()
		r.must()
		r.holds(0, ids...)
		if r.must(); r.came != 0 {
			t.Errorf("stopped after %d: %d tickets came again", stop, r.came)
		}
	}
}

// The same after any number of commands, in the middle of the first look.
func TestKillAtAnyCommand(t *testing.T) {
	for skip := 0; ; skip++ {
		r := newRig(t, imaptest.Options{})
		r.Folder("Team")
		r.letters("INBOX", seven...)
		r.letters("Team", "h", "i")
		ctx, kill := context.WithCancel(t.Context())
		fault := r.Do(imaptest.Fault{Command: `.`, Skip: skip, Times: 1, Act: func() imaptest.Act {
			return imaptest.First(kill)
		}()})
		err := r.runWith(ctx, func(connectors.Item) bool { return true })
		kill()
		if fault.Count() == 0 {
			if err != nil {
				t.Fatal(err)
			}
			break // it was done before
		}
		r.Calm()
		r.must()
		r.holds(0, append(seven, "h", "i")...)
		if t.Failed() {
			t.Fatalf("after %d commands", skip)
		}
	}
}

// Whatever it waits for, a source ends soon when it is told to, and leaves nothing.
func TestCancelled(t *testing.T) {
	for name, f := range map[string]imaptest.Fault{
		"greeting": {Connect: true, Act: imaptest.Hang},
		"login":    {Command: `^(LOGIN|AUTHENTICATE)`, Act: imaptest.Hang},
		"list":     {Command: `^LIST`, Act: imaptest.Hang},
		"select":   {Command: `^EXAMINE`, Act: imaptest.Hang},
		"search":   {Command: `^UID SEARCH`, Act: imaptest.Hang},
		"header":   {Answer: imaptest.Head(3), Act: imaptest.Hang},
		"body":     {Answer: imaptest.Body(3), Act: imaptest.Empty},
		"rest":     {Command: `^UID FETCH`, Act: imaptest.Say("NO [THROTTLED] later")},
		"dial":     {Connect: true, Act: imaptest.Cut},
		"slow":     {Answer: imaptest.Body(3), Act: imaptest.Slow(20 * time.Millisecond)},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, imaptest.Options{})
			r.c.Connections = 3
			r.letters("INBOX", seven...)
			r.pace = pace{patience: time.Hour, dial: time.Hour, rest: rest}
			before := runtime.NumGoroutine()
			fault := r.Do(f)
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() { ended <- r.runWith(ctx, func(connectors.Item) bool { return true }) }()
			for fault.Count() == 0 {
				time.Sleep(time.Millisecond)
			}
			time.Sleep(20 * time.Millisecond)
			cancel()
			select {
			case err := <-ended:
				if err == nil {
					t.Error("it was read to the end")
				}
			case <-time.After(10 * time.Second):
				t.Fatal("it goes on waiting")
			}
			nothingLeft(t, before)
		})
	}
}

// A reader who leaves in the middle leaves nothing behind either.
func TestReaderLeaves(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	r.c.Connections = 3
	r.letters("INBOX", seven...)
	before := runtime.NumGoroutine()
	for n := range 5 {
		r.state, r.cursor = new(conntest.State), ""
		src, err := r.open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		left := n
		for _, err := range src.Read(t.Context(), desk.KindTicket, "") {
			if err != nil {
				t.Fatal(err)
			}
			if left--; left < 0 {
				break
			}
		}
		if err := src.Close(); err != nil {
			t.Fatal(err)
		}
	}
	nothingLeft(t, before)
}

// What one message could not do to a run, a whole ticket of several cannot: what can be
// read of it is moved, what cannot is in quarantine under it, and comes when it can.
func TestOneMessageOfATicket(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	r.letters("INBOX", "a")
	reply := "Message-ID: <%s@x.test>\r\nIn-Reply-To: <a@x.test>\r\nDate: Mon, 3 Jun 2019 1%d:00:00 +0000\r\nFrom: J <j@example.org>\r\nSubject: Re: on a\r\n\r\nText.\r\n"
	r.Put("INBOX", fmt.Sprintf(reply, "b", 1))
	r.Put("INBOX", fmt.Sprintf(reply, "c", 2))
	r.Do(imaptest.Fault{Answer: imaptest.Body(2), Act: imaptest.CutInside})
	r.must()
	r.holds(1, "a", "c")
	a := r.quarantine["b@x.test"]
	if a == nil || a.Parent != "a@x.test" || a.Kind != desk.KindMessage || a.Reason != connectors.ReasonUnreadable {
		t.Fatalf("%+v", a)
	}
	if r.must(); r.came != 0 {
		t.Errorf("%d tickets came again", r.came)
	}
	r.Calm()
	r.must()
	r.holds(0, "a", "b", "c")
	if _, told := r.ticket("a").Fields["unreadable_messages"]; told {
		t.Error("it is still told as unreadable")
	}
	ids := []desk.ID{}
	for _, m := range r.ticket("a").Messages {
		ids = append(ids, m.ID)
	}
	if !slices.Equal(ids, []desk.ID{"a@x.test", "b@x.test", "c@x.test"}) {
		t.Errorf("messages %q", ids)
	}
}
