package mapping

import (
	"regexp"

	"github.com/deskhaul/deskhaul/mapping/strict"
)

// redactor replaces stretches of texts.
type redactor struct {
	name string // the preset, or the pattern
	find func(s string) []edit
	said [2]string // pattern and replacement, for the hash
}

// masked is what a preset puts in place of what it finds.
const masked = "[redacted]"

// presets are the redactors that have a name.
func presets() []redactor {
	find := func(s string) []edit {
		var out []edit
		for _, at := range cards(s) {
			out = append(out, edit{at, masked})
		}
		return out
	}
	return []redactor{{name: "card numbers", find: find, said: [2]string{"preset card numbers", masked}}}
}

// readRedactors reads a list of presets by name and {match: RE2, with: text}.
func readRedactors(n *strict.Node, bad *strict.Mistakes) []redactor {
	if n == nil {
		return nil
	}
	if n.Kind != strict.List {
		bad.At(n.Place, `"redact" must be a list, like [card numbers, {match: 'secret-\d+', with: '***'}], not %s`, n.Kind)
		return nil
	}
	var out []redactor
	for _, item := range n.Items {
		if r, ok := readRedactor(item, bad); ok {
			out = append(out, r)
		}
	}
	return out
}

func readRedactor(n *strict.Node, bad *strict.Mistakes) (redactor, bool) {
	if n.Scalar() {
		var names []string
		for _, p := range presets() {
			if p.name == n.Value {
				return p, true
			}
			names = append(names, p.name)
		}
		bad.At(n.Place, "there is no preset %q%s (a pattern of your own is written {match: PATTERN, with: TEXT})", n.Value, didYouMean(n.Value, names))
		return redactor{}, false
	}
	r := strict.Read(n, "a redaction", redactionSchema(), bad)
	match, with := r.Get("match"), r.Text("with")
	r.Done()
	switch {
	case match == nil:
		bad.At(n.Place, `a redaction needs "match", a pattern like 'secret-\d+'`)
		return redactor{}, false
	case !match.Scalar():
		bad.At(match.Place, `"match" must be a pattern, not %s`, match.Kind)
		return redactor{}, false
	}
	re, err := regexp.Compile(match.Value)
	if err != nil {
		bad.At(match.Place, "%v", err)
		return redactor{}, false
	}
	if re.MatchString("") {
		bad.At(match.Place, "the pattern matches nothing at all, so it would be found between any two letters – make a part of it required")
		return redactor{}, false
	}
	return byPattern(re, with), true
}

// byPattern finds what re matches; $1 or ${name} in with stand for its groups.
func byPattern(re *regexp.Regexp, with string) redactor {
	find := func(s string) []edit {
		var out []edit
		for _, m := range re.FindAllStringSubmatchIndex(s, -1) {
			if m[1] > m[0] {
				out = append(out, edit{span{m[0], m[1]}, string(re.ExpandString(nil, with, s, m))})
			}
		}
		return out
	}
	return redactor{name: re.String(), said: [2]string{re.String(), with}, find: find}
}
