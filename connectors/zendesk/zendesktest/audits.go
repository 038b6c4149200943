package zendesktest

// audit writes down that the status of a ticket has changed, or what a new one has.
func (a *Account) audit(r *row, before string) {
	now := text(r.data["status"])
	first := len(a.audits[r.id]) == 0
	if now == before && !first {
		return
	}
	a.nextID++
	event := obj{"id": a.nextID, "type": "Change", "field_name": "status", "value": now, "previous_value": before}
	if first {
		event = obj{"id": a.nextID, "type": "Create", "field_name": "status", "value": now}
	}
	a.nextID++
	a.audits[r.id] = append(a.audits[r.id], obj{
		"id": a.nextID, "ticket_id": r.id, "created_at": stampOf(a.now()), "author_id": number(r.data["requester_id"]), "via": via("web"),
		"metadata": obj{"system": obj{}, "custom": obj{}}, "events": []obj{event},
	})
}

func (a *Account) listAudits(c *call) reply {
	if a.tables["tickets"].get(c.id("id")) == nil {
		return notFound()
	}
	return a.page(c, "audits", a.audits[c.id("id")])
}
