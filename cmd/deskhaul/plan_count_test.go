package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/report"
)

// recordsFile writes records into a file that is a source.
func recordsFile(t *testing.T, all ...desk.Record) string {
	t.Helper()
	var b bytes.Buffer
	for _, r := range all {
		line, err := desk.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(append(line, '\n'))
	}
	path := filepath.Join(t.TempDir(), "records.jsonl")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// aTicket is a ticket of a contact's with a message for each text.
func aTicket(id desk.ID, texts ...string) *desk.Ticket {
	who := desk.To(desk.KindContact, "asker")
	x := &desk.Ticket{Meta: desk.Meta{ID: id, Created: time.Unix(1e9, 0).UTC()}, Subject: "Case " + string(id), Status: desk.StatusOpen, Requester: who}
	for i, text := range texts {
		x.Messages = append(x.Messages, desk.Message{
			ID: desk.ID(fmt.Sprintf("%s.%d", id, i+1)), At: time.Unix(1e9+int64(i)*3600, 0).UTC(), Author: who, Text: text,
		})
	}
	return x
}

var asker = &desk.Contact{Meta: desk.Meta{ID: "asker"}, Name: "Asker", Emails: []string{"asker@customer.test"}}

// A plan counts as appended what goes to tickets that stand, and neither that nor a call
// where the target would not have a message.
func TestPlanCountsMessages(t *testing.T) {
	t.Parallel()
	refused := aTicket("1", "one", "two \x00", "three")
	path := recordsFile(t, asker, refused, aTicket("2", "one", "two"))
	j := travel(t, "jsonl:"+path, aFreshdesk(t))
	planned := func(want report.Planned, requests int64) {
		t.Helper()
		var plan report.Plan
		printed(t, j.words("plan"), &plan)
		got := plan.Hops[len(plan.Hops)-1].Kinds[desk.KindMessage]
		if got.Lose = 0; got != want || plan.Requests != requests {
			t.Errorf("%+v, %d requests; want %+v, %d", got, plan.Requests, want, requests)
		}
	}
	planned(report.Planned{Read: 5, Create: 4, Refuse: 1}, 5) // one contact, two tickets, two messages after their first
	j.end(t, "migrate")
	refused.Messages = append(refused.Messages, desk.Message{ID: "1.4", At: time.Unix(2e9, 0).UTC(), Author: refused.Requester, Text: "four"})
	appendRecord(t, path, refused)
	planned(report.Planned{Read: 4, Append: 1, Unchanged: 2, Refuse: 1}, 1)
}

// appendRecord adds a record, or a later form of one, to a file that is a source.
func appendRecord(t *testing.T, path string, r desk.Record) {
	t.Helper()
	line, err := desk.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Write(append(line, '\n'))
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}
