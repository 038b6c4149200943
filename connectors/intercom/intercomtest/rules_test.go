package intercomtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// call asks a stand-in as a program does.
func call(t *testing.T, s *Server, method, path, body string) (int, map[string]any) {
	t.Helper()
	r, err := http.NewRequest(method, URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.Token)
	r.Header.Set("Intercom-Version", "2.16")
	resp, err := s.Transport().RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var out map[string]any
	b, _ := io.ReadAll(resp.Body)
	_ = json.Unmarshal(b, &out)
	return resp.StatusCode, out
}

// The rules of the vendor's that a program can break.
func TestRefusals(t *testing.T) {
	s := New()
	who := s.AddContact(Contact{Name: "A", Email: "a@a.test"})
	ticket := s.AddTalk(Talk{Contacts: []string{who}, Ticket: true})
	bug := s.AddTalk(Talk{Contacts: []string{who}, Ticket: true, Kind: 2})
	reply := func(id int64) string { return fmt.Sprintf("/tickets/%d/reply", id) }
	files := strings.Repeat(`{"name":"a","data":""},`, 11)
	for _, c := range []struct {
		method, path, body string
		want               int
	}{
		{"POST", "/contacts", `{"email":"A@A.test"}`, 409},
		{"POST", "/contacts", `{"role":"lead","email":"a@a.test"}`, 200},
		{"POST", "/contacts", `{"email":"nobody"}`, 400},
		{"POST", "/contacts", `{"email":"b@a.test","custom_attributes":{"unknown":1}}`, 400},
		{"POST", "/companies", `{"name":"x"}`, 400},
		{"POST", "/tickets", `{"ticket_type_id":"9","contacts":[{"id":"` + who + `"}]}`, 400},
		{"POST", "/tickets", `{"ticket_type_id":"1","contacts":[]}`, 400},
		{"POST", "/tickets", `{"ticket_type_id":"1","contacts":[{"id":"x"}]}`, 404},
		{"POST", "/tickets", `{"ticket_type_id":"1","contacts":[{"id":"` + who + `"}],"ticket_attributes":{"unknown":"x"}}`, 400},
		{"PUT", fmt.Sprint("/tickets/", ticket), `{"ticket_state_id":"7"}`, 400},
		{"PUT", fmt.Sprint("/tickets/", ticket), `{"assignee_id":"7"}`, 404},
		{"POST", reply(ticket), `{"type":"admin","message_type":"note","body":" ","admin_id":"4400001"}`, 400},
		{"POST", reply(ticket), `{"type":"admin","message_type":"note","body":"x","admin_id":"7"}`, 404},
		{"POST", reply(ticket), `{"type":"admin","message_type":"note","body":"x","admin_id":"4400001","attachment_files":[` + strings.TrimSuffix(files, ",") + `]}`, 400},
		{"POST", reply(bug), `{"type":"user","message_type":"comment","body":"x","intercom_user_id":"` + who + `"}`, 400},
		{"POST", "/contacts/search", `{"query":{"field":"updated_at","operator":">=","value":1}}`, 400},
		{"POST", "/tickets/search", `{"query":{"field":"color","operator":"=","value":"red"}}`, 400},
		{"GET", "/conversations/7", ``, 404},
	} {
		if code, said := call(t, s, c.method, c.path, c.body); code != c.want {
			t.Errorf("%s %s %s is %d, want %d: %v", c.method, c.path, c.body, code, c.want, said)
		}
	}
	if sent := s.Outbox(); len(sent) > 0 {
		t.Errorf("what was refused mailed %q", sent)
	}
}

// A call that does not ask for quiet mails, and a reply opens a ticket again.
func TestWhatMails(t *testing.T) {
	s := New()
	who := s.AddContact(Contact{Name: "A", Email: "a@a.test"})
	for quiet, want := range map[string]int{"": 3, `,"skip_notifications":true`: 0} {
		s.outbox = nil
		_, made := call(t, s, "POST", "/tickets", `{"ticket_type_id":1,"contacts":[{"id":"`+who+`"}]`+quiet+`}`)
		path := fmt.Sprint("/tickets/", made["id"])
		call(t, s, "PUT", path, `{"ticket_state_id":"8003","open":false`+quiet+`}`)
		_, said := call(t, s, "POST", path+"/reply", `{"type":"admin","message_type":"comment","body":"x","admin_id":"4400001"`+quiet+`}`)
		if said["part_type"] != "comment" || said["body"] != "<p>x</p>" || len(s.Outbox()) != want {
			t.Errorf("%q: %v, sent %q", quiet, said, s.Outbox())
		}
		if all := s.Standing(); all[len(all)-1].State != "in_progress" || !all[len(all)-1].Open {
			t.Errorf("it is %+v", all[len(all)-1])
		}
	}
}

// The search of contacts compares days, and none knows what is newer than the lag.
func TestSearch(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	s := New()
	s.Clock, s.Lag = func() time.Time { return now }, 5*time.Minute
	s.AddContact(Contact{Name: "A", Email: "a@a.test"})
	count := func(since time.Time) float64 {
		_, got := call(t, s, "POST", "/contacts/search", fmt.Sprintf(`{"query":{"field":"updated_at","operator":">","value":%d}}`, since.Unix()))
		n, _ := got["total_count"].(float64)
		return n
	}
	if n := count(now.Add(-72 * time.Hour)); n != 0 {
		t.Errorf("%v are known at once", n)
	}
	now = now.Add(10 * time.Minute)
	if early, late := count(now.Add(-13*time.Hour)), count(now.Add(-time.Hour)); early != 1 || late != 0 {
		t.Errorf("since the day before %v, since an hour %v", early, late)
	}
}

// Who has no token, or asks for no version, gets nothing.
func TestCredentials(t *testing.T) {
	s := New()
	for _, header := range []http.Header{{}, {"Authorization": {"Bearer other"}, "Intercom-Version": {"2.16"}}, {"Authorization": {"Bearer " + s.Token}}} {
		r, _ := http.NewRequest(http.MethodGet, URL+"/me", nil)
		r.Header = header
		resp, err := s.Transport().RoundTrip(r)
		if err != nil || resp.StatusCode == http.StatusOK {
			t.Errorf("%v: %v", header, err)
		}
		_ = resp.Body.Close()
	}
}
