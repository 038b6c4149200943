//go:build integration

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"slices"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/desk"
)

// realRT is a real Request Tracker at which people work.
func realRT(t *testing.T) (*cloud, rtPeople) {
	t.Helper()
	t.Cleanup(rttest.Forget)
	s := rttest.StartReal(t)
	to, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("TOKEN_RT", s.Token)
	who := rtPeople{httputil.NewSingleHostReverseProxy(to), s.Token}
	return &cloud{
		connector: "rt", url: s.URL, token: s.Token, settings: []string{"quiet=scrips", "settling=5s"}, outbox: s.Mails, people: who,
	}, who
}

// What a rollback leaves at a real Request Tracker is what people touched; of the rest
// its own history says that it was deleted.
func TestRollbackAtRequestTracker(t *testing.T) {
	far, who := realRT(t)
	mbox := filepath.Join(t.TempDir(), "support.mbox")
	if err := appendMails(mbox, 0, 49); err != nil {
		t.Fatal(err)
	}
	j := travel(t, "mbox:"+mbox, far).fromMailbox()
	j.run(t, "migrate")
	j.sound(t, 10, 50)
	if h := j.rollback(t, "--yes"); h.Deleted[desk.KindTicket] != 10 {
		t.Errorf("%+v", h)
	}
	if left := far.ids(t); len(left) > 0 {
		t.Errorf("left are %v", left)
	}
	j.run(t, "migrate")
	j.sound(t, 10, 50)

	before := far.ids(t)
	far.answer(t, before["Case 1"], 1001)
	far.solve(t, before["Case 2"])
	touched := []string{before["Case 1"], before["Case 2"]}
	j.drifted(t, touched)
	if h := j.rollback(t, "--yes"); h.Deleted[desk.KindTicket] != 8 || h.Left[desk.KindTicket] != 2 {
		t.Errorf("%+v", h)
	}
	for subject, id := range before {
		want := []string{"deleted"}
		if slices.Contains(touched, id) {
			want = nil
		}
		if got := who.endedIn(t, id); !slices.Equal(got, want) {
			t.Errorf("%s (%s): its history says %q, want %q", subject, id, got, want)
		}
	}
	j.run(t, "migrate")
	j.drifted(t, touched)
	if mails := far.outbox(); len(mails) > 0 {
		t.Errorf("%d e-mails, such as %s", len(mails), mails[0])
	}
}

// endedIn is what the history of a ticket says of its deletion, all pages of it.
func (p rtPeople) endedIn(t *testing.T, ticket string) (to []string) {
	t.Helper()
	for page := 1; ; page++ {
		req := httptest.NewRequest(http.MethodGet, fmt.Sprintf("/REST/2.0/ticket/%s/history?fields=Type,NewValue&per_page=100&page=%d", ticket, page), nil)
		req.Header.Set("Authorization", "token "+p.token)
		out := httptest.NewRecorder()
		p.ServeHTTP(out, req)
		var history struct {
			Items []struct {
				What     string `json:"Type"`
				Kind     string `json:"type"` // else it would be taken for the other
				NewValue string `json:"NewValue"`
			} `json:"items"`
			Pages int `json:"pages"`
		}
		if err := json.Unmarshal(out.Body.Bytes(), &history); err != nil {
			t.Fatalf("%v: %s", err, out.Body)
		}
		for _, i := range history.Items {
			if i.What == "Status" && i.NewValue == "deleted" {
				to = append(to, i.NewValue)
			}
		}
		if page >= history.Pages {
			return to
		}
	}
}

// A rollback takes its mails out of a real mailbox and leaves those of others.
func TestRollbackAtDovecot(t *testing.T) {
	d := imaptest.StartDovecot(t)
	user, password := d.Account(1)
	t.Setenv("IMAP_SECRET", password)
	c := d.Login(1)
	mail := "From: a@else.test\r\nTo: b@else.test\r\nSubject: theirs\r\nMessage-ID: <1@else.test>\r\n\r\nhello\r\n"
	put := c.Append("INBOX", int64(len(mail)), nil)
	if _, err := put.Write([]byte(mail)); err != nil {
		t.Fatal(err)
	}
	if err := put.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := put.Wait(); err != nil {
		t.Fatal(err)
	}
	takenBack(t, fmt.Sprintf("imap:%s@127.0.0.1:%d", user, d.Port), []string{"security=none", "password=${IMAP_SECRET}"}, 1)
}
