package table

import "github.com/deskhaul/deskhaul/desk"

// Sheets is the order in which the sheets of a whole helpdesk stand: that of the kinds,
// and the messages.
func Sheets() []desk.Kind {
	return append(append([]desk.Kind{}, desk.Kinds...), desk.KindMessage)
}

// Plural names a sheet of the kind.
func Plural(kind desk.Kind) string {
	if kind == desk.KindCategory {
		return "categories"
	}
	return string(kind) + "s"
}
