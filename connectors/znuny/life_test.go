package znuny

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest/lives"
	"github.com/deskhaul/deskhaul/connectors/znuny/znunytest"
	"github.com/deskhaul/deskhaul/desk"
)

// Weeks after a cutover into Znuny.
func TestLife(t *testing.T) {
	t.Parallel()
	lives.Go(t, 2, 4, 40, func(_ *testing.T, seed uint64) *lives.Far {
		s := znunytest.New()
		s.AddField("tier", znunytest.Field{Type: "Text"})
		s.AddUser("ann")
		c := &Config{
			URL: znunytest.URL, User: znunytest.User, Password: connectors.Secret(znunytest.Password), Quiet: quietOff,
			Fields: []string{"tier"}, Agents: map[string]string{lives.Ann: "ann"}, StandIn: "ann", Customer: "nobody@desk.test",
		}
		if seed%3 == 1 { // some of those who ask can log in
			s.AddCustomer("known", "c1@a.test")
		}
		return newFar(s, c)
	})
}

// asksOnly tells a question from what makes a ticket.
func asksOnly(r *http.Request) bool {
	b, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(b))
	return err == nil && bytes.Contains(b, []byte("deskhaul asks"))
}

// farZnuny is a server and the people who work there.
type farZnuny struct {
	*znunytest.Server
	c *Config
}

func newFar(s *znunytest.Server, c *Config) *lives.Far {
	f := &farZnuny{s, c}
	_, writes := Spec().CapsOf(c)
	number := func(id desk.ID) int64 { n, _ := strconv.ParseInt(string(id), 10, 64); return n }
	return &lives.Far{
		Open:   func(env connectors.Env) (connectors.Target, error) { return newTarget(c, env) },
		Writes: writes, Server: s, Tier: "tier",
		Refuse: func(w http.ResponseWriter, _ *http.Request) {
			_ = json.NewEncoder(w).Encode(object{"Error": object{"ErrorCode": "TicketUpdate.InvalidParameter", "ErrorMessage": "TicketUpdate: No."}})
		},
		Reads: func(r *http.Request) bool { return onlyReads(r) || asksOnly(r) },
		Look:  f.look, People: func() map[string]string { return nil }, Outbox: s.Outbox, Set: f.set,
		Say: func(id desk.ID, text string, note bool) {
			s.AddArticle(number(id), znunytest.Article{Sender: "agent", Channel: 3, Visible: !note, From: "Agent One", Subject: "x", Body: text, CreateBy: 3})
		},
		Delete: func(id desk.ID, forGood bool) {
			if forGood {
				s.Delete(number(id))
				return
			}
			s.Change(number(id), func(k *znunytest.Ticket) { k.State = stateRemoved })
		},
	}
}

var priorityWords = map[string]string{"2 low": "low", "3 normal": "normal", "4 high": "high", "5 very high": "urgent"}

func (f *farZnuny) look() (out []*lives.Copy) {
	for _, k := range f.Standing() {
		tier, _ := k.Fields["tier"].(string)
		mark, _ := k.Fields["deskhaul"].(string)
		x := &lives.Copy{ID: desk.ID(strconv.FormatInt(k.ID, 10)), Mark: mark, Fields: map[string]string{
			"subject": k.Title, "status": string(f.c.status(text(k.State), text(znunytest.States[k.State]))), "priority": priorityWords[k.Priority], "requester": f.Address(k.Customer), "tier": tier,
		}}
		for _, a := range k.Articles {
			said := lives.Said{ID: desk.ID(strconv.FormatInt(a.ID, 10)), Text: a.Body, Note: !a.Visible, Own: true, Files: map[string]string{}}
			if strings.HasPrefix(a.Body, "[deskhaul p]") {
				continue
			}
			for _, file := range a.Files {
				if file.Name != "file-2" {
					said.Files[file.Name] = string(file.Content)
				}
			}
			x.Said = append(x.Said, said)
		}
		out = append(out, x)
	}
	return out
}

func (f *farZnuny) set(id desk.ID, field, value string) {
	n, _ := strconv.ParseInt(string(id), 10, 64)
	f.Change(n, func(k *znunytest.Ticket) {
		switch field {
		case "subject":
			k.Title = value
		case "status":
			k.State = f.c.state(desk.Status(value))
		case "priority":
			k.Priority = rank(desk.Priority(value))
		case "tier":
			k.Fields["tier"] = value
		case "requester":
			k.Customer = value
		}
	})
}
