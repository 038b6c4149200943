package intercomtest

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

func text(n int64) string { return strconv.FormatInt(n, 10) }

func (a *account) stateRow(id int64) row {
	s, _ := find(a.states, func(s state) bool { return s.id == id })
	return row{"type": "ticket_state", "id": text(s.id), "category": s.category, "internal_label": s.label, "external_label": s.label}
}

func (s *Server) kindRow(k *kind) row {
	attributes, states := []row{}, []row{}
	for i, f := range k.attributes {
		var input any = row{"multiline": false}
		if f.kind == "list" {
			options := []row{}
			for _, it := range f.items {
				options = append(options, row{"id": text(it.id), "label": it.name})
			}
			input = row{"options": options}
		}
		attributes = append(attributes, row{
			"type": "ticket_type_attribute", "id": text(f.id), "workspace_id": s.Workspace, "name": f.name, "description": "", "data_type": f.kind, "input_options": input, "order": i,
			"required_to_create": false, "required_to_create_for_contacts": false, "visible_on_create": true, "visible_to_contacts": false, "default": f.builtIn,
			"ticket_type_id": k.id, "archived": false, "created_at": f.made.Unix(), "updated_at": f.made.Unix(),
		})
	}
	for _, st := range s.account.states {
		states = append(states, s.account.stateRow(st.id))
	}
	return row{
		"type": "ticket_type", "id": text(k.id), "category": k.category, "name": k.name, "description": "", "icon": "🏭", "workspace_id": s.Workspace, "archived": false,
		"created_at": k.made.Unix(), "updated_at": k.made.Unix(), "ticket_type_attributes": row{"type": "list", "data": attributes}, "ticket_states": row{"type": "list", "data": states},
	}
}

func (x *exchange) ticketTypes([]string) {
	rows := []row{}
	for _, k := range x.s.account.kinds {
		rows = append(rows, x.s.kindRow(k))
	}
	x.json(row{"type": "list", "data": rows})
}

func (x *exchange) ticketStates([]string) {
	rows := []row{}
	for _, s := range x.s.account.states {
		r := x.s.account.stateRow(s.id)
		r["archived"] = false
		rows = append(rows, r)
	}
	x.json(row{"type": "list", "data": rows})
}

func (x *exchange) dataAttributes([]string) {
	rows, model := []row{}, x.r.URL.Query().Get("model")
	for i, a := range x.s.account.data {
		if a.Model != model {
			continue
		}
		r := row{
			"type": "data_attribute", "id": i + 1, "model": a.Model, "name": a.Name, "full_name": "custom_attributes." + a.Name, "label": a.Name, "description": "", "data_type": a.Type,
			"api_writable": true, "messenger_writable": false, "ui_writable": true, "custom": true, "archived": false,
		}
		if len(a.Options) > 0 {
			r["options"] = a.Options
		}
		rows = append(rows, r)
	}
	rows = append(rows, row{
		"type": "data_attribute", "name": "name", "full_name": "name", "label": "Name", "description": "", "data_type": "string", "api_writable": true,
		"messenger_writable": true, "ui_writable": true, "custom": false, "archived": false, "model": model,
	})
	x.json(row{"type": "list", "data": rows})
}

func (s *Server) fileRows(ids []int64) []row {
	rows := []row{}
	for _, id := range ids {
		f := s.account.files[id]
		rows = append(rows, row{"type": "upload", "name": f.name, "url": s.link(id), "content_type": f.kind, "filesize": len(f.bytes)})
	}
	return rows
}

// link is a signed address of a file, good for a while.
func (s *Server) link(id int64) string {
	life := s.LinkLife
	if life == 0 {
		life = 30 * time.Minute
	}
	return fmt.Sprintf("%s/i/o/%d/%s?expires=%d&signature=abc", s.urls[1], id, url.PathEscape(strings.ReplaceAll(s.account.files[id].name, "/", "_")), s.now().Add(life).UnixNano())
}

func authorRow(a Author) row {
	return row{"type": a.Type, "id": a.ID, "name": orNull(a.Name), "email": a.Email}
}

func (s *Server) partRow(p *part, kind string) row {
	r := row{
		"type": kind, "id": text(p.id), "part_type": p.kind, "body": orNull(p.body), "created_at": p.made.Unix(), "updated_at": p.changed.Unix(), "author": authorRow(p.author),
		"attachments": s.fileRows(p.files), "redacted": false,
	}
	if kind == "ticket_part" && (p.author.Type == "lead" || p.author.Type == "contact") {
		r["author"].(row)["type"] = "user"
	}
	if p.now != "" {
		r["ticket_state"], r["previous_ticket_state"] = p.now, p.was
	}
	if p.api {
		r["app_package_code"] = "standin"
	}
	return r
}

// partRows are the newest parts, oldest first by the times that they have.
func (s *Server) partRows(t *talk, kind, key string) row {
	most := s.MostParts
	if most == 0 {
		most = 500
	}
	parts := slices.Clone(t.parts)
	slices.SortStableFunc(parts, func(a, b *part) int { return a.made.Compare(b.made) })
	rows := []row{}
	for _, p := range parts[max(0, len(parts)-most):] {
		rows = append(rows, s.partRow(p, kind))
	}
	return row{"type": kind + ".list", key: rows, "total_count": len(parts)}
}

func (a *account) contactRefs(ids []string) row {
	rows := []row{}
	for _, id := range ids {
		c, _ := a.contact(id)
		external := any(nil)
		if c != nil {
			external = orNull(c.external)
		}
		rows = append(rows, row{"type": "contact", "id": id, "external_id": external})
	}
	return row{"type": "contact.list", "contacts": rows}
}

func (s *Server) linkedRow(t *talk) row {
	rows := []row{}
	for _, id := range t.linked {
		if o, ok := s.account.talk(text(id)); ok && o.ticket {
			rows = append(rows, row{"type": "ticket", "id": text(o.id), "category": o.kind.category})
		} else if ok {
			rows = append(rows, row{"type": "conversation", "id": text(o.id), "category": nil})
		}
	}
	return row{"type": "list", "data": rows, "total_count": len(rows), "has_more": false}
}

// ticketRow is a ticket, as of the time that a caller knows of.
func (s *Server) ticketRow(t *talk, changed time.Time) row {
	attributes := row{}
	for _, f := range t.kind.attributes {
		v := t.attributes[f.name]
		if it, ok := find(f.items, func(it tag) bool { return text(it.id) == v }); ok {
			v = it.name
		}
		attributes[f.name] = v
	}
	r := row{
		"type": "ticket", "id": text(t.id), "ticket_id": text(t.number), "category": t.kind.category, "ticket_attributes": attributes, "ticket_state": s.account.stateRow(t.state),
		"ticket_type": s.kindRow(t.kind), "contacts": s.account.contactRefs(t.contacts), "admin_assignee_id": t.admin, "team_assignee_id": t.team, "created_at": t.made.Unix(),
		"updated_at": changed.Unix(), "open": t.open, "linked_objects": s.linkedRow(t), "ticket_parts": s.partRows(t, "ticket_part", "ticket_parts"), "is_shared": t.kind.category == "Customer",
	}
	if !t.snoozed.IsZero() {
		r["snoozed_until"] = t.snoozed.Unix()
	}
	return r
}

// conversationRow is a conversation; that of a list has no parts.
func (s *Server) conversationRow(t *talk, changed time.Time, whole bool) row {
	tags := []row{}
	for _, id := range t.tags {
		one, _ := find(s.account.tags, func(g tag) bool { return g.id == id })
		tags = append(tags, row{"type": "tag", "id": text(id), "name": one.name, "applied_at": t.made.Unix(), "applied_by": row{"type": "admin", "id": text(s.account.admins[0].id)}})
	}
	r := row{
		"type": "conversation", "id": text(t.id), "title": orNull(t.title), "created_at": t.made.Unix(), "updated_at": changed.Unix(), "waiting_since": nil, "snoozed_until": nil,
		"open": t.open, "state": t.word, "read": true, "priority": cmp.Or(t.priority, "none"), "admin_assignee_id": t.admin, "team_assignee_id": t.team,
		"tags": row{"type": "tag.list", "tags": tags}, "conversation_rating": nil, "source": s.sourceRow(t), "contacts": s.account.contactRefs(t.contacts), "teammates": nil,
		"custom_attributes": maps.Clone(t.custom), "first_contact_reply": nil, "sla_applied": nil, "statistics": nil, "linked_objects": s.linkedRow(t),
		"ai_agent_participated": false, "ticket": nil,
	}
	if t.custom == nil {
		r["custom_attributes"] = row{}
	}
	if !t.snoozed.IsZero() {
		r["snoozed_until"] = t.snoozed.Unix()
	}
	if t.rating > 0 {
		r["conversation_rating"] = row{"rating": t.rating, "remark": t.remark, "created_at": t.made.Unix(), "updated_at": changed.Unix()}
	}
	if t.ticket {
		r["ticket"] = row{"type": "ticket", "id": text(t.number)}
	}
	if whole {
		r["conversation_parts"] = s.partRows(t, "conversation_part", "conversation_parts")
	}
	return r
}

func (s *Server) sourceRow(t *talk) row {
	p := t.source
	if p == nil {
		p = &part{author: Author{Type: "admin", ID: text(s.account.admins[0].id)}, made: t.made}
	}
	r := row{
		"type": cmp.Or(t.sourceKind, "conversation"), "id": text(p.id), "delivered_as": "customer_initiated", "subject": t.subject, "body": p.body, "author": authorRow(p.author),
		"attachments": s.fileRows(p.files), "url": nil, "redacted": false,
	}
	if t.recipients != nil {
		r["recipients"] = t.recipients
	}
	return r
}
