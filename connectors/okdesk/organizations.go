package okdesk

import (
	"cmp"

	"github.com/deskhaul/deskhaul/desk"
)

// organization makes the record of a company.
func organization(c companyShape) desk.Record {
	r := &desk.Organization{Name: c.Name, Note: c.Comment}
	r.ID = idOf(c.ID)
	setWords(&r.Meta, map[string]any{"additional_name": c.Additional, "site": c.Site, "email": c.Email, "phone": c.Phone, "address": c.Address, "crm_1c_id": c.External})
	if c.Category != nil {
		r.SetField("category", c.Category.Name)
	}
	if c.Assignee != nil {
		r.SetField("default_assignee", c.Assignee.Name)
	}
	if !on(c.Active) {
		r.SetField("active", false)
	}
	setParameters(&r.Meta, c.Parameters, companyWords)
	return r
}

// objectPrefix begins the ids of organisations that are maintenance entities.
const objectPrefix = "object-"

// objectRecord makes an organisation of a maintenance entity.
func objectRecord(o objectShape, company string) desk.Record {
	r := &desk.Organization{Name: o.Name, Note: o.Comment}
	r.ID = objectPrefix + idOf(o.ID)
	setWords(&r.Meta, map[string]any{"kind": "maintenance_entity", "company": company})
	switch at := o.Address.(type) {
	case string:
		setWords(&r.Meta, map[string]any{"address": at})
	case map[string]any:
		setWords(&r.Meta, map[string]any{"address": at["value"]})
	}
	if o.Zone != nil {
		r.SetField("timezone", cmp.Or(o.Zone.Code, o.Zone.Name))
	}
	if !on(o.Active) {
		r.SetField("active", false)
	}
	setParameters(&r.Meta, o.Parameters, companyWords)
	return r
}
