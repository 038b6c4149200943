package mailgen

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// person is somebody who writes.
type person struct {
	name, email string
	lang        string
	program     string // X-Mailer
	html        bool
	company     int // 0 for a private person
}

var (
	supportDesk = person{name: "Acme Support", email: "support@acme.test", lang: "en", program: "Acme Desk 4.2"}
	mailer      = person{name: "Mail Delivery System", email: "mailer-daemon@mx.acme.test", lang: "en"}
	programs    = []string{
		"Microsoft Outlook 16.0", "Apple Mail (2.3774.600.62)", "Mozilla Thunderbird 128.4", "iPhone Mail (21G93)", "The Bat! 10.5", "Webmail 1.6",
	}
)

// agents is how many people work at the desk.
const agents = 24

func (g *generator) agent() person {
	k := g.rnd.IntN(agents)
	own := rand.New(rand.NewPCG(g.seed+7, uint64(k)))
	v := g.voice("en")
	first, last := v.names[own.IntN(len(v.names))], v.surnames[own.IntN(len(v.surnames))]
	return person{name: first + " " + last, email: fmt.Sprintf("%s.%s%d@acme.test", strings.ToLower(first), strings.ToLower(last), k), program: "Acme Desk 4.2", html: k%5 < 2}
}

// customer is a new one in four cases of ten, else one who has written before,
// rather lately than long ago.
func (g *generator) customer() person {
	if g.people == 0 || g.chance(40) {
		g.people++
		return g.customerOf(g.people)
	}
	back := int(g.rnd.ExpFloat64() * float64(g.people) / 4)
	return g.customerOf(max(1, g.people-back))
}

// customerOf is always the same for one number.
func (g *generator) customerOf(k int) person {
	own := rand.New(rand.NewPCG(g.seed+11, uint64(k)))
	v := g.voice(drawLanguage(own))
	first, last := v.names[own.IntN(len(v.names))], v.surnames[own.IntN(len(v.surnames))]
	p := person{name: first + " " + last, lang: v.name, program: programs[own.IntN(len(programs))], html: own.IntN(100) < 38}
	if own.IntN(100) < 55 {
		p.company = 1 + own.IntN(400)
		p.email = fmt.Sprintf("user%d@company%d.example.com", k, p.company)
	} else {
		p.email = fmt.Sprintf("person%d@freemail%d.example.net", k, own.IntN(6))
	}
	return p
}
