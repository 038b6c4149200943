package recipes

import (
	"fmt"
	"maps"
	"time"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/mapping"
)

// dishes are what must become of records, by recipe.
func dishes() map[string]func(kitchen) {
	out := filters()
	for _, more := range []map[string]func(kitchen){values(), shelves(), persons(), texts(), policies(), merges()} {
		maps.Copy(out, more)
	}
	return out
}

func filters() map[string]func(kitchen) {
	return map[string]func(kitchen){
		"keep-by-date": func(k kitchen) {
			old := func(t *desk.Ticket) {
				t.Created, t.Updated, t.Status = day(2017, 1, 1), day(2017, 2, 1), desk.StatusClosed
			}
			k.left("tickets.keep", old)
			k.left("", func(t *desk.Ticket) { t.Status = desk.StatusClosed })
			k.left("", func(t *desk.Ticket) { old(t); t.Status = desk.StatusPending })
			k.left("", func(t *desk.Ticket) { old(t); t.Updated = day(2018, 7, 1) })
		},
		"drop": func(k kitchen) {
			k.left("", func(*desk.Ticket) {})
			k.left("tickets.drop.spam", func(t *desk.Ticket) { t.Tags = []string{"Spam"} })
			k.left("tickets.drop.merged", func(t *desk.Ticket) { t.MergedInto = desk.To(desk.KindTicket, "mailbox/1") })
			k.left("tickets.drop.empty", func(t *desk.Ticket) { t.Messages = nil })
			k.left("tickets.drop.old and closed", func(t *desk.Ticket) { t.Status, t.Created = desk.StatusClosed, day(2014, 12, 31) })
			k.left("tickets.drop.tests", func(t *desk.Ticket) { t.Messages[0].From.Email = "qa@test.example" })
		},
		"drop-messages": func(k kitchen) {
			t, v := k.ticket(func(t *desk.Ticket) {
				t.Messages = append(
					t.Messages,
					desk.Message{ID: "m2", From: desk.Address{Email: "mailer-daemon@x.example"}},
					desk.Message{ID: "m3", Note: true, Text: "[bot] moved"},
					desk.Message{ID: "m4", Text: "[bot] in public"},
				)
			})
			k.same([]mapping.Dropped{{ID: "m2", Rule: "messages.drop.bounces"}, {ID: "m3", Rule: "messages.drop.robot notes"}}, v.Dropped)
			k.same(2, len(t.Messages))
		},
	}
}

func values() map[string]func(kitchen) {
	return map[string]func(kitchen){
		"statuses": func(k kitchen) {
			for was, want := range map[string]desk.Status{"Neu": desk.StatusNew, "In Arbeit": desk.StatusOpen, "Wartet": desk.StatusPending, "Erledigt": desk.StatusSolved, "?": desk.StatusClosed} {
				t, _ := k.ticket(func(t *desk.Ticket) { t.Fields = map[string]any{"state": was} })
				k.same(want, t.Status)
			}
		},
		"priorities": func(k kitchen) {
			for was, want := range map[any]desk.Priority{"1": desk.PriorityUrgent, 2.0: desk.PriorityHigh, "4": desk.PriorityLow, nil: desk.PriorityNormal, "": desk.PriorityNormal, "9": desk.PriorityNormal} {
				t, _ := k.ticket(func(t *desk.Ticket) { t.Fields = map[string]any{"prio": was} })
				k.same(want, t.Priority)
			}
		},
		"fields": func(k kitchen) {
			t, _ := k.ticket(func(t *desk.Ticket) {
				t.Subject, t.Fields = "Your Invoice 4711 is late", map[string]any{"bestellnummer": "B-1"}
			})
			k.same(map[string]any{"order_number": "B-1", "invoice": "4711", "replies": 0.0, "came_from": "old helpdesk", "region": "EU"}, t.Fields)
			k.same("question", t.Type)
			t, _ = k.ticket(func(t *desk.Ticket) { t.Type, t.Fields = "bug", map[string]any{"region": "US"} })
			k.same("US", t.Fields["region"])
			k.same("bug", t.Type)
		},
		"tags": func(k kitchen) {
			t, _ := k.ticket(func(t *desk.Ticket) { t.Tags = []string{"bug", "fehler", "tmp-1", "inbox", "vip"} })
			k.same([]string{"defect", "vip", "migrated"}, t.Tags)
		},
		"subjects": func(k kitchen) {
			t, _ := k.ticket(func(t *desk.Ticket) { t.Subject = "  " })
			k.same("[1007] (no subject)", t.Subject)
			t, _ = k.ticket(func(t *desk.Ticket) { t.Subject = " Help " })
			k.same("[1007] Help", t.Subject)
		},
	}
}

func shelves() map[string]func(kitchen) {
	return map[string]func(kitchen){
		"shelves": func(k kitchen) {
			t, _ := k.ticket(func(t *desk.Ticket) {
				t.Category, t.Group = desk.To(desk.KindCategory, "mailbox/shop"), desk.To(desk.KindGroup, "mailbox/tier-1")
				t.Assignee = desk.To(desk.KindAgent, "mailbox/bob@acme.example")
			})
			k.same("mailbox/orders mailbox/front mailbox/ann@acme.example", string(t.Category.ID+" "+t.Group.ID+" "+t.Assignee.ID))
			t, _ = k.ticket(func(t *desk.Ticket) { t.Group = desk.To(desk.KindGroup, "mailbox/other") })
			k.same("mailbox/other", string(t.Group.ID))
			k.same(true, t.Category.IsZero() && t.Assignee.IsZero())
		},
		"names-of-shelves": func(k kitchen) {
			c, g, other := &desk.Category{Name: "Logistik"}, &desk.Group{Name: "Versand"}, &desk.Group{Name: "Vertrieb"}
			k.apply(c)
			k.apply(g)
			k.apply(other)
			k.same("Shipping Shipping Vertrieb", c.Name+" "+g.Name+" "+other.Name)
		},
		"routes": func(k kitchen) {
			for _, x := range []struct{ subject, from, category, group string }{
				{"A REFUND please", "jane@shop.example", "mailbox/billing", ""},
				{"Hello", "ceo@Big.example", "", "mailbox/front"},
				{"Refund", "ceo@big.example", "mailbox/billing", ""},
				{"Hello", "jane@shop.example", "mailbox/support", ""},
			} {
				t, _ := k.ticket(func(t *desk.Ticket) { t.Subject, t.Messages[0].From.Email = x.subject, x.from })
				k.same(x.category+" "+x.group, string(t.Category.ID+" "+t.Group.ID))
			}
		},
	}
}

func persons() map[string]func(kitchen) {
	return map[string]func(kitchen){
		"agents": func(k kitchen) {
			for was, want := range map[string]string{"Ann@old.example": "ann@new.example", "bob@old.example": "robert@new.example", "eve@old.example": "archive@new.example"} {
				a := &desk.Agent{Email: was}
				k.apply(a)
				k.same(want, a.Email)
			}
		},
		"same-person": func(k kitchen) {
			for _, was := range [][]string{{"j.doe@shop.example"}, {"Jane.Doe@home.example", "jane@shop.example"}} {
				c := &desk.Contact{Emails: was}
				k.apply(c)
				k.same([]string{"jane@shop.example"}, c.Emails)
			}
		},
		"contacts": func(k kitchen) {
			k.same(mapping.ContactsWithTickets, k.m.Contacts())
			c := &desk.Contact{Name: " ", Emails: []string{"jane@shop.example"}, Language: "DE"}
			k.apply(c)
			k.same("jane@shop.example de", c.Name+" "+c.Language)
			k.same("contacts.drop.robots", k.apply(&desk.Contact{Name: "x", Emails: []string{"noreply@shop.example"}}).Rule)
			c = &desk.Contact{Name: "Jane", Phones: []string{"1"}}
			k.apply(c)
			k.same("Jane en", c.Name+" "+c.Language)
			c = &desk.Contact{Phones: []string{"1"}}
			k.apply(c)
			k.same("", c.Name)
		},
	}
}

func texts() map[string]func(kitchen) {
	return map[string]func(kitchen){
		"redact": func(k kitchen) {
			t, v := k.ticket(func(t *desk.Ticket) {
				t.Subject = "Card 4111 1111 1111 1111, call jane@shop.example"
				t.Messages[0].Text = "4111-1111-1111-1111, j.d+x@mail.shop.example, DE89 3704 0044 0532 0130 00, order 4711"
			})
			k.same("Card [redacted], call jane@shop.example", t.Subject)
			k.same("[redacted], [address], DE…, order 4711", t.Messages[0].Text)
			k.same(2, len(v.Losses))
		},
	}
}

func merges() map[string]func(kitchen) {
	return map[string]func(kitchen){
		"split": func(k kitchen) {
			k.know(
				&desk.Contact{Meta: desk.Meta{ID: "jane"}, Emails: []string{"jane@home.example"}, Org: desk.To(desk.KindOrganization, "shop")},
				&desk.Contact{Meta: desk.Meta{ID: "bob"}, Emails: []string{"bob@bank.example"}},
				&desk.Organization{Meta: desk.Meta{ID: "shop"}, Name: "Shop Ltd"},
				&desk.Category{Meta: desk.Meta{ID: "bills"}, Name: "Invoices"},
			)
			for _, x := range []struct{ requester, category, route, to string }{
				{"jane", "bills", "shops", "north"},
				{"bob", "", "billing", "south"},
				{"unknown", "bills", "billing", "south"},
				{"", "", "rest", "north"},
			} {
				_, v := k.ticket(func(t *desk.Ticket) {
					t.Requester, t.Category = desk.To(desk.KindContact, desk.ID(x.requester)), desk.To(desk.KindCategory, desk.ID(x.category))
				})
				k.same(x.route+" "+x.to, v.Route+" "+v.To)
			}
		},
		"merge-people": func(k kitchen) {
			j := k.m.Join(true)
			keys, err := j.Keys(k.Context(), &desk.Contact{
				Emails: []string{"Jane@shop.example"}, Phones: []string{"030 123-4567", "+44 20 7946 0000 ext. 3", "12"},
				Meta: desk.Meta{Fields: map[string]any{"customer_number": 4711.0}},
			}, mapping.Way{})
			k.same([]string{"email jane@shop.example", "phone +49301234567", "phone +442079460000", "key 4711"}, keys)
			k.same(true, err == nil && j.Newest())
		},
		"merge-shelves": func(k kitchen) {
			for source, want := range map[string]string{"old": "Old desk: Help old/vip <nil> EU old 1007", "new": "Help new/vip EU <nil> new 1007"} {
				k.way.Source = source
				c := &desk.Category{Name: "Help"}
				k.apply(c)
				t, _ := k.ticket(func(t *desk.Ticket) { t.Tags, t.Fields = []string{"vip"}, map[string]any{"region": "EU"} })
				k.same(want, fmt.Sprint(c.Name, " ", t.Tags[0], " ", t.Fields["region"], " ", t.Fields["old_region"], " ", t.Fields["old_number"]))
			}
		},
	}
}

// What policies do to records is the pipeline's to know, and its tests show it.
func policies() map[string]func(kitchen) {
	return map[string]func(kitchen){
		"leftovers": func(k kitchen) { k.same(true, k.m.Leftovers()) },
		"conflicts": func(k kitchen) { k.same("report", k.m.Conflicts()) },
	}
}

func day(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}
