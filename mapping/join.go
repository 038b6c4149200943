package mapping

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/mapping/strict"
)

// What makes two contacts one person, and whose word counts where they differ.
const (
	byEmail      = "email"
	byPhone      = "phone"
	preferFirst  = "first"
	preferNewest = "newest"
)

// Join says which contacts are one person.
type Join struct {
	email, phone bool
	country      string // digits that a number without a country's code begins with; "" it has none
	key          *expression
	newest       bool
	machines     *machines
}

// Join is what the mapping says of who is one person; nil nobody is united. Where it says
// nothing, contacts of several sources are one person who share an address, and those of
// one source are who they are.
func (m *Mapping) Join(several bool) *Join {
	switch {
	case m != nil && m.people.join != nil && !m.people.join.none():
		return m.people.join
	case m != nil && m.people.join != nil || !several:
		return nil
	}
	return &Join{email: true, machines: newMachines()}
}

func (j *Join) none() bool { return !j.email && !j.phone && j.key == nil }

// Newest tells whether the contact that changed last is believed where contacts of one
// person differ; else the one of the source that is named first.
func (j *Join) Newest() bool { return j.newest }

// Keys are what a contact is known by: two that share one are one person. Each begins with
// what it is ("email", "phone", "key") and a space.
func (j *Join) Keys(ctx context.Context, c *desk.Contact, way Way) (keys []string, err error) {
	add := func(what, word string) {
		if word != "" && !slices.Contains(keys, what+" "+word) {
			keys = append(keys, what+" "+word)
		}
	}
	if j.email {
		for _, e := range c.Emails {
			add(byEmail, desk.Normal(e))
		}
	}
	if j.phone {
		for _, p := range c.Phones {
			add(byPhone, j.number(p))
		}
	}
	if j.key == nil {
		return keys, nil
	}
	see := &viewer{ctx: ctx, way: way, looks: j.key.looks}
	env := see.see(c)
	if see.err != nil {
		return nil, fmt.Errorf("contact %s: %w", c.ID, see.err)
	}
	v, err := j.machines.run(j.key, env)
	if err != nil {
		return nil, &Error{j.key.place, "people.join.key", c.ID, err}
	}
	words, err := keyWords(v)
	if err != nil {
		return nil, &Error{j.key.place, "people.join.key", c.ID, err}
	}
	for _, w := range words {
		add("key", desk.Normal(w))
	}
	return keys, nil
}

// keyWords are the texts that a rule gave: one, a list, or none.
func keyWords(v any) ([]string, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case string:
		return []string{v}, nil
	case []string:
		return v, nil
	case []any:
		var out []string
		for _, one := range v {
			more, err := keyWords(one)
			if err != nil {
				return nil, err
			}
			out = append(out, more...)
		}
		return out, nil
	case bool, map[string]any:
		return nil, fmt.Errorf("this must give a text or a list of texts, not %v", v)
	}
	return []string{fmt.Sprint(v)}, nil // a number
}

// shortestNumber is how many digits a number must have to be one person's: less is an
// extension within a house.
const shortestNumber = 7

// number is a telephone number by which it is compared: digits with the country's code, if
// that is known. What follows a letter is an extension.
func (j *Join) number(s string) string {
	var digits strings.Builder
	abroad := false
	for i, r := range strings.TrimSpace(s) {
		switch {
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
		case r == '+' && i == 0:
			abroad = true
		case strings.ContainsRune(" -./()\u00a0\u2011", r):
		default:
			return j.whole(digits.String(), abroad)
		}
	}
	return j.whole(digits.String(), abroad)
}

func (j *Join) whole(digits string, abroad bool) string {
	if rest, ok := strings.CutPrefix(digits, "00"); ok && !abroad {
		digits, abroad = rest, true
	}
	switch {
	case len(digits) < shortestNumber:
		return ""
	case abroad:
		return "+" + digits
	case j.country == "":
		return digits
	case j.country == "7" && len(digits) == 11 && (digits[0] == '8' || digits[0] == '7'): // 8 leads out of town there
		return "+7" + digits[1:]
	}
	return "+" + j.country + strings.TrimPrefix(digits, "0")
}

func (c *compiler) readJoin(n *strict.Node) *Join {
	if n == nil {
		return nil
	}
	if n.Kind != strict.Map {
		strict.Word(n, "join", []string{joinNone}, c.bad)
		return &Join{}
	}
	r := strict.Read(n, `"join"`, joinSchema(), c.bad)
	j := &Join{machines: newMachines()}
	by := r.Texts("by")
	for i, word := range by {
		if word != byEmail && word != byPhone {
			c.bad.At(n.Get("by").Items[i].Place, "contacts cannot be joined by %q%s", word, didYouMean(word, []string{byEmail, byPhone}))
		}
		j.email, j.phone = j.email || word == byEmail, j.phone || word == byPhone
	}
	if key := r.Get("key"); key != nil {
		j.key = c.compile(key, desk.KindContact, sortAny)
	}
	j.email = j.email || len(by) == 0 && j.key == nil
	j.country = strings.TrimPrefix(r.Text("country"), "+")
	if at := r.Get("country"); at != nil && at.Scalar() && !countryCode().MatchString(at.Value) {
		c.bad.At(at.Place, "%q is no country's code – write it like '+49'", at.Value)
	}
	j.newest = r.Word("prefer") == preferNewest
	r.Done()
	return j
}

// joinNone unites nobody.
const joinNone = "none"

// countryPattern is what a country's code looks like, as ITU-T E.164 has it.
const countryPattern = `^\+?[1-9]\d*$`

var countryCode = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(countryPattern) })

// said is what of it counts for the hash of the mapping.
func (j *Join) said() map[string]any {
	key := ""
	if j.key != nil {
		key = j.key.meaning
	}
	return map[string]any{"email": j.email, "phone": j.phone, "country": j.country, "key": key, "newest": j.newest}
}

func joinSchema() *strict.Schema {
	least := 1.0
	country := strict.Either("The country's code of numbers that are written without one, such as '+49'. Without it those are compared as they are.",
		&strict.Schema{Type: []string{"string"}, Pattern: countryPattern, PatternError: "Write a country's code, like '+49'."},
		&strict.Schema{Type: []string{"integer"}, Minimum: &least})
	return strict.Keys("What makes two contacts one person.", map[string]*strict.Schema{
		"by":      strict.ListOf("What they share: an address, a telephone number. Default: email, unless there is a key.", strict.OneWord("", byEmail, byPhone)),
		"key":     expressionSchema("A rule of your own: contacts for which it gives the same text, or that share one of a list, are one person.", sortAny),
		"country": country,
		"prefer":  strict.OneWord("Who is believed where they differ: the contact of a list of customers, then of the source that is named first; or the one that changed last. Default: first.", preferFirst, preferNewest),
	})
}
