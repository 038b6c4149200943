package zendesk

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// Tickets that stand are not changed unless somebody has promised silence, and not
// while the promise is visibly broken.
func TestChangesAreRefusedUnlessQuiet(t *testing.T) {
	a := zendesktest.New(fast())
	c := config()
	d := target(t, c, a)
	from, _ := peopled(t, d)
	got, err := d.Create(t.Context(), plainTicket("1", from, "hello"))
	if err != nil {
		t.Fatal(err)
	}
	change := func() []error {
		tk := plainTicket("1", from, "late")
		_, err1 := d.Append(t.Context(), got.ID, &tk.Messages[0])
		tk.Messages[0].Note, tk.Messages[0].Mark = true, "mark-note"
		_, err2 := d.Append(t.Context(), got.ID, &tk.Messages[0])
		tk.Subject = "renamed"
		_, err3 := d.Update(t.Context(), got.ID, tk, []string{"subject", "status"})
		return []error{err1, err2, err3}
	}
	for _, err := range change() {
		if connectors.ReasonOf(err) != connectors.ReasonRefused || !strings.Contains(err.Error(), "quiet: triggers-off") || !strings.Contains(err.Error(), "ticket "+string(got.ID)) {
			t.Errorf("without a word about silence: %v", err)
		}
	}
	c.Quiet = "triggers-off"
	for _, err := range change() {
		if !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), "Notify requester and CCs of received request") {
			t.Errorf("while triggers are active: %v", err)
		}
	}
	a.Quiet()
	for _, err := range change() {
		if err != nil {
			t.Errorf("when all is quiet: %v", err)
		}
	}
	// What is so already needs no change, and no promise.
	c.Quiet = ""
	tk := plainTicket("1", from, "late")
	tk.Subject = "renamed"
	if _, err := d.Update(t.Context(), got.ID, tk, []string{"subject", "status", "requester", "tags", "created"}); err != nil {
		t.Errorf("nothing to change: %v", err)
	}
	if sent := a.Outbox(); len(sent) > 0 {
		t.Errorf("sent %v", sent)
	}
	id, _ := idNumber(got.ID).(int64)
	_, comments := a.Ticket(id)
	if len(comments) != 3 || comments[2]["public"] != false {
		t.Errorf("there are %d comments: %v", len(comments), comments)
	}
}

// Rules write to people also by actions that are not called a notification: autoreplies with
// articles, side conversations, tweets, and asking how content somebody is.
func TestRulesThatWriteByOtherNames(t *testing.T) {
	for field, loud := range map[string]bool{
		"deflection": true, "side_conversation": true, "side_conversation_slack": true, "tweet_requester": true, "satisfaction_score": true,
		"notification_webhook": true, "priority": false, "current_tags": false,
	} {
		a := zendesktest.New(fast())
		a.Quiet()
		c := config()
		c.Quiet = "triggers-off"
		d := target(t, c, a)
		from, _ := peopled(t, d)
		got, err := d.Create(t.Context(), plainTicket("1", from, "hello"))
		if err != nil {
			t.Fatal(err)
		}
		a.Set("triggers", given{"title": "by another name", "active": true, "actions": []given{{"field": field, "value": []string{"x"}}}})
		_, err = d.Append(t.Context(), got.ID, &plainTicket("1", from, "late").Messages[0])
		if loud != errors.Is(err, connectors.ErrDenied) || !loud && err != nil {
			t.Errorf("%s: %v", field, err)
		}
	}
}

// A trigger that somebody switches on again in the course of a run is noticed.
func TestQuietIsLookedAfter(t *testing.T) {
	a := zendesktest.New(fast())
	a.Quiet()
	c := config()
	c.Quiet = "triggers-off"
	d := target(t, c, a)
	now := time.Now()
	d.now = func() time.Time { return now }
	from, _ := peopled(t, d)
	got, err := d.Create(t.Context(), plainTicket("1", from, "hello"))
	if err != nil {
		t.Fatal(err)
	}
	said := 0
	say := func() error {
		said++
		m := plainTicket(desk.ID(fmt.Sprint("late", said)), from, fmt.Sprint("late ", said)).Messages[0]
		_, err := d.Append(t.Context(), got.ID, &m)
		return err
	}
	if err := say(); err != nil {
		t.Fatal(err)
	}
	a.Loud()
	now = now.Add(lookAgain)
	if err := say(); !errors.Is(err, connectors.ErrDenied) {
		t.Errorf("with a trigger that is active again: %v", err)
	}
}

// Changes that wait for silence in quarantine are made when it is promised.
func TestDeltaWaitsForSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := zendesktest.New(zendesktest.Options{})
		src := origin(3)
		c := &Config{URL: "https://example.zendesk.test", Email: zendesktest.Email, Token: connectors.Secret(zendesktest.Token)}
		h := weather.NewHaul(t, nil)
		d := target(t, c, a)
		h.Source, h.Target = src, d
		h.Reads, _ = mem.Spec().CapsOf(src)
		_, h.Writes = Spec().CapsOf(c)
		h.Settle(t, 0)
		grown := originTicket(0)
		grown.Messages = append(grown.Messages, desk.Message{ID: "late", At: time.Date(1996, 1, 1, 0, 0, 0, 0, time.UTC), Author: grown.Requester, Text: "late"})
		src.Seed(grown)
		var mu sync.Mutex
		var waits []pipeline.Event
		h.Watch = func(e pipeline.Event) {
			mu.Lock()
			defer mu.Unlock()
			if e.Outcome == pipeline.Failed {
				waits = append(waits, e)
			}
		}
		h.Run, h.RetryOnly = h.Run+1, false
		if _, err := h.Go(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(waits) != 1 || waits[0].ID != "late" || waits[0].Reason != connectors.ReasonRefused || !strings.Contains(waits[0].Detail, "quiet: triggers-off") {
			t.Errorf("without a promise: %+v", waits)
		}
		a.Quiet()
		c.Quiet = "triggers-off"
		h.Settle(t, 0)
		if got, _ := viewOfAccount(t, a, d); cmp.Diff(viewOfDesk(t, src), got) != "" || len(a.Outbox()) > 0 {
			t.Errorf("%s; sent %v", cmp.Diff(viewOfDesk(t, src), got), a.Outbox())
		}
	})
}

// What notifies can be seen without writing, by who may look at it.
func TestProbeSeesWhatNotifies(t *testing.T) {
	a := zendesktest.New(fast())
	d := target(t, config(), a)
	p, err := d.Probe(t.Context())
	if err != nil || !p.Looked || len(p.Loud) != 3 || !strings.Contains(p.Found, `trigger "Notify assignee of assignment"`) {
		t.Errorf("%+v %v", p, err)
	}
	a.Quiet()
	if p, err = d.Probe(t.Context()); err != nil || !p.Looked || len(p.Loud) != 0 || !strings.Contains(p.Found, "No active trigger") {
		t.Errorf("%+v %v", p, err)
	}
}
