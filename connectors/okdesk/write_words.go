package okdesk

import (
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// priorityFor is the code of the account's priority that is read as one; "" leaves it to the
// account.
func (t *Target) priorityFor(d *dictionary, p desk.Priority) (code string, ok bool) {
	if p == "" {
		return "", true
	}
	for _, w := range d.priorities {
		if t.config.priority(w) == p {
			return w.Code, true
		}
	}
	return "", false
}

// typeFor is the account's type of a word: the one that is read as it; else the one that has
// it for its code, whose name is another. No word leaves it to the account.
func typeFor(d *dictionary, word string) (w wordShape, ok bool) {
	if word == "" {
		return w, true
	}
	for _, w := range d.types {
		if same(issueType(w), word) {
			return w, issueType(w) == word
		}
	}
	for _, w := range d.types {
		if same(w.Code, word) || same(w.Name, word) {
			return w, false
		}
	}
	return w, false
}

func typeNames(d *dictionary) (names []string) {
	for _, w := range d.types {
		names = append(names, issueType(w))
	}
	return names
}

// tagsField puts the tags into their parameter.
func (t *Target) tagsField(c *cover, d *dictionary, r *desk.Ticket, lose func(connectors.Why, string, string, string, ...any)) {
	code := t.config.Tags
	if code == "" {
		return
	}
	p, _ := d.parameter(code)
	if p.Type == aMultiselect {
		list := []any{}
		for _, tag := range r.Tags {
			if o, fits := p.option(tag); fits {
				list = append(list, o)
			} else {
				lose(connectors.WhyValue, tag, strings.Join(p.options, "\n"), "the parameter %q has no value %q", code, tag)
			}
		}
		c.parameters[code] = list
		return
	}
	tags := slices.Clone(r.Tags)
	for i, tag := range tags {
		if strings.Contains(tag, ",") || tag != strings.TrimSpace(tag) {
			tags[i] = strings.TrimSpace(strings.ReplaceAll(tag, ",", ";"))
			lose(connectors.WhyNotTaken, tag, "", "the tag %q is %q there, for commas part them", tag, tags[i])
		}
	}
	c.parameters[code] = strings.Join(tags, ", ")
}
