package intercomtest

import (
	"encoding/base64"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
)

// reply adds a message to a ticket. One that a customer sees opens it again (a guess).
func (x *exchange) reply(t *talk) {
	a := &x.s.account
	p := &part{id: a.next(), kind: x.text("message_type"), api: true}
	var ok bool
	if p.author, ok = x.speaker(t); !ok {
		return
	}
	if p.made, ok = x.time("created_at"); !ok {
		return
	}
	said := x.text("body")
	if strings.TrimSpace(said) == "" || strings.ContainsRune(said, 0) || p.kind != "comment" && p.kind != "note" {
		x.invalid("body is invalid")
		return
	}
	switch {
	case p.kind == "note":
		p.body = said
	case p.author.Type == "admin" && x.s.HTMLReplies:
		p.body = tags.ReplaceAllString(said, "")
	default:
		p.body = x.s.AsHTML(said)
	}
	if p.files, ok = x.uploads(p.author.Type == "admin"); !ok {
		return
	}
	p.changed = x.s.now()
	t.parts, t.changes = append(t.parts, p), touched(t.changes, x.s.now())
	if p.kind == "comment" {
		t.open, t.word = true, "open"
		if a.category(t.state) == "resolved" || a.category(t.state) == "waiting_on_customer" && p.author.Type != "admin" {
			t.event(x.s, a.category(t.state), "in_progress")
			t.state = a.stateOf("in_progress").id
		}
		if p.author.Type == "admin" && !x.quiet() {
			x.s.mail(a.mailOf(t.contacts[0]), "a reply on ticket %d", t.number)
		}
	}
	if p.author.Type != "admin" && !x.quiet() {
		x.s.mail(a.admins[0].email, "a customer's reply on ticket %d", t.number)
	}
	x.json(x.s.partRow(p, "ticket_part"))
}

// speaker is who a reply is by.
func (x *exchange) speaker(t *talk) (who Author, ok bool) {
	a := &x.s.account
	if x.text("type") == "admin" {
		if _, ok = a.admin(x.id("admin_id")); !ok {
			x.fail(http.StatusNotFound, "admin_not_found", "Admin for admin_id not found")
		}
		return a.author(x.id("admin_id")), ok
	}
	c, there := a.contact(x.text("intercom_user_id"))
	switch {
	case x.text("type") != "user" || x.text("message_type") != "comment":
		x.invalid("type is invalid")
	case !there || c.archived:
		x.gone()
	case t.kind.category != "Customer":
		x.fail(http.StatusBadRequest, "parameter_mismatch", "User replies are not allowed on Backoffice tickets")
	case x.s.OnlyAsker && c.id != t.contacts[0]:
		x.fail(http.StatusBadRequest, "parameter_mismatch", "User is not a participant of the ticket")
	default:
		return a.author(c.id), true
	}
	return who, false
}

// uploads are the files of a reply: a teammate's alone takes some, and ten.
func (x *exchange) uploads(taken bool) (ids []int64, ok bool) {
	list, _ := x.in["attachment_files"].([]any)
	if len(list) > 10 {
		x.invalid("You can only upload 10 files")
		return nil, false
	}
	for _, one := range list {
		of, _ := one.(row)
		name, _ := of["name"].(string)
		kind, _ := of["content_type"].(string)
		data, _ := of["data"].(string)
		b, err := base64.StdEncoding.DecodeString(data)
		if err != nil {
			x.invalid("attachment_files is invalid")
			return nil, false
		}
		if taken {
			ids = append(ids, x.s.store(File{name, kind, b}))
		}
	}
	return ids, true
}

func (s *Server) store(f File) int64 {
	id := s.account.next()
	s.account.files[id] = &file{id, f.Name, f.Type, f.Bytes}
	return id
}

var (
	tags  = regexp.MustCompile(`<[^>]*>`)
	paras = regexp.MustCompile(`\n\n+`)
)

// AsHTML makes HTML of a text: one paragraph, or several where an empty line parts them. Which
// it is no source tells.
func (s *Server) AsHTML(text string) string {
	if s.Paragraphs {
		return paragraphs(text)
	}
	return "<p>" + strings.ReplaceAll(html.EscapeString(text), "\n", "<br>\n") + "</p>"
}

func paragraphs(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	var out []string
	for _, p := range paras.Split(strings.Trim(s, "\n"), -1) {
		out = append(out, "<p>"+strings.ReplaceAll(html.EscapeString(p), "\n", "<br>\n")+"</p>")
	}
	return strings.Join(out, "\n")
}

// serveFile gives out a file whose link has not expired.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Header.Get("Authorization") != "" {
		s.stray = append(s.stray, r.URL.Path)
	}
	var id, until int64
	_, _ = fmt.Sscanf(r.URL.Path, "/i/o/%d/", &id)
	_, _ = fmt.Sscan(r.URL.Query().Get("expires"), &until)
	f, ok := s.account.files[id]
	if !ok || s.now().UnixNano() > until {
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte("<Error><Code>AccessDenied</Code></Error>"))
		return
	}
	if f.kind != "" {
		w.Header().Set("Content-Type", f.kind)
	}
	w.Header().Set("Content-Length", fmt.Sprint(len(f.bytes)))
	_, _ = w.Write(f.bytes)
}
