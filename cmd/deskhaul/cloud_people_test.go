package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
)

// people are those who work at a helpdesk while it is moved. Tickets are named by the
// ids that the helpdesk gave them; a message's number is in its text.
type people interface {
	answer(t *testing.T, ticket string, number int)
	note(t *testing.T, ticket string, number int)
	solve(t *testing.T, ticket string)
	open(t *testing.T, subject string, number int)
	remove(t *testing.T, ticket string)
	// merge returns false where there is no such thing.
	merge(t *testing.T, ticket, into string) bool
}

func words(number int) string { return fmt.Sprintf("Message %d: said meanwhile.", number) }

// rtPeople work through the API, as the web pages do, and where no weather is.
type rtPeople struct {
	http.Handler
	token string
}

func (p rtPeople) call(t *testing.T, method, path string, body any) {
	t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req := httptest.NewRequest(method, "/REST/2.0/"+path, bytes.NewReader(b))
	req.Header.Set("Authorization", "token "+p.token)
	req.Header.Set("Content-Type", "application/json")
	out := httptest.NewRecorder()
	if p.ServeHTTP(out, req); out.Code >= 300 {
		t.Fatalf("%s %s: %d %s", method, path, out.Code, out.Body)
	}
}

func (p rtPeople) answer(t *testing.T, ticket string, number int) {
	p.call(t, http.MethodPost, "ticket/"+ticket+"/correspond", map[string]string{"Content": words(number), "ContentType": "text/plain"})
}

func (p rtPeople) note(t *testing.T, ticket string, number int) {
	p.call(t, http.MethodPost, "ticket/"+ticket+"/comment", map[string]string{"Content": words(number), "ContentType": "text/plain"})
}

func (p rtPeople) solve(t *testing.T, ticket string) {
	p.call(t, http.MethodPut, "ticket/"+ticket, map[string]string{"Status": "resolved"})
}

func (p rtPeople) open(t *testing.T, subject string, number int) {
	p.call(t, http.MethodPost, "ticket", map[string]any{
		"Queue": "General", "Subject": subject, "Requestor": []string{"c1@customer.test"}, "Content": words(number), "ContentType": "text/plain",
	})
}

func (p rtPeople) remove(t *testing.T, ticket string) {
	p.call(t, http.MethodPut, "ticket/"+ticket, map[string]string{"Status": "deleted"})
}

func (p rtPeople) merge(t *testing.T, ticket, into string) bool {
	p.call(t, http.MethodPut, "ticket/"+ticket, map[string]string{"MergeInto": into})
	return true
}

// freshdeskPeople work where no request is seen.
type freshdeskPeople struct {
	*freshdesktest.Server
	agent, contact int64
}

func number(t *testing.T, id string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (p freshdeskPeople) answer(t *testing.T, ticket string, n int) {
	p.AddTalk(number(t, ticket), freshdesktest.Talk{HTML: "<div>" + words(n) + "</div>", User: p.agent})
}

func (p freshdeskPeople) note(t *testing.T, ticket string, n int) {
	p.AddTalk(number(t, ticket), freshdesktest.Talk{HTML: "<div>" + words(n) + "</div>", User: p.agent, Source: 2, Private: true})
}

func (p freshdeskPeople) solve(t *testing.T, ticket string) {
	p.ChangeTicket(number(t, ticket), func(k *freshdesktest.Ticket) { k.Status = 4 })
}

func (p freshdeskPeople) open(_ *testing.T, subject string, n int) {
	p.AddTicket(freshdesktest.Ticket{Subject: subject, HTML: "<div>" + words(n) + "</div>", Requester: p.contact})
}

func (p freshdeskPeople) remove(t *testing.T, ticket string) {
	p.ChangeTicket(number(t, ticket), func(k *freshdesktest.Ticket) { k.Deleted = true })
}

// edit rewrites the last message of a ticket, through the API as the web pages do.
func (p freshdeskPeople) edit(t *testing.T, ticket string) {
	t.Helper()
	call := func(method, path, body string) (out []map[string]any) {
		req := httptest.NewRequest(method, "/api/v2/"+path, strings.NewReader(body))
		req.SetBasicAuth(p.Key, "X")
		req.Header.Set("Content-Type", "application/json")
		got := httptest.NewRecorder()
		if p.ServeHTTP(got, req); got.Code != http.StatusOK {
			t.Fatalf("%s %s: %d %s", method, path, got.Code, got.Body)
		}
		if method == http.MethodGet {
			if err := json.Unmarshal(got.Body.Bytes(), &out); err != nil {
				t.Fatal(err)
			}
		}
		return out
	}
	all := call(http.MethodGet, "tickets/"+ticket+"/conversations", "")
	last := all[len(all)-1]
	call(http.MethodPut, fmt.Sprintf("conversations/%.0f", last["id"]), `{"body":"<div>somebody thought better of it</div>"}`)
}

// merge does nothing: no call of Freshdesk's tells that tickets were merged.
func (p freshdeskPeople) merge(*testing.T, string, string) bool { return false }

// zendeskPeople work where no request is seen.
type zendeskPeople struct {
	*zendesktest.Account
	agent int64
}

func (p zendeskPeople) answer(t *testing.T, ticket string, n int) {
	p.Say(number(t, ticket), map[string]any{"author_id": p.agent, "html_body": "<p>" + words(n) + "</p>", "public": true})
}

func (p zendeskPeople) note(t *testing.T, ticket string, n int) {
	p.Say(number(t, ticket), map[string]any{"author_id": p.agent, "html_body": "<p>" + words(n) + "</p>", "public": false})
}

func (p zendeskPeople) solve(t *testing.T, ticket string) {
	p.Change("tickets", number(t, ticket), map[string]any{"status": "solved"})
}

func (p zendeskPeople) open(_ *testing.T, subject string, n int) {
	p.SetTicket(map[string]any{"subject": subject, "status": "new", "requester_id": p.agent}, map[string]any{"author_id": p.agent, "html_body": "<p>" + words(n) + "</p>", "public": true})
}

func (p zendeskPeople) remove(t *testing.T, ticket string) { p.Delete("tickets", number(t, ticket)) }

func (p zendeskPeople) merge(t *testing.T, ticket, into string) bool {
	p.Merge(number(t, ticket), number(t, into))
	return true
}
