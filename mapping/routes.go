package mapping

import (
	"slices"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/mapping/strict"
)

// route is where a ticket goes. The first one whose condition holds is taken.
type route struct {
	name            string
	place           strict.Place // of its "to", else of its name
	when            *expression  // nil: always
	to              string       // the target; "" the routes lead to none
	category, group string       // ids in the source; "" leaves them
}

func (t route) leads() bool { return t.to != "" }

// Exit is a target that a route leads to, and the place of the line that says so.
type Exit struct {
	Route, Target string
	Place         strict.Place
}

// Exits are the targets that routes lead to, in the order of the routes; nil if none leads
// to one: then each target gets every ticket.
func (m *Mapping) Exits() (out []Exit) {
	if m == nil || m.rules[desk.KindTicket] == nil {
		return nil
	}
	for _, t := range m.rules[desk.KindTicket].routes {
		if t.leads() {
			out = append(out, Exit{t.name, t.to, t.place})
		}
	}
	return out
}

// Splits tells whether routes send tickets to different targets.
func (m *Mapping) Splits() bool { return len(m.Exits()) > 0 }

func (c *compiler) routes(n *strict.Node) []route {
	if n == nil {
		return nil
	}
	if n.Kind != strict.Map {
		c.bad.At(n.Place, `"routes" must be a map of names and routes, like {billing: {when: '"billing" in ticket.tags', group: Billing}}, not %s`, n.Kind)
		return nil
	}
	var out []route
	for i, p := range n.Pairs {
		r := strict.Read(p.Value, "a route", routeSchema(), c.bad)
		t := route{name: p.Key.Value, place: p.Key.Place, to: r.Text("to"), category: r.Text("category"), group: r.Text("group")}
		if to := r.Get("to"); to != nil {
			t.place = to.Place
		}
		if when := r.Get("when"); when != nil {
			t.when = c.compile(when, desk.KindTicket, sortBool)
		} else if i < len(n.Pairs)-1 {
			c.bad.At(p.Key.Place, `route %q has no "when", so the routes below it are never taken – give it one, or put it last`, t.name)
		}
		r.Done()
		out = append(out, t)
	}
	c.split(out)
	return out
}

// split checks that all routes lead to targets where one does: the first that fits decides
// of everything.
func (c *compiler) split(routes []route) {
	if !slices.ContainsFunc(routes, route.leads) {
		return
	}
	for _, t := range routes {
		if !t.leads() {
			c.bad.At(t.place, `route %q has no "to", but others have – say to which target its tickets go`, t.name)
		}
	}
}

// route chooses the route of a ticket.
func (m *Mapping) route(r *rules, t *desk.Ticket, env any, v *Verdict) error {
	for _, route := range r.routes {
		if route.when != nil {
			hit, err := m.machines.is(route.when, env)
			if err != nil {
				return &Error{route.when.place, "tickets.routes." + route.name, t.ID, err}
			}
			if !hit {
				continue
			}
		}
		if route.category != "" {
			t.Category = desk.To(desk.KindCategory, desk.ID(route.category))
		}
		if route.group != "" {
			t.Group = desk.To(desk.KindGroup, desk.ID(route.group))
		}
		v.Route, v.To = route.name, route.to
		break
	}
	return nil
}
