package freshdesktest

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	nethtml "golang.org/x/net/html"
)

// What the API shows of things, in the shapes of the recordings.

type row = map[string]any

func stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(time.RFC3339)
}

func some(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func ref(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// fields are custom fields, those that were never set as null.
func (a *account) fieldsOf(kind string, has row) row {
	out := row{}
	for _, f := range a.custom[kind] {
		out[f.Name] = has[f.Name]
	}
	return out
}

func (a *account) contactRow(p *person, whole bool) row {
	r := row{
		"active": p.verified, "address": some(p.address), "description": some(p.note), "email": some(p.email), "id": p.id, "job_title": some(p.job),
		"language": some(p.language), "mobile": some(p.mobile), "name": p.name, "phone": some(p.phone), "time_zone": some(p.zone), "twitter_id": some(p.twitter),
		"custom_fields": a.fieldsOf("contact_fields", p.custom), "facebook_id": nil, "created_at": stamp(p.made), "updated_at": stamp(p.changed),
		"csat_rating": nil, "preferred_source": "email", "company_id": ref(p.company), "unique_external_id": some(p.external),
	}
	if p.deleted {
		r["deleted"] = true
	}
	if whole {
		r["other_emails"], r["tags"], r["view_all_tickets"], r["other_companies"] = list(p.other), list(p.tags), p.view, []any{}
	}
	return r
}

func (a *account) agentRow(p *person, whole bool) row {
	r := row{
		"available": false, "occasional": false, "id": p.id, "ticket_scope": 1, "created_at": stamp(p.made), "updated_at": stamp(p.changed),
		"last_active_at": nil, "available_since": nil, "type": "support_agent", "signature": nil,
		"contact": row{
			"active": p.verified, "email": p.email, "job_title": nil, "language": p.language, "last_login_at": nil, "mobile": nil, "name": p.name,
			"phone": nil, "time_zone": p.zone, "created_at": stamp(p.made), "updated_at": stamp(p.changed),
		},
	}
	if whole {
		groups := p.groups
		if groups == nil {
			groups = []int64{}
		}
		r["group_ids"], r["role_ids"], r["skill_ids"] = groups, []int64{80000198826}, []int64{}
	}
	return r
}

func (a *account) companyRow(c *company) row {
	return row{
		"id": c.id, "name": c.name, "description": some(c.description), "note": some(c.note), "domains": list(c.domains), "created_at": stamp(c.made),
		"updated_at": stamp(c.changed), "custom_fields": a.fieldsOf("company_fields", c.custom), "health_score": nil, "account_tier": nil,
		"renewal_date": nil, "industry": nil,
	}
}

func groupRow(g *group) row {
	return row{
		"id": g.id, "name": g.name, "description": nil, "escalate_to": nil, "unassigned_for": nil, "business_hour_id": nil,
		"group_type": "support_agent_group", "created_at": stamp(g.made), "updated_at": stamp(g.changed),
	}
}

// ticketRow is a ticket in a list, or with its text and files.
func (s *Server) ticketRow(t *ticket, whole bool, includes string) row {
	r := row{
		"cc_emails": list(t.cc), "fwd_emails": []string{}, "reply_cc_emails": list(t.cc), "ticket_cc_emails": list(t.cc), "fr_escalated": false,
		"spam": t.spam, "email_config_id": nil, "group_id": ref(t.group), "priority": t.priority, "requester_id": t.requester, "responder_id": ref(t.responder),
		"source": t.source, "company_id": ref(t.company), "status": t.status, "subject": t.subject, "association_type": nil, "support_email": nil,
		"to_emails": nil, "product_id": ref(t.product), "id": t.id, "type": some(t.kind), "due_by": stamp(t.due), "fr_due_by": stamp(t.firstDue),
		"is_escalated": false, "custom_fields": s.account.fieldsOf("ticket_fields", t.custom), "created_at": stamp(t.made), "updated_at": stamp(t.changed),
		"associated_tickets_count": nil, "tags": list(t.tags),
	}
	if t.deleted {
		r["deleted"] = true
	}
	if whole || strings.Contains(includes, "description") {
		r["description"], r["description_text"] = t.html, text(t.html)
	}
	if t.archived {
		r["archived"] = true
	}
	if whole {
		r["attachments"], r["source_additional_info"] = s.fileRows(t.files), nil
	}
	for _, include := range strings.Split(includes, ",") {
		switch include {
		case "stats":
			r["stats"] = row{"resolved_at": stamp(t.resolved), "closed_at": stamp(t.closed), "first_responded_at": nil, "agent_responded_at": nil, "requester_responded_at": nil, "reopened_at": nil, "pending_since": nil, "status_updated_at": stamp(t.changed)}
		case "conversations":
			if whole {
				r["conversations"] = s.talkRows(t, t.talks[:min(10, len(t.talks))])
			}
		}
	}
	return r
}

func (s *Server) talkRows(t *ticket, talks []*talk) []row {
	out := make([]row, 0, len(talks))
	for _, k := range talks {
		out = append(out, s.talkRow(t, k))
	}
	return out
}

func (s *Server) talkRow(t *ticket, k *talk) row {
	return row{
		"body": k.html, "body_text": text(k.html), "id": k.id, "incoming": k.incoming, "private": k.private, "user_id": ref(k.user), "support_email": nil,
		"source": k.source, "category": 3, "to_emails": list(k.to), "from_email": some(k.from), "cc_emails": list(k.cc), "bcc_emails": list(k.bcc),
		"email_failure_count": nil, "outgoing_failures": nil, "created_at": stamp(k.made), "updated_at": stamp(k.changed), "attachments": s.fileRows(k.files),
		"auto_response": false, "ticket_id": t.id, "source_additional_info": nil,
	}
}

func (s *Server) fileRows(ids []int64) []row {
	out := make([]row, 0, len(ids))
	for _, id := range ids {
		f := s.account.files[id]
		out = append(out, row{
			"id": f.id, "name": f.name, "content_type": f.kind, "size": len(f.bytes), "created_at": stamp(f.made), "updated_at": stamp(f.made),
			"attachment_url": s.link(f),
		})
	}
	return out
}

// link is a link to a file that works for a while, for whoever has it.
func (s *Server) link(f *file) string {
	life := s.LinkLife
	if life == 0 {
		life = 5 * time.Minute
	}
	q := url.Values{"X-Amz-Expires": {fmt.Sprint(int(life.Seconds()))}, "X-Amz-Date": {fmt.Sprint(s.now().UnixNano())}, "X-Amz-Signature": {"5tand1n"}}
	return fmt.Sprintf("%s/data/helpdesk/attachments/production/%d/original/%s?%s", s.urls[1], f.id, url.PathEscape(f.name), q.Encode())
}

// text is the plain text that the vendor makes of HTML: in recordings its white
// space is that of the source, and a <br> a line's end.
func text(page string) string {
	var b strings.Builder
	z := nethtml.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case nethtml.ErrorToken:
			return strings.TrimSpace(b.String())
		case nethtml.TextToken:
			b.WriteString(string(z.Text()))
		case nethtml.StartTagToken, nethtml.SelfClosingTagToken, nethtml.EndTagToken:
			if name, _ := z.TagName(); string(name) == "br" || string(name) == "p" || string(name) == "div" {
				b.WriteByte('\n')
			}
		default:
		}
	}
}
