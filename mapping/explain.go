package mapping

import (
	"errors"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/file"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/mapping/strict"
)

// explain puts an error of the expression library into words for people, at its
// place in the file, with a suggestion where a name is misspelt.
func (c *compiler) explain(n *strict.Node, kind desk.Kind, want sort, err error) {
	var f *file.Error
	if !errors.As(err, &f) {
		c.bad.At(n.Place, "%s", firstLine(err.Error()))
		return
	}
	at := inside(n, f.From)
	text := firstLine(f.Message)
	if m := regexp.MustCompile(`^unknown name (\S+)$`).FindStringSubmatch(text); m != nil {
		c.bad.At(at, "%s", unknownName(m[1], n, kind, want))
		return
	}
	if m := regexp.MustCompile(`^type \*?(\S+) has no (field|method) (\S+)$`).FindStringSubmatch(text); m != nil {
		c.bad.At(at, "%s", unknownField(m[1], m[3]))
		return
	}
	c.bad.At(at, "%s", viewWords(text)+howCalled(text))
}

// howCalled shows how one of our functions is called that was called otherwise; "" where an
// error is about none.
func howCalled(text string) string {
	calls := map[string]string{
		"table": `table("name", ticket.category.name)`, "given": "given(ticket.subject)", "has_tag": `has_tag(ticket.tags, "spam")`, "domain": "domain(ticket.requester.email)",
		"match": `match(ticket.subject, "[0-9]+")`, "year": "year(ticket.created)", "day": "day(ticket.created)",
	}
	if m := regexp.MustCompile(`to call (\w+)`).FindStringSubmatch(text); m != nil && calls[m[1]] != "" {
		return " – write it like " + calls[m[1]]
	}
	return ""
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

func unknownName(name string, n *strict.Node, kind desk.Kind, want sort) string {
	known := append(varsOf(kind), functionNames()...)
	known = append(known, builtin.Names...)
	if n.Value == name {
		// The whole expression is one word: most likely a text without its quotes.
		fixed := name
		if s := strict.Suggest(name, want.words()); s != "" {
			fixed = s
		}
		return `"` + name + `" is no name that is known here – a fixed text is written '"` + fixed + `"' or {value: ` + fixed + `}`
	}
	if slices.Contains(banned(), name) {
		return name + "() is not taken here: a mapping must give the same result each time, in bounded time"
	}
	if s := strict.Suggest(name, known); s != "" {
		return `unknown name "` + name + `" – did you mean "` + s + `"?`
	}
	return `unknown name "` + name + `" – there is ` + strings.Join(varsOf(kind), " and ")
}

// unknownField explains that a view or a time has no such field.
func unknownField(typ, name string) string {
	for _, t := range viewTypes() {
		if t.String() == typ {
			return viewName(t) + ` has no field "` + name + `"` + didYouMean(name, tags(t))
		}
	}
	if typ == reflect.TypeFor[time.Time]().String() {
		known := []string{"Year", "Month", "Day", "Weekday", "Hour", "Minute", "YearDay", "Unix", "Before", "After", "Format", "IsZero"}
		return `a time has no "` + name + `"` + didYouMean(name, known)
	}
	return viewWords("type " + typ + ` has no field "` + name + `"`)
}

// viewWords replaces the names of Go types by words for people.
func viewWords(s string) string {
	for _, t := range viewTypes() {
		s = strings.ReplaceAll(s, t.String(), viewName(t))
	}
	if i := strings.Index(s, "types "); i >= 0 {
		s = s[:i] + strings.NewReplacer("string", "text", "int", "number", "float64", "number", "time.Time", "time").Replace(s[i:])
	}
	return s
}

// viewTypes lists every type that expressions can see the fields of.
func viewTypes() []reflect.Type {
	return []reflect.Type{
		reflect.TypeFor[ticketView](), reflect.TypeFor[messageView](), reflect.TypeFor[contactView](), reflect.TypeFor[agentView](),
		reflect.TypeFor[organizationView](), reflect.TypeFor[shelfView](), reflect.TypeFor[refView](), reflect.TypeFor[organizationPart](),
		reflect.TypeFor[addressView](), reflect.TypeFor[fileView](), reflect.TypeFor[ratingView](), reflect.TypeFor[changeView](),
	}
}

// viewName is what people call a view: "ticket" for ticketView.
func viewName(t reflect.Type) string {
	name := strings.TrimSuffix(t.Name(), "View")
	switch name {
	case "ref":
		return "reference"
	case "organizationPart":
		return "organization"
	case "":
		return t.String()
	}
	return name
}

// varsOf lists the variables of a kind's expressions.
func varsOf(kind desk.Kind) []string { return tags(envOf(kind)) }

func tags(t reflect.Type) []string {
	var out []string
	for _, f := range reflect.VisibleFields(t) {
		if !f.Anonymous {
			out = append(out, f.Tag.Get("expr"))
		}
	}
	return out
}

func didYouMean(word string, known []string) string { return strict.DidYouMean(word, known) }
