package okdesktest

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// comment adds a comment, in the name of whom it says.
func (x *exchange) comment(i *issue) {
	in := x.sayings("comment")
	c := &comment{html: text(in, "content"), public: truth(in["public"], true), author: who{id(in["author_id"]), text(in, "author_type") != "contact"}, made: x.s.now()}
	wrong := row{}
	if strings.TrimSpace(c.html) == "" {
		wrong["content"] = []string{"не может быть пустым"}
	}
	if p, ok := x.s.account.who(c.author); !ok || p.archived {
		wrong["author_id"] = []string{"автор не найден"}
	}
	list, name := "attachments", "attachment"
	if x.s.Attributes {
		list, name = "attachments_attributes", "file"
	}
	files, bad := x.uploads(in, list, name)
	maps.Copy(wrong, bad)
	if len(wrong) > 0 {
		x.invalid(wrong)
		return
	}
	c.id, c.files = x.s.account.next(), x.s.store(files)
	x.s.say(i, c)
	if c.public {
		x.s.tell(i, "a comment", true)
	} else {
		x.s.tell(i, "a private comment", false)
	}
	x.ok(x.s.commentRow(c))
}

func (s *Server) say(i *issue, c *comment) {
	i.talk = append(i.talk, c)
	if !s.StillTalk {
		i.changed = c.made
	}
}

// uploads are the files of a form, under the names that the account knows.
func (x *exchange) uploads(in row, list, name string) (files []File, wrong row) {
	under, _ := in[list].(row)
	for n := range len(under) {
		of, _ := under[strconv.Itoa(n)].(row)
		f, ok := of[name].(upload)
		if !ok {
			continue
		}
		if x.s.MaxFile > 0 && len(f.bytes) > x.s.MaxFile {
			wrong = row{"attachments": []string{"размер файла превышает допустимый"}}
		}
		files = append(files, File{Name: f.name, About: text(of, "description"), Public: truth(of["is_public"], false), Bytes: f.bytes})
	}
	return files, wrong
}

// status changes the status: the account's order must allow the step; what is put off wants
// a date and a word.
func (x *exchange) status(i *issue) {
	code := text(x.in, "code")
	wrong := row{}
	if _, known := word(x.s.account.statuses, code); !known {
		wrong["code"] = []string{"статус не найден"}
	} else if steps, ruled := x.s.Steps[i.status]; x.s.Steps != nil && (!ruled || !slices.Contains(steps, code)) {
		wrong["code"] = []string{"переход в статус запрещён"}
	}
	var delayed time.Time
	if code == "delayed" {
		var err error
		if delayed, err = time.Parse(time.RFC3339, text(x.in, "delay_to")); err != nil {
			wrong["delay_to"] = []string{"не может быть пустым"}
		}
		if text(x.in, "comment") == "" {
			wrong["comment"] = []string{"не может быть пустым"}
		}
	}
	if len(wrong) > 0 {
		x.invalid(wrong)
		return
	}
	x.s.move(i, code)
	i.delayed = delayed
	skips, _ := x.in["skip_options"].([]any)
	if said := text(x.in, "comment"); said != "" {
		x.s.say(i, &comment{id: x.s.account.next(), html: said, public: truth(x.in["comment_public"], true), author: who{x.s.account.employees[0].id, true}, made: x.s.now()})
	}
	if !slices.Contains(skips, any("skip_notifications")) {
		x.s.tell(i, "the status "+code, true)
	}
	x.ok(x.s.issueRow(i))
}

func (s *Server) move(i *issue, code string) {
	i.was, i.status, i.changed = i.status, code, s.now()
	switch code {
	case "completed", "closed":
		if i.finished.IsZero() {
			i.finished = s.now()
		}
	default:
		i.finished = time.Time{}
	}
}

// attachment tells of a file, with a link that works for a while.
func (x *exchange) attachment(i *issue, which int64) {
	ids := slices.Clone(i.files)
	for _, c := range i.talk {
		ids = append(ids, c.files...)
	}
	if !slices.Contains(ids, which) {
		x.gone()
		return
	}
	r := x.s.fileRow(which)
	r["attachment_url"] = x.s.link(which)
	x.ok(r)
}

func (s *Server) timeRows(i *issue) []row {
	out := []row{}
	for n, e := range i.spent {
		p, _ := s.account.employee(e.Employee)
		out = append(out, row{
			"id": n + 1, "comment": some(e.Comment), "spent_time": e.Hours, "logged_at": s.stamp(e.At), "employee": row{"id": p.id, "login": p.login, "name": p.name()}, "parameters": []row{},
		})
	}
	return out
}

// tell mails what an account mails whose notifications are on: the contact, if it is for
// him, the assignee and the observers.
func (s *Server) tell(i *issue, what string, contact bool) {
	if p, ok := s.account.contact(i.contact); ok && contact {
		s.notify(p.email, "%s: issue %d", what, i.id)
	}
	if p, ok := s.account.employee(i.assignee); ok {
		s.notify(p.email, "%s: issue %d", what, i.id)
	}
	for _, w := range i.observers {
		if p, ok := s.account.who(w); ok {
			s.notify(p.email, "%s: issue %d, which is observed", what, i.id)
		}
	}
}

// link is an address of a file, and until when it works.
func (s *Server) link(id int64) string {
	life := s.LinkLife
	if life == 0 {
		life = 30 * time.Second
	}
	return s.urls[1] + "/attachments/attachments/" + strconv.FormatInt(id, 10) + "/original/file?until=" + strconv.FormatInt(s.now().Add(life).UnixNano(), 10)
}

// serveFile answers for the host of the files: who has a link gets the file until the link
// expires, and nobody may bring the token.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.URL.Query().Has("api_token") || strings.Contains(r.Header.Get("Referer"), s.Key) || r.Header.Get("Authorization") != "" {
		s.stray = append(s.stray, r.Method+" "+r.URL.Path)
	}
	parts := strings.Split(r.URL.Path, "/")
	until, _ := strconv.ParseInt(r.URL.Query().Get("until"), 10, 64)
	if len(parts) < 4 || s.now().UnixNano() > until {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	f := s.account.files[id(parts[3])]
	if f == nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.Itoa(len(f.bytes)))
	_, _ = w.Write(f.bytes)
}
