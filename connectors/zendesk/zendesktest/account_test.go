package zendesktest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
)

type obj = map[string]any

// clock is a time that a test moves on.
type clock struct{ now time.Time }

func (c *clock) options() zendesktest.Options {
	c.now = time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
	return zendesktest.Options{Now: func() time.Time { return c.now }}
}

func TestCredentials(t *testing.T) {
	a := zendesktest.New(zendesktest.Options{})
	c := call(t, a)
	if me := c.want(200, "GET", "users/me", nil)["user"].(obj); me["role"] != "admin" {
		t.Errorf("the administrator is %v", me)
	}
	c.token = "wrong"
	if me := c.want(200, "GET", "users/me.json", nil)["user"].(obj); me["id"] != nil {
		t.Errorf("with a wrong token one is %v", me)
	}
	c.want(401, "GET", "tickets", nil)
	a.AddToken("agent", a.Set("users", obj{"name": "Ann", "email": "ann@x.test", "role": "agent"}))
	c.user, c.token = "ann@x.test/token", "agent"
	c.want(200, "GET", "tickets", nil)
	c.want(403, "GET", "incremental/tickets/cursor?start_time=0", nil)
	c.want(403, "POST", "imports/tickets", obj{})
	a.Expire()
	c.want(401, "GET", "tickets", nil)
}

func TestPages(t *testing.T) {
	a := zendesktest.New(zendesktest.Options{PageSize: 2})
	c := call(t, a)
	for i := range 5 {
		a.Set("organizations", obj{"name": fmt.Sprint("Org ", i)})
	}
	n, pages := 0, 0
	for next := "organizations?page[size]=100"; next != ""; pages++ {
		p := c.want(200, "GET", next, nil)
		n += len(ids(p["organizations"]))
		if next = ""; p["meta"].(obj)["has_more"] == true {
			next = p["links"].(obj)["next"].(string)
		}
	}
	if n != 5 || pages != 3 {
		t.Errorf("%d organisations on %d pages", n, pages)
	}
	p := c.want(200, "GET", "organizations?page=2", nil)
	if len(ids(p["organizations"])) != 2 || p["count"] != 5.0 || p["next_page"] == nil || p["previous_page"] == nil {
		t.Errorf("page 2: %v", p)
	}
	c.want(400, "GET", "organizations?page=101&per_page=100", nil) // the wall stands at 10,000 records
}

// Exports leave out the last minute, hold deleted and archived tickets, and go on
// where they ended.
func TestTicketExport(t *testing.T) {
	k := new(clock)
	a := zendesktest.New(k.options())
	c := call(t, a)
	one := a.SetTicket(obj{"subject": "one"}, obj{"body": "x"})
	two := a.SetTicket(obj{"subject": "two"}, obj{"body": "x"})
	if got := ids(c.want(200, "GET", "incremental/tickets/cursor?start_time=0", nil)["tickets"]); len(got) != 0 {
		t.Errorf("changes of this minute are exported: %v", got)
	}
	c.want(422, "GET", fmt.Sprint("incremental/tickets/cursor?start_time=", k.now.Unix()-30), nil)
	k.now = k.now.Add(2 * time.Minute)
	p := c.want(200, "GET", "incremental/tickets/cursor?start_time=0", nil)
	if len(ids(p["tickets"])) != 2 || p["end_of_stream"] != true || p["after_cursor"] == nil {
		t.Fatalf("the first export: %v", p)
	}
	a.Archive(one)
	c.want(204, "DELETE", fmt.Sprint("tickets/", two), nil)
	k.now = k.now.Add(2 * time.Minute)
	p = c.want(200, "GET", "incremental/tickets/cursor?cursor="+p["after_cursor"].(string), nil)
	var got []any
	for _, tk := range p["tickets"].([]any) {
		got = append(got, tk.(obj)["status"])
	}
	if fmt.Sprint(got) != "[closed deleted]" {
		t.Errorf("then the tickets are %v", got)
	}
	if n := len(ids(c.want(200, "GET", "tickets", nil)["tickets"])); n != 0 {
		t.Errorf("the list holds %d archived or deleted tickets", n)
	}
	if n := len(ids(c.want(200, "GET", "deleted_tickets", nil)["deleted_tickets"])); n != 1 {
		t.Errorf("%d tickets were deleted", n)
	}
}

// The last page of a time-based export names itself.
func TestOrganizationExport(t *testing.T) {
	k := new(clock)
	a := zendesktest.New(k.options())
	a.Set("organizations", obj{"name": "Znuny"})
	k.now = k.now.Add(2 * time.Minute)
	p := call(t, a).want(200, "GET", "incremental/organizations?start_time=1", nil)
	next := p["next_page"].(string)
	again := call(t, a).want(200, "GET", next, nil)
	if p["end_of_stream"] != true || again["next_page"] != next || len(ids(again["organizations"])) != 1 {
		t.Errorf("the last page: %v, then %v", p, again)
	}
}

func TestLimits(t *testing.T) {
	k := new(clock)
	o := k.options()
	o.Rate = 20
	c := call(t, zendesktest.New(o))
	for i := range 10 {
		status, h, _ := c.do("GET", "incremental/users/cursor?start_time=0", nil)
		if status != 200 || h.Get("X-Rate-Limit") != "20" || h.Get("X-Rate-Limit-Remaining") != fmt.Sprint(19-i) {
			t.Fatalf("export %d: %d %v", i, status, h)
		}
	}
	k.now = k.now.Add(15 * time.Second)
	if status, h, _ := c.do("GET", "incremental/users/cursor?start_time=0", nil); status != 429 || h.Get("Retry-After") != "45" {
		t.Errorf("the eleventh export: %d %v", status, h)
	}
	for range 9 {
		c.want(200, "GET", "users", nil)
	}
	c.want(429, "GET", "users", nil) // one was spent on the export that was turned away
	k.now = k.now.Add(time.Minute)
	c.want(200, "GET", "incremental/users/cursor?start_time=0", nil)
}

// Imports keep times and tell nobody; what people do afterwards tells everybody.
func TestImportIsSilent(t *testing.T) {
	a := zendesktest.New(zendesktest.Options{})
	c := call(t, a)
	u := c.want(201, "POST", "users/create_or_update", obj{"user": obj{"name": "Olga", "email": "Olga@gruen.test", "skip_verify_email": true, "external_id": "m1"}})["user"].(obj)
	if again := c.want(200, "POST", "users/create_or_update", obj{"user": obj{"name": "Olga P.", "external_id": "M1"}})["user"].(obj); again["id"] != u["id"] || again["external_id"] != "M1" {
		t.Errorf("again it is %v", again)
	}
	tk := c.want(201, "POST", "imports/tickets", obj{"ticket": obj{
		"subject": "Old", "requester_id": u["id"], "created_at": "2011-03-04T05:06:07Z", "status": "solved", "external_id": "t1", "tags": []string{"a", "b c"},
		"comments": []obj{{"value": "Hello", "author_id": u["id"], "created_at": "2011-03-04T05:06:07Z"}, {"value": "internal", "public": false, "created_at": "2011-03-05T05:06:07Z"}},
	}})["ticket"].(obj)
	if tk["created_at"] != "2011-03-04T05:06:07Z" || tk["status"] != "solved" || fmt.Sprint(tk["tags"]) != "[a b c]" || tk["description"] != "Hello" {
		t.Errorf("imported: %v", tk)
	}
	if sent := a.Outbox(); len(sent) > 0 {
		t.Errorf("an import sent %v", sent)
	}
	found := c.want(200, "GET", "tickets?external_id=t1", nil)
	if len(ids(found["tickets"])) != 1 {
		t.Errorf("found %v", found)
	}
	path := fmt.Sprintf("tickets/%d", int(tk["id"].(float64)))
	c.want(200, "PUT", path, obj{"ticket": obj{"comment": obj{"body": "a word", "public": true}, "metadata": obj{"x": "y"}}})
	if len(a.Outbox()) != 1 {
		t.Errorf("an answer sent %v", a.Outbox())
	}
	a.Quiet()
	c.want(200, "PUT", path, obj{"ticket": obj{"status": "closed", "comment": obj{"body": "last"}}})
	if len(a.Outbox()) != 1 {
		t.Errorf("a quiet account sent %v", a.Outbox())
	}
	c.want(422, "PUT", path, obj{"ticket": obj{"subject": "no more"}})
	last := c.want(200, "GET", path+"/comments", nil)["comments"].([]any)
	if len(last) != 4 || last[2].(obj)["metadata"].(obj)["custom"].(obj)["x"] != "y" || last[1].(obj)["public"] != false {
		t.Errorf("comments: %v", last)
	}
}

func TestRefusals(t *testing.T) {
	c := call(t, zendesktest.New(zendesktest.Options{}))
	for field, ticket := range map[string]obj{
		"requester":  {"subject": "x", "requester_id": 77, "comments": []obj{{"value": "x"}}},
		"base":       {"subject": "x", "comments": []obj{{"value": " "}}},
		"created_at": {"subject": "x", "created_at": "2999-01-01T00:00:00Z", "comments": []obj{{"value": "x"}}},
		"status":     {"subject": "x", "status": "deleted", "comments": []obj{{"value": "x"}}},
	} {
		out := c.want(422, "POST", "imports/tickets", obj{"ticket": ticket})
		if _, named := out["details"].(obj)[field]; !named || out["error"] != "RecordInvalid" {
			t.Errorf("%s: %v", field, out)
		}
	}
	c.want(404, "GET", "tickets/99", nil)
	c.want(404, "GET", "no/such/thing", nil)
	c.want(422, "POST", "users", `{"user": `)
	many := make([]obj, 101)
	c.want(400, "POST", "imports/tickets/create_many", obj{"tickets": many})
}

// A job is asked after until it is done; each item has its own outcome.
func TestJobs(t *testing.T) {
	c := call(t, zendesktest.New(zendesktest.Options{Steps: 1, MaxJobs: 1}))
	good, bad := obj{"subject": "x", "comments": []obj{{"value": "x"}}}, obj{"subject": "x"}
	j := c.want(200, "POST", "imports/tickets/create_many", obj{"tickets": []obj{good, bad, good}})["job_status"].(obj)
	c.want(429, "POST", "imports/tickets/create_many", obj{"tickets": []obj{good}})
	var said []any
	for range 2 {
		j = c.want(200, "GET", "job_statuses/"+j["id"].(string), nil)["job_status"].(obj)
		said = append(said, j["status"])
	}
	results := j["results"].([]any)
	if fmt.Sprint(said) != "[working completed]" || len(results) != 3 || results[1].(obj)["error"] != "RecordInvalid" || results[2].(obj)["index"] != 2.0 {
		t.Errorf("said %v, with %v", said, results)
	}
}

// The bytes of an attachment lie on another host, which must see no credentials.
func TestAttachments(t *testing.T) {
	a := zendesktest.New(zendesktest.Options{})
	c := call(t, a)
	up := c.want(201, "POST", "uploads?filename=x.txt", "bytes")["upload"].(obj)
	tk := c.want(201, "POST", "imports/tickets", obj{"ticket": obj{"subject": "x", "comments": []obj{{"value": "x", "uploads": []any{up["token"]}}}}})["ticket"].(obj)
	comments := c.want(200, "GET", fmt.Sprintf("tickets/%d/comments", int(tk["id"].(float64))), nil)["comments"].([]any)
	at := comments[0].(obj)["attachments"].([]any)[0].(obj)
	status, h, _ := c.do("GET", at["content_url"].(string), nil)
	to := h.Get("Location")
	if status != 302 || strings.HasPrefix(to, "https://example.zendesk.test") {
		t.Fatalf("%d to %s", status, to)
	}
	c.want(400, "GET", to, nil)
	c.user = ""
	if got := c.want(200, "GET", to, nil); got["body"] != "bytes" {
		t.Errorf("the bytes are %v", got)
	}
}

// What was changed a moment ago is not found yet.
func TestSearchRunsBehind(t *testing.T) {
	k := new(clock)
	o := k.options()
	o.SearchLag = time.Minute
	c := call(t, zendesktest.New(o))
	c.want(201, "POST", "imports/tickets", obj{"ticket": obj{"subject": "x", "tags": []string{"moved"}, "comments": []obj{{"value": "x"}}}})
	for _, want := range []int{0, 1} {
		if got := c.want(200, "GET", "search?query=type:ticket+tags:moved", nil); int(got["count"].(float64)) != want {
			t.Errorf("found %v, want %d", got["count"], want)
		}
		k.now = k.now.Add(time.Minute)
	}
}
