package freshdesktest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
)

// ask makes a call with the key and gives the status, the head and the body.
func ask(t *testing.T, s *freshdesktest.Server, method, path, body string) (int, http.Header, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, freshdesktest.URL+"/api/v2/"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(s.Key, "X")
	return send(t, s, req)
}

func send(t *testing.T, s *freshdesktest.Server, req *http.Request) (int, http.Header, string) {
	t.Helper()
	resp, err := s.Transport().RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }() // it was read
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(b)
}

func TestWrongKey(t *testing.T) {
	s := freshdesktest.New()
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, freshdesktest.URL+"/api/v2/agents/me", nil)
	req.SetBasicAuth("no", "X")
	code, _, body := send(t, s, req)
	if code != 401 || body != `{"code":"invalid_credentials","message":"You have to be logged in to perform this action."}` {
		t.Errorf("%d %s", code, body)
	}
}

func TestTicketsAreListedAsTheVendorSays(t *testing.T) {
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	s := freshdesktest.New()
	s.Clock = func() time.Time { return now }
	s.MaxPages = 3
	who := s.AddContact(freshdesktest.Contact{Name: "A", Email: "a@a.test"})
	old := s.AddTicket(freshdesktest.Ticket{Subject: "old", HTML: "x", Requester: who, At: now.AddDate(0, -2, 0)})
	s.AddTicket(freshdesktest.Ticket{Subject: "spam", HTML: "x", Requester: who, Spam: true})
	s.AddTicket(freshdesktest.Ticket{Subject: "gone", HTML: "x", Requester: who, Deleted: true})
	for i := range 7 {
		s.AddTicket(freshdesktest.Ticket{Subject: fmt.Sprint("new ", i), HTML: "x", Requester: who})
	}
	count := func(query string) (n int) {
		code, _, body := ask(t, s, "GET", "tickets?per_page=100&"+query, "")
		var rows []map[string]any
		if err := json.Unmarshal([]byte(body), &rows); err != nil || code != 200 {
			t.Fatalf("%s: %d %s", query, code, body)
		}
		if len(rows) > 0 && rows[0]["description"] != nil {
			t.Error("a list tells descriptions without being asked")
		}
		return len(rows)
	}
	for query, want := range map[string]int{"": 7, "updated_since=2000-01-01T00:00:00Z": 8, "filter=spam": 1, "filter=deleted": 1} {
		if got := count(query); got != want {
			t.Errorf("%q lists %d, want %d", query, got, want)
		}
	}
	_, head, _ := ask(t, s, "GET", "tickets?per_page=2", "")
	if link := head.Get("Link"); !strings.Contains(link, "page=2") || !strings.Contains(link, `rel="next"`) {
		t.Errorf("the first page of several links to %q", link)
	}
	if _, head, _ := ask(t, s, "GET", "tickets?per_page=2&page=3", ""); head.Get("Link") != "" {
		t.Error("the last page there is links to one more")
	}
	for _, query := range []string{"per_page=101", "page=4", "page=0"} {
		if code, _, body := ask(t, s, "GET", "tickets?"+query, ""); code != 400 || !strings.Contains(body, `"code":"invalid_value"`) {
			t.Errorf("%s: %d %s", query, code, body)
		}
	}
	if code, _, body := ask(t, s, "GET", fmt.Sprint("tickets/", old+100), ""); code != 404 || body != "" {
		t.Errorf("a ticket that is not there: %d %q", code, body)
	}
}

// A ticket from somebody who was deleted goes to the spam.
func TestTicketsOfTheDeleted(t *testing.T) {
	s := freshdesktest.New()
	who := s.AddContact(freshdesktest.Contact{Name: "A", Email: "a@a.test"})
	for _, spam := range []bool{false, true} {
		code, _, body := ask(t, s, "POST", "tickets", fmt.Sprintf(`{"subject":"x","description":"y","requester_id":%d}`, who))
		if code != 201 || !strings.Contains(body, fmt.Sprintf(`"spam":%v`, spam)) {
			t.Errorf("%d %s", code, body)
		}
		ask(t, s, "DELETE", fmt.Sprint("contacts/", who), "")
	}
}

func TestEachClassHasItsRate(t *testing.T) {
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	s := freshdesktest.New()
	s.Clock = func() time.Time { return now }
	s.Limits = map[string]int{"": 100, freshdesktest.ClassTicketList: 4}
	if code, head, _ := ask(t, s, "GET", "tickets?include=stats", ""); code != 200 || head.Get("X-RateLimit-Remaining") != "1" || head.Get("X-RateLimit-Used-CurrentRequest") != "3" {
		t.Errorf("%d %v", code, head)
	}
	now = now.Add(20 * time.Second)
	code, head, _ := ask(t, s, "GET", "tickets?include=stats", "")
	if code != 429 || head.Get("Retry-After") != "40" {
		t.Errorf("over the limit: %d %v", code, head)
	}
	if code, _, _ := ask(t, s, "GET", "agents/me", ""); code != 200 {
		t.Errorf("another class: %d", code)
	}
	now = now.Add(40 * time.Second)
	if code, _, _ := ask(t, s, "GET", "tickets", ""); code != 200 {
		t.Errorf("in the next minute: %d", code)
	}
}

func TestWritesAreValidated(t *testing.T) {
	s := freshdesktest.New()
	s.AddField("ticket_fields", freshdesktest.Field{Name: "cf_why", Type: "custom_text", ForClosure: true})
	who := s.AddContact(freshdesktest.Contact{Name: "A", Email: "a@a.test"})
	for body, want := range map[string]string{
		`{"subject":"x","description":"y","requester_id":1}`:                                     "invalid_value",
		fmt.Sprintf(`{"subject":"x","description":"y","requester_id":%d,"created_at":"z"}`, who): "invalid_field",
		fmt.Sprintf(`{"subject":"x","description":"y","requester_id":%d,"status":"2"}`, who):     "datatype_mismatch",
		fmt.Sprintf(`{"subject":"x","description":"y","requester_id":%d,"status":5}`, who):       "missing_field",
		`{"subject":"x","description":"y"}`:                                                      "missing_field",
		`{`:                                                                                      "invalid_json",
	} {
		if code, _, got := ask(t, s, "POST", "tickets", body); code != 400 || !strings.Contains(got, `"code":"`+want+`"`) || !strings.Contains(got, "Validation failed") {
			t.Errorf("%s: %d %s, want %s", body, code, got, want)
		}
	}
	if code, _, got := ask(t, s, "POST", "contacts", `{"name":"B","email":"A@a.test"}`); code != 409 || !strings.Contains(got, "duplicate_value") {
		t.Errorf("a second contact of one address: %d %s", code, got)
	}
	if n := s.Counts()["tickets"]; n != 0 {
		t.Errorf("%d tickets were made", n)
	}
}

func TestWhoIsMailed(t *testing.T) {
	for _, loud := range []bool{false, true} {
		s := freshdesktest.New()
		s.Loud = loud
		who := s.AddContact(freshdesktest.Contact{Name: "A", Email: "a@a.test"})
		ask(t, s, "POST", "tickets", fmt.Sprintf(`{"subject":"x","description":"y","requester_id":%d}`, who))
		ask(t, s, "POST", "tickets/1/notes", `{"body":"n","private":false}`)
		ask(t, s, "PUT", "tickets/1", `{"status":5}`)
		if got, want := len(s.Outbox()), map[bool]int{false: 0, true: 2}[loud]; got != want {
			t.Errorf("loud %v: %q", loud, s.Outbox())
		}
	}
	s := freshdesktest.New()
	who := s.AddContact(freshdesktest.Contact{Name: "A", Email: "a@a.test"})
	s.AddTicket(freshdesktest.Ticket{Subject: "x", HTML: "y", Requester: who})
	ask(t, s, "POST", "tickets/1/reply", `{"body":"n"}`)
	ask(t, s, "POST", "tickets/1/notes", `{"body":"n","notify_emails":["b@b.test"]}`)
	if got := s.Outbox(); len(got) != 2 {
		t.Errorf("a reply and a note that notifies sent %q", got)
	}
}

func TestFilesAreBehindLinksThatExpire(t *testing.T) {
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	s := freshdesktest.New()
	s.Clock, s.MaxUpload = func() time.Time { return now }, 10
	who := s.AddContact(freshdesktest.Contact{Name: "A", Email: "a@a.test"})
	s.AddTicket(freshdesktest.Ticket{Subject: "x", HTML: "y", Requester: who})
	upload := func(content string) (int, string) {
		var b bytes.Buffer
		form := multipart.NewWriter(&b)
		_ = form.WriteField("body", "see file")
		_ = form.WriteField("private", "false")
		part, _ := form.CreateFormFile("attachments[]", "a.txt")
		_, _ = io.WriteString(part, content)
		_ = form.Close()
		req, _ := http.NewRequestWithContext(t.Context(), "POST", freshdesktest.URL+"/api/v2/tickets/1/notes", &b)
		req.Header.Set("Content-Type", form.FormDataContentType())
		req.SetBasicAuth(s.Key, "X")
		code, _, body := send(t, s, req)
		return code, body
	}
	code, body := upload("hello")
	var note struct {
		Attachments []struct {
			URL string `json:"attachment_url"`
		} `json:"attachments"`
	}
	if err := json.Unmarshal([]byte(body), &note); err != nil || code != 201 || len(note.Attachments) != 1 {
		t.Fatalf("%d %s", code, body)
	}
	if code, body := upload("too much"); code != 400 || !strings.Contains(body, "invalid_size") {
		t.Errorf("more than the ticket may have: %d %s", code, body)
	}
	get := func(signed bool) int {
		req, _ := http.NewRequestWithContext(t.Context(), "GET", note.Attachments[0].URL, nil)
		if signed {
			req.SetBasicAuth(s.Key, "X")
		}
		code, _, _ := send(t, s, req)
		return code
	}
	if code := get(false); code != 200 {
		t.Errorf("the link: %d", code)
	}
	if code := get(true); code != 400 || len(s.CredentialsSpilt()) != 1 {
		t.Errorf("the link with credentials: %d", code)
	}
	now = now.Add(6 * time.Minute)
	if code := get(false); code != 403 {
		t.Errorf("the link after its time: %d", code)
	}
}

func TestSearchRunsBehind(t *testing.T) {
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	s := freshdesktest.New()
	s.Clock, s.Lag = func() time.Time { return now }, time.Minute
	who := s.AddContact(freshdesktest.Contact{Name: "A", Email: "a@a.test"})
	for range 31 {
		s.AddTicket(freshdesktest.Ticket{Subject: "x", HTML: "y", Requester: who, Tags: []string{"t"}})
	}
	query := "search/tickets?query=" + url.QueryEscape(`"tag:'t'"`)
	if _, _, body := ask(t, s, "GET", query, ""); body != `{"results":[],"total":0}` {
		t.Errorf("at once: %s", body)
	}
	now = now.Add(time.Minute)
	var got struct {
		Total   int
		Results []any
	}
	_, _, body := ask(t, s, "GET", query, "")
	if err := json.Unmarshal([]byte(body), &got); err != nil || got.Total != 31 || len(got.Results) != 30 {
		t.Errorf("%d of %d, %v", len(got.Results), got.Total, err)
	}
	if code, _, _ := ask(t, s, "GET", query+"&page=11", ""); code != 400 {
		t.Errorf("page 11: %d", code)
	}
}
