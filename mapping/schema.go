package mapping

import (
	"fmt"
	"strings"
	"sync"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/mapping/strict"
)

// Schema describes a mapping as JSON Schema does. The same description tells the reader
// which keys and words there are.
func Schema() *strict.Schema {
	keys := map[string]*strict.Schema{
		"tables": strict.MapOf("What words become: a table for each list of words, used by expressions as table(\"NAME\", WORD).",
			strict.MapOf("Old words and new ones. \"*\" stands for all others; without it a word that is not listed puts the record aside.", strict.AnyText(""))),
		"conflicts": strict.OneWord("Who is right about a field that was changed on both sides since the last run. Default: target wins.",
			"target wins", "source wins", "report"),
		"people": peopleSchema(),
		"redact": redactSchema("What is blacked out in all texts"),
	}
	for _, kind := range kinds() {
		keys[plural(kind)] = rulesSchema(kind)
	}
	keys["contacts"] = strict.Either("Which contacts are brought, or what becomes of them.",
		bringSchema(), rulesSchema(desk.KindContact))
	return strict.Keys("What becomes what, on the way out of the archive: which records are kept, what their fields say, what is blacked out.", keys).OrNothing()
}

// shape is what the readers go by.
var shape = sync.OnceValue(Schema)

// shapeOf is what the rules of a kind go by.
func shapeOf(kind desk.Kind) *strict.Schema {
	s := shape().Properties[plural(kind)]
	if kind == desk.KindContact {
		return s.AnyOf[1] // the other is the policy as one word
	}
	return s
}

func bringSchema() *strict.Schema {
	return strict.OneWord("Which contacts are brought: those that some ticket that passes refers to, or all. Default: with-tickets.",
		string(ContactsWithTickets), string(ContactsAll))
}

func peopleSchema() *strict.Schema {
	table := func(doc string) *strict.Schema {
		s := strict.MapOf(doc, addressSchema())
		s.Examples = []any{map[string]string{"old@acme.example": "new@acme.example"}}
		return s
	}
	agents := table("Old addresses of agents and new ones; of an agent without an address the name; \"*\" stands for all others.")
	agents.PropertyNames = &strict.Schema{Pattern: addressPattern + `|^\s*\*\s*$|` + namePattern, PatternError: "Write an address like name@example.com, the name of an agent who has none, or * for all others."}
	contacts := table("Old addresses of contacts and new ones; two that become one are one person.")
	contacts.PropertyNames = &strict.Schema{Pattern: addressPattern, PatternError: "Write an address like name@example.com."}
	return strict.Keys("New addresses of people. One that is not listed stays.", map[string]*strict.Schema{
		"agents": agents, "contacts": contacts,
		"join": strict.Either("Which contacts are one person at the target. Default: those of several sources that share an address.",
			strict.OneWord("Nobody is united.", joinNone), joinSchema()),
	})
}

func addressSchema() *strict.Schema {
	return &strict.Schema{Type: []string{"string"}, Pattern: addressPattern, PatternError: "Write an address like name@example.com."}
}

// addressPattern is what [address] asks for after [desk.Normal].
const addressPattern = `^[^@]*[^@\s][^@]*@\s*[^@\s]+\s*$`

// namePattern is what [named] asks for.
const namePattern = `^[^@*.]*[^@*.\s][^@*.]*$|^\s*[^@*\s][^@*]*\s[^@*]*[^@*\s]\s*$`

func redactSchema(doc string) *strict.Schema {
	var names []string
	for _, p := range presets() {
		names = append(names, p.name)
	}
	return strict.ListOf(doc+": presets by name, or patterns of your own.",
		strict.Either("", strict.OneWord("A preset.", names...), redactionSchema()))
}

func redactionSchema() *strict.Schema {
	match := strict.AnyText("A regular expression (RE2), such as 'secret-\\d+'.")
	match.MinLength = 1
	with := strict.AnyText("What stands in its place; $1 is the first group. Default: nothing.")
	return strict.Keys("A pattern of your own.", map[string]*strict.Schema{"match": match, "with": with}, "match")
}

// rulesSchema describes what becomes of the records of one kind.
func rulesSchema(kind desk.Kind) *strict.Schema {
	drop := strict.MapOf("Rules that leave records out, each with a name of your choice and a condition.",
		expressionSchema("A condition: what it holds for is left out.", sortBool))
	drop.PropertyNames = &strict.Schema{Not: &strict.Schema{Const: "keep"}}
	keys := map[string]*strict.Schema{
		"keep":     expressionSchema("A condition: what it does not hold for is left out.", sortBool),
		"drop":     drop,
		"set":      settingsSchema(kind, "Fields and the expressions that give their values."),
		"defaults": settingsSchema(kind, "Values of fields that are empty after set."),
		"redact":   redactSchema("What is blacked out in these besides"),
	}
	switch kind {
	case desk.KindTicket:
		keys["tags"] = tagsSchema()
		keys["subject_prefix"] = strict.AnyText("What is put before subjects; {number} and {id} are those of the source, as in '[{number}] '.")
		keys["routes"] = strict.MapOf("Where tickets go: named routes, of which the first whose condition holds is taken.", routeSchema().OrNothing())
		keys["leftovers"] = strict.OneWord("What becomes of what the target has no room for: a private note of each ticket holds it, or it is told only. Default: none.",
			leaveNone, leaveNote)
	case desk.KindContact:
		keys["bring"] = bringSchema()
	case desk.KindOrganization, desk.KindGroup, desk.KindAgent, desk.KindCategory, desk.KindMessage, desk.KindFile:
	}
	return strict.Keys(fmt.Sprintf("What becomes of %s. In expressions one is called %s.", plural(kind), kind), keys)
}

func tagsSchema() *strict.Schema {
	return strict.Keys("Tags that every ticket gets or loses.", map[string]*strict.Schema{
		"add":    strict.ListOf("Tags to add.", strict.AnyText("")),
		"remove": strict.ListOf("Tags to take away, as they are written.", strict.AnyText("")),
	})
}

func routeSchema() *strict.Schema {
	return strict.Keys("A route.", map[string]*strict.Schema{
		"when":     expressionSchema("A condition. Only the last route may be without one.", sortBool),
		"to":       strict.AnyText("The target, by its name under targets: with several, each ticket goes to one. Default: every target gets every ticket."),
		"category": strict.AnyText("The category, by its id in the source. Default: it stays."),
		"group":    strict.AnyText("The group, by its id in the source. Default: it stays."),
	})
}

// expressionSchema describes an expression; what stands in it only the loader can check.
func expressionSchema(doc string, s sort) *strict.Schema {
	return &strict.Schema{
		Description: strings.TrimSpace(doc + " An expression that gives " + s.String() + "."),
		Type:        []string{"string", "number", "boolean"}, Pattern: `\S`, MaxLength: maxExpression,
	}
}

func settingsSchema(kind desk.Kind, doc string) *strict.Schema {
	s := &strict.Schema{Description: doc, Type: []string{"object"}, Properties: map[string]*strict.Schema{}, Additional: false}
	for name, f := range fieldsOf(kind) {
		s.Properties[name] = settingSchema(fmt.Sprintf("The %s of %s.", name, plural(kind)), f.sort)
	}
	s.PatternProperties = map[string]*strict.Schema{`^fields\..`: settingSchema("A custom field.", sortAny)}
	return s
}

// settingSchema describes the value of a field: an expression or a constant.
func settingSchema(doc string, s sort) *strict.Schema {
	return strict.Either(doc+" An expression that gives "+s.String()+", or a constant like {value: …}.",
		expressionSchema("", s), constantSchema(s))
}

func constantSchema(s sort) *strict.Schema {
	value := &strict.Schema{Description: "The value, written out: " + s.String() + "."}
	switch s {
	case sortAny:
	case sortText:
		value.Type = []string{"string", "number", "boolean", "null"}
	case sortBool:
		value.Type = []string{"boolean", "null"}
	case sortTime:
		value.Type, value.Pattern = []string{"string", "null"}, `^$|^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d`
		value.PatternError = "Write a time like 2024-05-01T12:00:00Z."
		value.Examples = []any{"2024-05-01T12:00:00Z"}
	case sortTexts:
		value.Type, value.Items = []string{"array", "null"}, strict.AnyText("")
	case sortStatus:
		value = strict.OneWord(value.Description, s.words()...)
	case sortPriority:
		value = strict.OneWord(value.Description, s.words()...)
		value.AnyOf, value.Enum = []*strict.Schema{{Enum: value.Enum}, {Type: []string{"string"}, Pattern: "^$"}}, nil
		value.OrNothing()
	}
	return strict.Keys("A constant.", map[string]*strict.Schema{"value": value}, "value")
}
