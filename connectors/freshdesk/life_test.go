package freshdesk

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest/lives"
	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/connectors/mail/byline"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// Weeks after a cutover into Freshdesk.
func TestLife(t *testing.T) {
	t.Parallel()
	lives.Go(t, 2, 4, 100, func(_ *testing.T, seed uint64) *lives.Far {
		s := freshdesktest.New()
		s.Lag = time.Duration(seed%3) * time.Minute
		s.AddField("ticket_fields", freshdesktest.Field{Name: "cf_tier", Label: "Tier", Type: "custom_text"})
		c := &Config{URL: freshdesktest.URL, Token: connectors.Secret(s.Key), Quiet: quietDeclared}
		if seed%2 == 0 {
			s.AddField("ticket_fields", freshdesktest.Field{Name: "cf_deskhaul", Label: "deskhaul", Type: "custom_text"})
			c.MarkField = "cf_deskhaul"
		}
		if seed%4 == 1 {
			s.Limits = freshdesktest.Growth
		}
		if seed%5 == 2 {
			c.Leftovers = leftNote
		}
		return newFar(s, c)
	})
}

// farFreshdesk is an account and the people who work there.
type farFreshdesk struct {
	*freshdesktest.Server
	c     *Config
	agent int64
}

func newFar(s *freshdesktest.Server, c *Config) *lives.Far {
	f := &farFreshdesk{Server: s, c: c, agent: s.AddAgent("Agent", "agent@desk.test")}
	s.AddAgent("Ann", lives.Ann)
	_, writes := Spec().CapsOf(c)
	number := func(id desk.ID) int64 { n, _ := numberOf(id); return n }
	return &lives.Far{
		Open:   func(env connectors.Env) (connectors.Target, error) { return newTarget(c, env) },
		Writes: writes, Server: s, Tier: "cf_tier",
		Refuse: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"description":"Validation failed","errors":[{"field":"base","message":"No.","code":"invalid_value"}]}`)
		},
		Look: f.look, People: f.people, Outbox: s.Outbox, Set: f.set,
		Rename: func(address, name string) {
			s.ChangeContact(f.asker(address), func(c *freshdesktest.Contact) { c.Name = name })
		},
		Say: func(id desk.ID, text string, note bool) {
			k := freshdesktest.Talk{HTML: "<div>" + text + "</div>", User: f.agent, Private: note}
			if note {
				k.Source = sourceNote
			}
			s.AddTalk(number(id), k)
		},
		Delete: func(id desk.ID, forGood bool) {
			if forGood {
				s.Purge(number(id))
				return
			}
			s.ChangeTicket(number(id), func(t *freshdesktest.Ticket) { t.Deleted = true })
		},
		Hide: func(id desk.ID, hidden bool) {
			s.ChangeTicket(number(id), func(t *freshdesktest.Ticket) { t.Spam = hidden })
		},
		Reword: func(id desk.ID, text string, whole bool) {
			s.ChangeTalk(number(id), func(html string) string {
				if at := lineIn.FindStringIndex(html); at != nil && !whole {
					return html[:at[1]] + byline.Box(text)
				}
				return "<div>" + text + "</div>"
			})
		},
		Unsay: func(id desk.ID) { s.DeleteTalk(number(id)) },
	}
}

func (f *farFreshdesk) people() map[string]string {
	out := map[string]string{}
	for _, p := range f.Contacts() {
		out[p.Email] = p.Name
	}
	return out
}

// asker is the number of who has an address.
func (f *farFreshdesk) asker(address string) int64 {
	for id, p := range f.Contacts() {
		if p.Email == address {
			return id
		}
	}
	return 0
}

var (
	statusWords   = map[int64]string{2: "open", 3: "pending", 4: "solved", 5: "closed"}
	priorityWords = map[int64]string{1: "low", 2: "normal", 3: "high", 4: "urgent"}
)

// ofWord is the number that stands for a word.
func ofWord(words map[int64]string, word string) int64 {
	for n, w := range words {
		if w == word {
			return n
		}
	}
	return 0
}

// tagsOf parts the tags that are people's from those that are ours.
func tagsOf(all []string) (theirs, ours []string) {
	for _, tag := range all {
		if isMark.MatchString(tag) || tag == pipeline.DeletedTag {
			ours = append(ours, tag)
		} else {
			theirs = append(theirs, tag)
		}
	}
	return theirs, ours
}

func (f *farFreshdesk) look() (out []*lives.Copy) {
	for _, t := range f.Standing() {
		tags, ours := tagsOf(t.Tags)
		tier, _ := t.Custom["cf_tier"].(string)
		x := &lives.Copy{
			ID: idOf(t.ID), Hidden: t.Spam, Who: []string{t.Requester, t.Responder},
			Fields: map[string]string{
				"subject": t.Subject, "status": statusWords[t.Status], "priority": priorityWords[t.Priority], "requester": t.Requester, "tags": lives.Tags(tags), "tier": tier,
			},
		}
		if i := slices.IndexFunc(ours, isMark.MatchString); i >= 0 {
			x.Mark = ours[i]
		}
		if f.c.MarkField != "" {
			x.Mark, _ = t.Custom[f.c.MarkField].(string)
		}
		for _, k := range t.Turns {
			x.Who = append(x.Who, k.User)
			x.Said = append(x.Said, lives.Said{ID: idOf(k.ID), Text: k.HTML, Note: k.Private, Own: !k.Note, Files: k.Files})
		}
		out = append(out, x)
	}
	return out
}

func (f *farFreshdesk) set(id desk.ID, field, value string) {
	n, _ := numberOf(id)
	asks := f.asker(value)
	f.ChangeTicket(n, func(t *freshdesktest.Ticket) {
		switch field {
		case "subject":
			t.Subject = value
		case "status":
			t.Status = ofWord(statusWords, value)
		case "priority":
			t.Priority = ofWord(priorityWords, value)
		case "tags":
			_, ours := tagsOf(t.Tags)
			t.Tags = append(strings.Fields(value), ours...)
		case "tier":
			t.Custom["cf_tier"] = value
		case "requester":
			t.Requester = asks
		}
	})
}
