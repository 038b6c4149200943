package forecast

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/mapping/strict"
)

// values offers others in the place of those that the target does not take: in the table
// that the mapping has, else in a new one.
func (a *advice) values() {
	l := a.loss
	if l.Why != connectors.WhyValue || len(l.Takes) == 0 || len(l.Values) == 0 {
		return
	}
	words, table := map[string]any{}, ""
	made, has := a.m.Makes(l.Kind, l.Field, "")
	for _, v := range l.Values {
		if v.Value == "" {
			continue
		}
		own, _ := a.m.Makes(l.Kind, l.Field, v.Value)
		if own.Table == "" {
			words[v.Value] = Nearest(v.Value, l.Takes)
			continue
		}
		table = own.Table
		for _, word := range own.Words {
			words[word] = Nearest(v.Value, l.Takes)
		}
	}
	if len(words) == 0 {
		return
	}
	does := "another value stands there, one of " + someOf(l.Takes)
	if table != "" {
		a.save(inMapping(map[string]any{"tables": map[string]any{table: words}}), "%s", does)
		return
	}
	from := a.expression()
	switch {
	case from == "":
		return
	case has && made.Expression == "": // a constant
		a.save(inMapping(a.set(map[string]any{"value": Nearest(a.like.Value, l.Takes)})), "%s", does)
		return
	case has:
		from = "(" + made.Expression + ")"
	}
	table = a.free()
	set := fmt.Sprintf("table(%s, %s, %s)", strconv.Quote(table), from, from)
	if strings.HasPrefix(l.Field, "fields.") && !has { // who has none is to get none
		set = fmt.Sprintf("%s == nil ? nil : %s", from, set)
	}
	change := a.set(set)
	change["tables"] = map[string]any{table: words}
	a.save(inMapping(change), "%s", does)
}

func someOf(takes []string) string {
	if len(takes) > 12 {
		return strings.Join(takes[:12], ", ") + fmt.Sprintf(" and %d more", len(takes)-12)
	}
	return strings.Join(takes, ", ")
}

// set is the change of a setting of the field.
func (a *advice) set(to any) map[string]any {
	return map[string]any{plural(a.loss.Kind): map[string]any{"set": map[string]any{a.loss.Field: to}}}
}

// expression is what the field says in the source; "" where no expression can say it.
func (a *advice) expression() string {
	name := string(a.loss.Kind)
	if custom, ok := strings.CutPrefix(a.loss.Field, "fields."); ok {
		return name + ".fields[" + strconv.Quote(custom) + "]"
	}
	switch a.loss.Field {
	case "type", "channel", "status", "priority", "language", "zone":
		return name + "." + a.loss.Field
	}
	return ""
}

// free is a name that no table of the mapping has.
func (a *advice) free() string {
	name := strings.TrimPrefix(a.loss.Field, "fields.")
	for n := 2; a.m.HasTable(name); n++ {
		name = fmt.Sprintf("%s %d", strings.TrimPrefix(a.loss.Field, "fields."), n)
	}
	return name
}

// plural is what the mapping calls the records of a kind.
func plural(kind desk.Kind) string {
	if kind == desk.KindCategory {
		return "categories"
	}
	return string(kind) + "s"
}

// near are the statuses that come next to another.
var near = map[string][]string{
	"new": {"open"}, "open": {"pending", "new"}, "pending": {"open"}, "solved": {"closed"}, "closed": {"solved"},
}

// Nearest is the value that comes next to one that is not taken.
func Nearest(value string, takes []string) string {
	for _, status := range near[value] {
		if slices.Contains(takes, status) {
			return status
		}
	}
	if like := strict.Suggest(value, takes); like != "" {
		return like
	}
	return takes[0]
}
