package intercom

import (
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest/lives"
	"github.com/deskhaul/deskhaul/connectors/intercom/intercomtest"
	"github.com/deskhaul/deskhaul/desk"
)

// Weeks after a cutover into Intercom.
func TestLife(t *testing.T) {
	t.Parallel()
	lives.Go(t, 2, 4, 100, func(_ *testing.T, seed uint64) *lives.Far {
		s := intercomtest.New()
		s.Lag, s.Paragraphs, s.Days, s.OnlyAsker = time.Duration(seed%3)*time.Minute, seed%2 == 0, seed%3 == 1, seed%4 == 3
		for _, name := range []string{"tier", "Tags", "Priority"} {
			s.AddAttribute(name, "string")
		}
		c := &Config{
			Workspace: s.Workspace, URL: intercomtest.URL, Token: connectors.Secret(s.Token), Quiet: quietDeclared, TicketType: "1", Tags: "Tags", Priority: "Priority",
		}
		if seed%4 == 1 {
			s.Limit = 40
		}
		if seed%5 == 2 {
			c.Leftovers = leftMark
		}
		return newFar(s, c)
	})
}

// farIntercom is a workspace and the people who work there.
type farIntercom struct {
	*intercomtest.Server
	agent string
}

func newFar(s *intercomtest.Server, c *Config) *lives.Far {
	f := &farIntercom{Server: s, agent: strconv.FormatInt(s.AddAdmin("Agent", "agent@desk.test"), 10)}
	s.AddAdmin("Ann", lives.Ann)
	_, writes := Spec().CapsOf(c)
	return &lives.Far{
		Open:   func(env connectors.Env) (connectors.Target, error) { return newTarget(c, env) },
		Writes: writes, Server: s, Tier: "tier", Fixed: []string{"requester"}, Reopens: true,
		Reads: func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/search") },
		Refuse: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"type":"error.list","errors":[{"code":"parameter_invalid","message":"No."}]}`)
		},
		Look: f.look, People: f.people, Outbox: s.Outbox, Set: f.set,
		Rename: func(address, name string) {
			for id, p := range s.Contacts() {
				if p.Email == address {
					s.ChangeContact(id, func(c *intercomtest.Contact) { c.Name = name })
				}
			}
		},
		Say: func(id desk.ID, text string, note bool) {
			k := intercomtest.Part{HTML: "<p>" + text + "</p>", By: f.agent}
			if note {
				k.Kind = "note"
			}
			s.AddPart(number(id), k)
		},
		Delete: func(id desk.ID, _ bool) { s.Delete(number(id)) },
	}
}

func number(id desk.ID) int64 {
	n, _ := strconv.ParseInt(string(id), 10, 64)
	return n
}

func (f *farIntercom) people() map[string]string {
	out := map[string]string{}
	for _, p := range f.Contacts() {
		out[p.Email] = p.Name
	}
	return out
}

func (f *farIntercom) look() (out []*lives.Copy) {
	for _, t := range f.Standing() {
		word := func(name string) string { s, _ := t.Attributes[name].(string); return s }
		x := &lives.Copy{
			ID: desk.ID(strconv.FormatInt(t.ID, 10)), Mark: word("deskhaul"), Who: []string{t.Requester, t.Admin},
			Fields: map[string]string{
				"subject": word(titleAttribute), "status": string(stateStatus(t.State)), "priority": word("Priority"), "requester": t.Requester,
				"tags": lives.Tags(splitTags(word("Tags"))), "tier": word("tier"),
			},
		}
		before := map[string]map[string]string{} // files that belong to a message that follows
		for _, k := range t.Turns {
			x.Who = append(x.Who, k.User)
			l, _ := parseLine(plainOf(k.HTML))
			if l.files {
				before[l.mark] = k.Files
				continue
			}
			maps.Copy(k.Files, before[l.mark])
			x.Said = append(x.Said, lives.Said{ID: desk.ID(strconv.FormatInt(k.ID, 10)), Text: k.HTML, Note: k.Note, Own: true, Files: k.Files})
		}
		out = append(out, x)
	}
	return out
}

func (f *farIntercom) set(id desk.ID, field, value string) {
	f.ChangeTicket(number(id), func(t *intercomtest.Standing) {
		switch field {
		case "subject":
			t.Attributes[titleAttribute] = value
		case "status":
			t.State, t.Open = stateCategory(desk.Status(value)), value != "solved"
		case "priority":
			t.Attributes["Priority"] = value
		case "tags":
			t.Attributes["Tags"] = strings.Join(strings.Fields(value), ", ")
		case "tier":
			t.Attributes["tier"] = value
		}
	})
}
