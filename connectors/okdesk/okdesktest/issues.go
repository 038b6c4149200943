package okdesktest

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// issues answers for /issues and what is below.
func (x *exchange) issues(path []string) {
	a := &x.s.account
	switch path[0] {
	case "":
		if x.r.Method == http.MethodPost {
			x.makeIssue()
			return
		}
		x.gone()
		return
	case "list":
		x.issueList()
		return
	case "count":
		x.issueIDs()
		return
	case "statuses":
		x.ok(wordRows(a.statuses))
		return
	case "priorities":
		x.ok(wordRows(a.priorities))
		return
	case "parameters":
		x.ok(parameterKinds(a.parameters["issues"]))
		return
	}
	i, ok := a.issue(id(path[0]))
	if !ok {
		x.gone()
		return
	}
	x.below(i, path[1:])
}

// below answers for one issue and what is below it.
func (x *exchange) below(i *issue, path []string) {
	switch x.r.Method + " " + path[0] {
	case "GET ":
		x.ok(x.s.issueRow(i))
	case "PATCH ":
		x.changeIssue(i)
	case "DELETE ":
		x.s.account.issues = slices.DeleteFunc(x.s.account.issues, func(o *issue) bool { return o == i })
		x.ok(row{"id": i.id})
	case "GET comments":
		out := []row{}
		for _, c := range i.talk {
			out = append(out, x.s.commentRow(c))
		}
		x.ok(out)
	case "POST comments":
		x.comment(i)
	case "POST statuses":
		x.status(i)
	case "PATCH assignees", "PATCH deadlines", "PATCH types", "PATCH parameters":
		x.changePart(i, path[0])
	case "GET time_entries":
		x.ok(x.s.timeRows(i))
	case "GET attachments":
		x.attachment(i, id(path[1]))
	default:
		x.gone()
	}
}

// makeIssue makes an issue: in the opening status, now.
func (x *exchange) makeIssue() {
	in := x.sayings("issue")
	now := x.s.now()
	i := &issue{status: "opened", made: now, changed: now, source: "from_api", author: who{x.s.account.employees[0].id, true}, custom: row{}}
	wrong := x.saying(i, in, true)
	if author, ok := in["author"].(row); ok {
		i.author = who{id(author["id"]), author["type"] == "employee"}
		if _, there := x.s.account.who(i.author); x.s.NoAuthors || !there {
			wrong["author"] = []string{"недоступен для этого ключа"}
		}
	}
	files, bad := x.uploads(in, map[bool]string{true: "files_attributes", false: "attachments"}[x.s.Attributes], "attachment")
	maps.Copy(wrong, bad)
	if len(wrong) > 0 {
		x.invalid(wrong)
		return
	}
	i.id, i.files = x.s.account.next(), x.s.store(files)
	x.s.account.issues = append(x.s.account.issues, i)
	x.s.tell(i, "a new issue", true)
	x.ok(x.s.issueRow(i))
}

// saying takes what a write says of an issue; it tells what is wrong with it.
func (x *exchange) saying(i *issue, in row, whole bool) row {
	a := &x.s.account
	wrong := x.custom("issues", in, i.custom)
	if wrong == nil {
		wrong = row{}
	}
	set(in, "title", &i.title)
	if whole {
		set(in, "description", &i.description)
	}
	if strings.TrimSpace(i.title) == "" {
		wrong["title"] = []string{"не может быть пустым"}
	}
	x.words(i, in, whole, wrong)
	for name, at := range map[string]*int64{"company_id": &i.company, "contact_id": &i.contact, "maintenance_entity_id": &i.object, "parent_id": &i.parent} {
		if v, ok := in[name]; ok {
			*at = id(v)
		}
	}
	if whole {
		x.doers(i, in, wrong)
		x.deadline(i, in, wrong)
	}
	if p, ok := a.contact(i.contact); ok && i.company == 0 { // a guess
		i.company = p.company
	} else if !ok && i.contact != 0 {
		wrong["contact_id"] = []string{"контактное лицо не найдено"}
	}
	for name, employee := range map[string]bool{"observer_ids": true, "contact_observer_ids": false} {
		if list, ok := in[name].([]any); ok {
			i.observers = slices.DeleteFunc(i.observers, func(w who) bool { return w.employee == employee })
			for _, v := range list {
				i.observers = append(i.observers, who{id(v), employee})
			}
		}
	}
	return wrong
}

func (x *exchange) words(i *issue, in row, whole bool, wrong row) {
	a := &x.s.account
	for name, of := range map[string]struct {
		at   *string
		list []Word
	}{"type": {&i.kind, a.types}, "priority": {&i.priority, a.priorities}} {
		if v := text(in, name); v != "" && (whole || name == "priority") {
			if _, known := word(of.list, v); !known {
				wrong[name] = []string{"не найден"}
			}
			*of.at = v
		}
		if *of.at == "" { // the account's usual one
			*of.at = of.list[min(1, len(of.list)-1)].Code
		}
	}
}

func (x *exchange) doers(i *issue, in row, wrong row) {
	if v, ok := in["assignee_id"]; ok {
		i.assignee = id(v)
	}
	if v, ok := in["group_id"]; ok {
		i.group = id(v)
	}
	if _, ok := x.s.account.employee(i.assignee); !ok && i.assignee != 0 {
		wrong["assignee_id"] = []string{"сотрудник не найден"}
	}
	if i.assignee != 0 && i.group == 0 && x.s.WantsGroup {
		wrong["group_id"] = []string{"группа не указана"}
	}
}

// deadline takes a date and time: in the account's zone, unless it says another.
func (x *exchange) deadline(i *issue, in row, wrong row) {
	v, ok := in["deadline_at"]
	if !ok {
		return
	}
	i.due = time.Time{}
	s, _ := v.(string)
	if s == "" {
		return
	}
	for _, form := range []string{time.RFC3339, "2006-01-02 15:04", "2006-01-02T15:04:05"} {
		if at, err := time.ParseInLocation(form, s, x.s.zone()); err == nil {
			i.due = at
			return
		}
	}
	wrong["deadline_at"] = []string{"Неверный формат даты"}
}

// changeIssue changes an issue as a whole. That there is such a call is documented; what it
// takes is a guess.
func (x *exchange) changeIssue(i *issue) {
	if x.s.NoPatch {
		x.gone()
		return
	}
	next := *i
	next.custom, next.observers = maps.Clone(i.custom), slices.Clone(i.observers)
	if wrong := x.saying(&next, x.sayings("issue"), false); len(wrong) > 0 {
		x.invalid(wrong)
		return
	}
	next.changed = x.s.now()
	*i = next
	x.s.tell(i, "a changed issue", false)
	x.ok(x.s.issueRow(i))
}

// changePart answers for what is changed by a call of its own.
func (x *exchange) changePart(i *issue, part string) {
	next, wrong := *i, row{}
	next.custom = maps.Clone(i.custom)
	switch part {
	case "assignees":
		x.doers(&next, x.in, wrong)
	case "deadlines":
		x.deadline(&next, x.in, wrong)
	case "types":
		next.kind = text(x.in, "code")
		if _, known := word(x.s.account.types, next.kind); !known {
			wrong["code"] = []string{"не найден"}
		}
	case "parameters":
		maps.Copy(wrong, x.custom("issues", x.in, next.custom))
	}
	if len(wrong) > 0 {
		x.invalid(wrong)
		return
	}
	next.changed = x.s.now()
	*i = next
	x.s.tell(i, "new "+part, false)
	if part == "parameters" { // a client is ready for an answer that is no JSON
		x.w.WriteHeader(http.StatusOK)
		return
	}
	x.ok(x.s.issueRow(i))
}
