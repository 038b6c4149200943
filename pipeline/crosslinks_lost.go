package pipeline

import (
	"fmt"
	"maps"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/crosslinks"
	"github.com/deskhaul/deskhaul/desk"
)

// lostLink is the field of the loss of a new address in a message.
const lostLink = "message.links"

// linksWritten tells of the old addresses in a message that was written just now.
func (t *task) linksWritten(id desk.ID) {
	var stay []dangling
	for _, d := range t.dangling {
		if d.message == id {
			stay = append(stay, d)
		}
	}
	t.linksLost(id, stay)
}

// linksFound tells of the old addresses in a message that was found at the target, where it
// was written with what was known then. It returns whether it says something else than it
// would now.
func (t *task) linksFound(id, there desk.ID) (old bool) {
	said, old := t.unlike[there]
	if !old {
		t.linksWritten(id) // what stays now stayed then
		return false
	}
	var stay []dangling
	t.oldAddresses(&said, func(link crosslinks.Link) {
		if !t.itself(link) {
			stay = append(stay, dangling{id, link, notArrived})
		}
	})
	t.linksLost(id, stay)
	return true
}

// unliken notes messages of the target's as they were before their links were made ours.
func (t *task) unliken(was map[desk.ID]desk.Message) {
	if t.unlike == nil {
		t.unlike = was
		return
	}
	maps.Copy(t.unlike, was)
}

// oldAddresses yields each old address in a message.
func (r *run) oldAddresses(m *desk.Message, each func(crosslinks.Link)) {
	see := func(link crosslinks.Link) string { each(link); return "" }
	r.Crosslinks.Book.Text(m.Text, see)
	r.Crosslinks.Book.HTML(m.HTML, see)
}

// itself tells an address of the ticket in which it is read: who reads it is there.
func (t *task) itself(link crosslinks.Link) bool {
	return link.Kind == desk.KindTicket && link.ID == t.rec.About().ID
}

// linksLost tells of the addresses that stay as they are in a message; none of one of which
// an earlier run may have told some.
func (t *task) linksLost(id desk.ID, stay []dangling) {
	if !t.links[id] {
		return
	}
	ticket := t.rec.About().ID
	if len(stay) == 0 {
		t.lostField(desk.KindMessage, ticket, id, lostLink, "")
		return
	}
	var all []connectors.Loss
	for _, d := range stay {
		all = append(all, connectors.Loss{
			Field: lostLink, Message: id, Why: connectors.WhyReference,
			Detail: fmt.Sprintf("%s still leads to the old system: to %s %s, %s", d.Address, d.Kind, d.ID, d.why),
		})
	}
	for _, l := range byField(all) {
		t.tellLossOf(desk.KindMessage, ticket, id, &l)
	}
}
