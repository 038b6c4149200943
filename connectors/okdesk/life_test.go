package okdesk

import (
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest/lives"
	"github.com/deskhaul/deskhaul/connectors/mail/byline"
	"github.com/deskhaul/deskhaul/connectors/okdesk/okdesktest"
	"github.com/deskhaul/deskhaul/desk"
)

// Weeks after a cutover into Okdesk.
func TestLife(t *testing.T) {
	t.Parallel()
	lives.Go(t, 2, 4, 100, func(_ *testing.T, seed uint64) *lives.Far {
		s := okdesktest.New()
		s.StillTalk, s.NoAuthors = seed%2 == 0, false
		for _, code := range []string{"tier", "tags", "deskhaul"} {
			s.AddParameter("issues", okdesktest.Parameter{Code: code, Name: code, Type: "ftstring"})
		}
		c := &Config{URL: okdesktest.URL, Token: connectors.Secret(s.Key), Quiet: quietDeclared, StandIn: "owner@acme.test", Tags: "tags", PerMinute: 6000}
		if seed%2 == 0 {
			c.Mark = "deskhaul"
		}
		if seed%4 == 1 {
			s.PerMinute = 600
		}
		if seed%5 == 2 {
			s.Attributes = true
		}
		if seed%10 == 2 {
			c.Uploads = asAttributes // else it is found out
		}
		return newFar(s, c)
	})
}

// farOkdesk is an account and the people who work there.
type farOkdesk struct {
	*okdesktest.Server
	c     *Config
	agent int64
}

func newFar(s *okdesktest.Server, c *Config) *lives.Far {
	f := &farOkdesk{Server: s, c: c, agent: s.AddEmployee(okdesktest.Person{Last: "Agent", First: "A.", Email: "agent@desk.test"})}
	s.AddEmployee(okdesktest.Person{Last: "Ann", First: "A.", Email: lives.Ann})
	_, writes := Spec().CapsOf(c)
	number := func(id desk.ID) int64 { n, _ := numberOf(id); return int64(n) }
	return &lives.Far{
		Open:   func(env connectors.Env) (connectors.Target, error) { return newTarget(c, env) },
		Writes: writes, Server: s, Tier: "tier",
		Refuse: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusUnprocessableEntity)
			_, _ = io.WriteString(w, `{"errors":{"base":["Нет."]}}`)
		},
		Look: f.look, People: f.people, Outbox: s.Outbox, Set: f.set,
		Rename: func(address, name string) {
			first, last, patronymic := c.part(name)
			s.ChangeContact(f.asker(address), func(p *okdesktest.Person) { p.First, p.Last, p.Patronymic = first, last, patronymic })
		},
		Say: func(id desk.ID, text string, note bool) {
			s.AddComment(number(id), okdesktest.Comment{HTML: "<p>" + text + "</p>", Employee: f.agent, Private: note})
		},
		Delete: func(id desk.ID, _ bool) { s.DeleteIssue(number(id)) },
		Reword: func(id desk.ID, text string, whole bool) {
			s.ChangeComment(number(id), func(html string) string {
				if at := lineIn.FindStringIndex(html); at != nil && !whole {
					return html[:at[1]] + byline.Box(text)
				}
				return "<p>" + text + "</p>"
			})
		},
		Unsay: func(id desk.ID) { s.DeleteComment(number(id)) },
	}
}

func (f *farOkdesk) people() map[string]string {
	out := map[string]string{}
	for _, p := range f.Contacts() {
		out[p.Email] = f.c.join(personShape{First: p.First, Last: p.Last, Patronymic: p.Patronymic})
	}
	return out
}

// asker is the number of who has an address.
func (f *farOkdesk) asker(address string) int64 {
	for id, p := range f.Contacts() {
		if p.Email == address {
			return id
		}
	}
	return 0
}

var (
	statusWords   = map[string]string{"opened": "open", "in_progress": "open", "delayed": "pending", "completed": "solved", "closed": "closed"}
	priorityWords = map[string]string{"low": "low", "normal": "normal", "high": "high", "critical": "urgent"}
)

// ofWord is the code that stands for a word.
func ofWord(words map[string]string, word string) string {
	for code, w := range words {
		if w == word && code != "in_progress" {
			return code
		}
	}
	return ""
}

func (f *farOkdesk) look() (out []*lives.Copy) {
	for _, t := range f.Standing() {
		tags, _ := t.Custom["tags"].(string)
		tier, _ := t.Custom["tier"].(string)
		x := &lives.Copy{
			ID: idOf(number(t.ID)), Who: []string{t.Contact, t.Assignee},
			Fields: map[string]string{
				"subject": t.Title, "status": statusWords[t.Status], "priority": priorityWords[t.Priority], "requester": t.Contact, "tags": lives.Tags(tagsOf(tags)), "tier": tier,
			},
		}
		if x.Mark, _ = t.Custom["deskhaul"].(string); f.c.Mark == "" {
			p, _, _ := parsePreface(t.Turns[0].HTML)
			x.Mark = p.ticket
		}
		for i, k := range t.Turns {
			p, _, _ := parsePreface(k.HTML)
			if p.kind == "s" {
				continue
			}
			if p.kind == "f" { // they belong to another
				of := slices.IndexFunc(x.Said, func(was lives.Said) bool { return strings.Contains(was.Text, " "+p.mark) })
				if of >= 0 {
					maps.Copy(x.Said[of].Files, k.Files)
				}
				continue
			}
			x.Who = append(x.Who, k.User)
			x.Said = append(x.Said, lives.Said{ID: idOf(number(k.ID)), Text: k.HTML, Note: k.Private, Own: i == 0, Files: k.Files})
		}
		out = append(out, x)
	}
	return out
}

func (f *farOkdesk) set(id desk.ID, field, value string) {
	n, _ := numberOf(id)
	asks := f.asker(value)
	f.ChangeIssue(int64(n), func(t *okdesktest.Issue) {
		switch field {
		case "subject":
			t.Title = value
		case "status":
			t.Status = ofWord(statusWords, value)
		case "priority":
			t.Priority = ofWord(priorityWords, value)
		case "tags":
			was, _ := t.Custom["tags"].(string)
			ours := slices.DeleteFunc(tagsOf(was), func(tag string) bool { return !strings.HasPrefix(tag, "deskhaul") })
			t.Custom["tags"] = strings.Join(append(strings.Fields(value), ours...), ", ")
		case "tier":
			t.Custom["tier"] = value
		case "requester":
			t.Contact = asks
		}
	})
}
