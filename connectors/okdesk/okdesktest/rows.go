package okdesktest

import (
	"time"
)

func (s *Server) stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.In(s.zone()).Format("2006-01-02T15:04:05.000-07:00")
}

func some(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func number(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

func (a *account) parameterRows(of string, custom row) []row {
	out := []row{}
	for _, p := range a.parameters[of] {
		out = append(out, row{"code": p.Code, "name": p.Name, "field_type": p.Type, "value": custom[p.Code]})
	}
	return out
}

func (a *account) personRow(p *person, employee bool) row {
	r := row{
		"id": p.id, "first_name": p.first, "last_name": p.last, "patronymic": some(p.patronymic), "position": some(p.position), "active": !p.archived,
		"email": some(p.email), "login": some(p.login), "phone": some(p.phone), "comment": some(p.comment),
	}
	if !employee {
		r["mobile_phone"], r["company_id"], r["authentication_code"] = some(p.mobile), number(p.company), "s3cret-c0de"
		r["parameters"] = a.parameterRows("contacts", p.custom)
		return r
	}
	groups := []row{}
	for _, id := range p.groups {
		if g, ok := a.groupOf(id); ok {
			groups = append(groups, row{"id": g.id, "name": g.name})
		}
	}
	r["groups"], r["roles"] = groups, []row{{"id": 1, "name": "Администратор"}}
	return r
}

func (s *Server) companyRow(c *company) row {
	return row{
		"id": c.id, "name": c.name, "additional_name": some(c.additional), "site": some(c.site), "email": some(c.email), "phone": some(c.phone),
		"crm_1c_id": some(c.external), "active": !c.archived, "address": some(c.address), "comment": some(c.comment), "coordinates": []float64{53.2184321, 44.9998082},
		"observers": []row{}, "contacts": []row{}, "default_assignee": nil, "category": nil, "attachments": []row{}, "parameters": s.account.parameterRows("companies", c.custom),
	}
}

func objectRow(o *object) row {
	return row{
		"id": o.id, "name": o.name, "address": some(o.address), "comment": some(o.comment), "default_assignee_id": nil, "default_assignee_group_id": nil,
		"company_id": o.company, "timezone": row{"code": "Moscow", "name": "Москва", "gmt": "+03:00"}, "contacts_ids": []int64{}, "equipments_ids": []int64{},
		"coordinates": []float64{53.2184321, 44.9998082}, "parameters": []row{}, "schedule": row{"id": 1, "name": "По рабочим дням"}, "observers": []row{}, "observer_groups": []row{},
		"attachments": []row{}, "agreements": []row{},
	}
}

// whoRow is somebody as an issue names him.
func (a *account) whoRow(w who, typed bool) any {
	p, ok := a.who(w)
	if !ok {
		return nil
	}
	r := row{"id": p.id, "name": p.name()}
	if typed {
		r["type"] = map[bool]string{true: "employee", false: "contact"}[w.employee]
	}
	return r
}

func (s *Server) fileRow(id int64) row {
	f := s.account.files[id]
	return row{"id": f.id, "attachment_file_name": f.name, "description": f.about, "attachment_file_size": len(f.bytes), "is_public": f.public, "created_at": s.stamp(f.made)}
}

func (s *Server) fileRows(ids []int64) []row {
	out := []row{}
	for _, id := range ids {
		out = append(out, s.fileRow(id))
	}
	return out
}

func wordRow(w Word) row {
	return row{"code": w.Code, "name": w.Name}
}

func wordRows(list []Word) []row {
	out := []row{}
	for i, w := range list {
		r := wordRow(w)
		r["id"], r["final"] = i+1, w.Final
		out = append(out, r)
	}
	return out
}

func (s *Server) issueRow(i *issue) row {
	a := &s.account
	kind, _ := word(a.types, i.kind)
	priority, _ := word(a.priorities, i.priority)
	status, _ := word(a.statuses, i.status)
	was, _ := word(a.statuses, i.was)
	observers, spent := []row{}, 0.0
	for _, w := range i.observers {
		if r, ok := a.whoRow(w, true).(row); ok {
			observers = append(observers, r)
		}
	}
	for _, e := range i.spent {
		spent += e.Hours
	}
	var last time.Time
	if n := len(i.talk); n > 0 {
		last = i.talk[n-1].made
	}
	var rate any
	if i.rate != "" {
		rate = row{"id": 3, "value": i.rate}
	}
	var old any
	if i.was != "" {
		old = wordRow(was)
	}
	return row{
		"id": i.id, "title": i.title, "description": i.description, "created_at": s.stamp(i.made), "completed_at": s.stamp(i.finished), "deadline_at": s.stamp(i.due),
		"source": i.source, "spent_time_total": spent, "start_execution_until": nil, "planned_execution_in_hours": nil, "planned_reaction_at": nil, "reacted_at": nil,
		"updated_at": s.stamp(i.changed), "delayed_to": s.stamp(i.delayed), "company_id": number(i.company), "group_id": number(i.group), "coexecutors": []row{},
		"service_object_id": number(i.object), "equipment_ids": []int64{}, "attachments": s.fileRows(i.files), "status_times": row{},
		"parameters": a.parameterRows("issues", i.custom), "comments": row{"count": len(i.talk), "last_at": s.stamp(last)}, "parent_id": number(i.parent), "child_ids": a.children(i.id),
		"type": row{"id": 2, "code": kind.Code, "name": kind.Name, "available_for_client": true}, "priority": wordRow(priority), "status": wordRow(status), "old_status": old,
		"rate": rate, "address": nil, "observers": observers, "observer_groups": []row{}, "contact": a.whoRow(who{id: i.contact}, false), "agreement": nil,
		"assignee": a.whoRow(who{i.assignee, true}, false), "author": a.whoRow(i.author, !s.UntypedAuthors),
	}
}

func (a *account) children(of int64) []int64 {
	out := []int64{}
	for _, i := range a.issues {
		if i.parent == of {
			out = append(out, i.id)
		}
	}
	return out
}

// slim is a row of the list as one client of the API has it.
func (s *Server) slim(i *issue) row {
	whole, out := s.issueRow(i), row{}
	for _, key := range []string{"id", "title", "created_at", "completed_at", "deadline_at", "planned_reaction_at", "reacted_at", "updated_at", "status", "type", "priority", "contact", "agreement"} {
		out[key] = whole[key]
	}
	out["company"] = nil
	if c, ok := s.account.companyOf(i.company); ok {
		out["company"] = row{"id": c.id, "name": c.name}
	}
	return out
}

func (s *Server) commentRow(c *comment) row {
	return row{
		"id": c.id, "content": c.html, "public": c.public, "published_at": s.stamp(c.made), "attachments": s.fileRows(c.files), "author": s.account.whoRow(c.author, true),
	}
}
