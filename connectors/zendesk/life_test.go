package zendesk

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest/line"
	"github.com/deskhaul/deskhaul/connectors/conntest/lives"
	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
	"github.com/deskhaul/deskhaul/desk"
)

// Weeks after a cutover into Zendesk.
func TestLife(t *testing.T) {
	t.Parallel()
	lives.Go(t, 2, 4, 100, func(t *testing.T, seed uint64) *lives.Far {
		o := zendesktest.Options{SearchLag: time.Duration(seed%3) * time.Minute, Steps: int(seed % 2)}
		return newFar(zendesktest.New(o), seed%6 == 1)
	})
}

// farZendesk is an account and the people who work there.
type farZendesk struct {
	*zendesktest.Account
	tier, agent int64
}

// newFar is an account that is kept quiet; a loud one only in the end.
func newFar(a *zendesktest.Account, loud bool) *lives.Far {
	f := &farZendesk{Account: a}
	f.tier = a.Set("ticket_fields", obj{"title": "tier", "type": "text"})
	f.agent = a.Set("users", obj{"name": "Agent", "email": "agent@desk.test", "role": "agent"})
	c := &Config{URL: "https://example.zendesk.test", Email: zendesktest.Email, Token: connectors.Secret(zendesktest.Token)}
	quiet := func() {
		a.Quiet()
		c.Quiet = "triggers-off"
	}
	if !loud {
		quiet()
	}
	_, writes := Spec().CapsOf(c)
	return &lives.Far{
		Open:   func(env connectors.Env) (connectors.Target, error) { return newTarget(c, env) },
		Writes: writes, Server: a, Tier: "tier",
		Refuse: func(w http.ResponseWriter, r *http.Request) {
			if f.refusesOne(r) {
				a.ServeHTTP(w, r)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusUnprocessableEntity)
			_, _ = io.WriteString(w, `{"error":"RecordInvalid","description":"Record validation errors","details":{"base":[{"description":"No.","error":"InvalidValue"}]}}`)
		},
		Quiet: quiet, Look: f.look, People: f.people, Outbox: a.Outbox, Say: f.say, Set: f.set,
		Delete: func(id desk.ID, _ bool) { a.Delete("tickets", idOf(id)) },
		Rename: f.rename,
		Close: func(id desk.ID, archive bool) {
			a.Change("tickets", idOf(id), obj{"status": "closed"})
			if archive {
				a.Archive(idOf(id))
			}
		},
		Merge: func(id, into desk.ID) { a.Merge(idOf(id), idOf(into)) },
	}
}

func idOf(id desk.ID) int64 {
	n, err := strconv.ParseInt(string(id), 10, 64)
	if err != nil {
		panic(err)
	}
	return n
}

// sent is a number in an answer.
func sent(v any) int64 {
	n, _ := v.(float64)
	return int64(n)
}

// refusesOne makes the first ticket of a job one that is refused; false if it is none.
func (f *farZendesk) refusesOne(r *http.Request) bool {
	var in struct {
		Tickets []obj `json:"tickets"`
	}
	if !strings.HasSuffix(r.URL.Path, "/create_many") {
		return false
	}
	b, _ := io.ReadAll(r.Body)
	if json.Unmarshal(b, &in) == nil && len(in.Tickets) > 0 {
		in.Tickets[0]["status"] = "none"
		b, _ = json.Marshal(in)
	}
	r.Body = io.NopCloser(bytes.NewReader(b))
	return true
}

func (f *farZendesk) addresses() map[int64]string {
	out := map[int64]string{}
	for _, u := range f.Users() {
		out[sent(u["id"])], _ = u["email"].(string)
	}
	return out
}

func (f *farZendesk) people() map[string]string {
	out := map[string]string{}
	for _, u := range f.Users() {
		if address := u["email"].(string); address != zendesktest.Email && address != "agent@desk.test" {
			out[address] = u["name"].(string)
		}
	}
	return out
}

func (f *farZendesk) rename(address, name string) {
	for id, its := range f.addresses() {
		if its == address {
			f.Change("users", id, obj{"name": name})
		}
	}
}

func (f *farZendesk) look() (out []*lives.Copy) {
	who := f.addresses()
	for _, id := range f.Tickets() {
		t, comments := f.Ticket(id)
		text := func(key string) string { s, _ := t[key].(string); return s }
		var tags []string
		for _, tag := range t["tags"].([]any) {
			tags = append(tags, tag.(string))
		}
		x := &lives.Copy{ID: number(id), Mark: text("external_id"), Fields: map[string]string{
			"subject": text("subject"), "status": text("status"), "priority": text("priority"), "requester": who[sent(t["requester_id"])], "tags": lives.Tags(tags),
		}}
		for _, c := range t["custom_fields"].([]any) {
			if c := c.(obj); sent(c["id"]) == f.tier {
				x.Fields["tier"], _ = c["value"].(string)
			}
		}
		x.Who = append(x.Who, x.Fields["requester"], who[sent(t["assignee_id"])])
		for _, c := range comments {
			x.Said, x.Who = append(x.Said, f.said(c)), append(x.Who, who[sent(c["author_id"])])
		}
		out = append(out, x)
	}
	return out
}

func (f *farZendesk) said(c obj) lives.Said {
	m := lives.Said{ID: number(sent(c["id"])), Text: c["body"].(string), Note: c["public"] == false, Own: true, Files: map[string]string{}}
	for _, a := range c["attachments"].([]any) {
		a := a.(obj)
		m.Files[a["file_name"].(string)] = f.bytes(a["content_url"].(string))
	}
	return m
}

// bytes are what lies at an address of an attachment.
func (f *farZendesk) bytes(address string) string {
	r, _ := http.NewRequestWithContext(context.Background(), http.MethodGet, address, nil)
	resp, err := (&http.Client{Transport: line.To(f)}).Do(r)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = resp.Body.Close() }() // it was read
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

func (f *farZendesk) say(id desk.ID, text string, note bool) {
	f.Say(idOf(id), obj{"body": text, "public": !note, "author_id": f.agent})
}

func (f *farZendesk) set(id desk.ID, field, value string) {
	switch field {
	case "tags":
		f.Change("tickets", idOf(id), obj{field: strings.Fields(value)})
	case "tier":
		f.Change("tickets", idOf(id), obj{"custom_fields": []obj{{"id": f.tier, "value": value}}})
	case "requester":
		for user, address := range f.addresses() {
			if address == value {
				f.Change("tickets", idOf(id), obj{"requester_id": user})
			}
		}
	default:
		f.Change("tickets", idOf(id), obj{field: value})
	}
}
