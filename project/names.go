package project

import (
	"regexp"
	"slices"
	"sync"

	"github.com/deskhaul/deskhaul/mapping/strict"
)

// namePattern is what names of sources and targets are made of.
const namePattern = `^[\p{L}\p{N}][\p{L}\p{N}_-]{0,63}$`

// goodName is compiled once: it takes a millisecond.
var goodName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(namePattern) })

// validName reports what cannot be the name of a source or target.
func (l *loader) validName(at strict.Place, name string) {
	if !goodName().MatchString(name) || slices.Contains(reservedNames(), name) {
		l.bad.At(at, "%q cannot be a name here – take letters, digits, - and _ (from, to, run and archive have a meaning of their own)", name)
	}
}

// reservedNames are those that no source and target can have.
func reservedNames() []string { return []string{"from", "to", "run", archiveName} }
