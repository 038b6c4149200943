package mapping

import (
	"strings"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/mapping/strict"
)

// people are tables of addresses, old to new, in lower case. An address that is
// not listed stays, unless the table of agents has "*". An agent of whom no address is known
// goes by name.
type people struct {
	agents, contacts map[string]string
	places           map[string]strict.Place // of the agents' old and new addresses
	join             *Join                   // nil: nothing is said
}

func (c *compiler) people(r *strict.Reader) people {
	p := people{places: map[string]strict.Place{}}
	p.agents = p.addresses(r.Get("agents"), true, c.bad)
	p.contacts = p.addresses(r.Get("contacts"), false, c.bad)
	p.join = c.readJoin(r.Get("join"))
	r.Done()
	return p
}

func (p people) addresses(n *strict.Node, star bool, bad *strict.Mistakes) map[string]string {
	if n == nil {
		return nil
	}
	if n.Kind != strict.Map {
		bad.At(n.Place, "this must be a map of addresses, like {old@x.example: new@y.example}, not %s", n.Kind)
		return nil
	}
	out := map[string]string{}
	for _, pair := range n.Pairs {
		from, to := desk.Normal(pair.Key.Value), desk.Normal(pair.Value.Value)
		if !address(from) && (!star || from != "*" && !named(from)) {
			bad.At(pair.Key.Place, "%q is no address like name@example.com", pair.Key.Value)
		}
		if !pair.Value.Scalar() || !address(to) {
			bad.At(pair.Value.Place, "%q must become an address like name@example.com", pair.Key.Value)
		}
		if _, twice := out[from]; twice {
			bad.At(pair.Key.Place, "the address %q is listed twice (case does not matter) – keep one", pair.Key.Value)
		}
		out[from] = to
		p.places[from], p.places[to] = pair.Key.Place, pair.Value.Place
	}
	return out
}

func address(s string) bool {
	name, domain, ok := strings.Cut(s, "@")
	return ok && name != "" && domain != "" && !strings.ContainsAny(domain, "@ ")
}

// named tells what may be a name. An address whose @ was forgotten is none.
func named(s string) bool {
	return s != "" && s != "*" && !strings.ContainsAny(s, "@*") && (strings.Contains(s, " ") || !strings.Contains(s, "."))
}

// rename puts new addresses in the place of old ones.
func (p people) rename(r desk.Record) {
	switch r := r.(type) {
	case *desk.Agent:
		who := desk.Normal(r.Email)
		if who == "" {
			who = desk.Normal(r.Name)
		}
		if to, ok := p.agents[who]; ok {
			r.Email = to
		} else if to, ok := p.agents["*"]; ok {
			r.Email = to
		}
	case *desk.Contact:
		if len(p.contacts) == 0 {
			return
		}
		seen := map[string]bool{}
		emails := r.Emails[:0:0]
		for _, e := range r.Emails {
			if to, ok := p.contacts[desk.Normal(e)]; ok {
				e = to
			}
			if !seen[desk.Normal(e)] {
				emails = append(emails, e)
			}
			seen[desk.Normal(e)] = true
		}
		r.Emails = emails
	}
}
