package itsm365

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest/lives"
	"github.com/deskhaul/deskhaul/connectors/itsm365/itsm365test"
	"github.com/deskhaul/deskhaul/connectors/mail/byline"
	"github.com/deskhaul/deskhaul/desk"
)

// Weeks after a cutover into an installation.
func TestLife(t *testing.T) {
	t.Parallel()
	lives.Go(t, 2, 4, 100, func(_ *testing.T, seed uint64) *lives.Far {
		s, c := installation()
		s.TalkTouches = seed%2 == 0
		if seed%4 == 1 {
			s.PerMinute = 600
		}
		c.Tickets.Fields = map[string]string{"tier": "tariff"}
		c.Settling, c.PerMinute, c.page, c.wait, c.Retries = "", 6000, 0, 0, nil
		if seed%3 == 1 {
			s.Cap = 100
		}
		return newFar(s, c)
	})
}

// farDesk is an installation and the people who work there.
type farDesk struct {
	*itsm365test.Server
	c     *Config
	agent string
}

func newFar(s *itsm365test.Server, c *Config) *lives.Far {
	f := &farDesk{Server: s, c: c, agent: s.Add("employee$employee", map[string]any{"lastName": "Agent", "email": "agent@desk.test"})}
	s.Add("employee$employee", map[string]any{"lastName": "Ann", "email": lives.Ann})
	_, writes := Spec().CapsOf(c)
	return &lives.Far{
		Open:   func(env connectors.Env) (connectors.Target, error) { return newTarget(c, env) },
		Writes: writes, Server: s, Tier: "tier", Reads: itsm365test.Reads,
		Refuse: func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, "ru.naumen.core.shared.FxException: Недопустимое значение")
		},
		Look: f.look, People: f.people, Outbox: s.Outbox, Set: f.set,
		Rename: func(address, name string) {
			last, first, middle := c.part(name)
			s.Change(f.asker(address), map[string]any{"lastName": last, "firstName": first, "middleName": middle})
		},
		Say: func(id desk.ID, text string, note bool) {
			s.Add("comment", map[string]any{"source": string(id), "text": "<p>" + text + "</p>", "author": f.agent, "private": note})
		},
		Delete: func(id desk.ID, _ bool) { s.Delete(string(id)) },
		Reword: func(id desk.ID, text string, whole bool) {
			html, _ := f.object("comment", string(id)).Values["text"].(string)
			said := "<p>" + text + "</p>"
			if at := lineIn.FindStringIndex(html); at != nil && !whole {
				said = html[:at[1]] + byline.Box(text)
			}
			s.Change(string(id), map[string]any{"text": said})
		},
		Unsay: func(id desk.ID) { s.Delete(string(id)) },
	}
}

func (f *farDesk) object(class, id string) itsm365test.Object {
	for _, o := range f.Objects(class) {
		if o.ID == id {
			return o
		}
	}
	return itsm365test.Object{}
}

func (f *farDesk) people() map[string]string {
	out := map[string]string{}
	for _, o := range f.Objects("employee") {
		if o.Class == "employee$contactPerson" {
			mail, _ := o.Values["email"].(string)
			out[mail], _ = o.Values["title"].(string)
		}
	}
	return out
}

// asker is who has an address.
func (f *farDesk) asker(address string) string {
	for _, o := range f.Objects("employee") {
		if o.Values["email"] == address {
			return o.ID
		}
	}
	return ""
}

func (f *farDesk) address(id any) string {
	uuid, _ := id.(string)
	mail, _ := f.object("employee", uuid).Values["email"].(string)
	return mail
}

func (f *farDesk) look() (out []*lives.Copy) {
	comments, files := f.Objects("comment"), f.Objects("file")
	for _, o := range f.Objects("serviceCall") {
		text := func(code string) string { s, _ := o.Values[code].(string); return s }
		status, _ := f.c.status(text("state"))
		priority := f.c.Priorities[text("priority")]
		x := &lives.Copy{
			ID: desk.ID(o.ID), Mark: text("deskhaul"), Who: []string{f.address(o.Values["clientEmployee"]), f.address(o.Values["responsibleEmployee"])},
			Fields: map[string]string{
				"subject": text("shortDescr"), "status": string(status), "priority": priority, "requester": f.address(o.Values["clientEmployee"]),
				"tags": lives.Tags(tagsOf(o.Values["tags"])), "tier": text("tariff"),
			},
		}
		say := func(id desk.ID, html string, note, own bool) {
			p, _, _ := parsePreface(html)
			said := lives.Said{ID: id, Text: html, Note: note, Own: own, Files: map[string]string{}}
			for _, file := range files {
				for _, named := range p.files {
					if file.ID == named {
						name, _ := file.Values["title"].(string)
						said.Files[name] = string(file.Bytes)
					}
				}
			}
			x.Said = append(x.Said, said)
		}
		say(opening, text("descriptionInRTF"), false, true)
		for _, k := range comments {
			if k.Values["source"] == o.ID {
				html, _ := k.Values["text"].(string)
				x.Who = append(x.Who, f.address(k.Values["author"]))
				say(desk.ID(k.ID), html, k.Values["private"] == true, false)
			}
		}
		out = append(out, x)
	}
	return out
}

func (f *farDesk) set(id desk.ID, field, value string) {
	v := map[string]any{}
	switch field {
	case "subject":
		v["shortDescr"] = value
	case "status":
		v["state"] = f.c.stateFor(desk.Status(value))
	case "priority":
		v["priority"] = f.c.priorityFor(desk.Priority(value))
	case "tags":
		was, _ := f.object("serviceCall", string(id)).Values["tags"].(string)
		tags := strings.Fields(value)
		for _, tag := range tagsOf(was) {
			if strings.HasPrefix(tag, "deskhaul") {
				tags = append(tags, tag)
			}
		}
		v["tags"] = strings.Join(tags, ", ")
	case "tier":
		v["tariff"] = value
	case "requester":
		v["clientEmployee"] = f.asker(value)
	}
	f.Change(string(id), v)
}
