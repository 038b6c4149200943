package table

import (
	"errors"
	"fmt"

	"github.com/deskhaul/deskhaul/desk"
)

// ErrKind is the error for a sheet whose kind is neither stated nor clear.
var ErrKind = errors.New("it cannot be told what the rows are: say kind: tickets, messages, contacts, organizations, groups, agents or categories")

// Found is what a sheet's rows are taken for.
type Found struct {
	Kind desk.Kind // "" not clear
	// Vague: only part of the name or likely columns say it. It does for a sheet that was
	// named, not for one of several that nobody listed.
	Vague bool
	Note  string // what a person should know; "" nothing
}

// FindKind goes by a sheet's name and by its columns; what is what the name is of, file or
// sheet.
func FindKind(name, what string, names []string, rows [][]string) Found {
	kind, byName := SheetKind(name, names, rows)
	f := Found{}
	if kind == "" {
		kind, byName, f.Vague = KindInName(name), true, true
	}
	if kind == "" {
		kind, byName = GuessKind(names, rows), false
	}
	f.Kind = kind
	switch {
	case kind == "":
	case f.Vague && !byName:
		f.Note = fmt.Sprintf("the rows are guessed to be %s by their columns: say kind: if that is wrong", Plural(kind))
	case !byName:
		f.Note = fmt.Sprintf("the rows are taken for %s because of the columns: say kind: if that is wrong", Plural(kind))
	case name != Plural(kind):
		f.Note = fmt.Sprintf("the rows are taken for %s because of the %s's name: say kind: if that is wrong", Plural(kind), what)
	}
	return f
}

// Width is the commonest number of cells.
func Width(rows [][]string) int {
	counts, best := map[int]int{}, 0
	for _, r := range rows {
		n := len(r)
		counts[n]++
		if counts[n] > counts[best] || counts[n] == counts[best] && n > best {
			best = n
		}
	}
	return best
}
