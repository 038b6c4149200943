package csv

import (
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Caps is what holds for this configuration: where it says what every file
// holds, only those kinds and what their columns can name are read.
func (c *Config) Caps(reads, writes connectors.Caps) (connectors.Caps, connectors.Caps) {
	reads.Deletions = c.Deletions
	files := c.Files
	if len(files) == 0 {
		files = []File{c.only()}
	}
	given := map[desk.Kind]bool{}
	for _, f := range files {
		for _, kind := range heldBy(c.merged(f).kind()) {
			given[kind] = true
		}
	}
	reads.Kinds = slices.DeleteFunc(slices.Clone(reads.Kinds), func(k desk.Kind) bool { return !given[k] })
	return reads, writes
}

// heldBy lists the kinds that a sheet of the kind can hold; all of them where the
// kind is found out only when the file is opened.
func heldBy(sheet desk.Kind) []desk.Kind {
	switch sheet {
	case desk.KindContact: // a column can say who is an agent
		return []desk.Kind{desk.KindContact, desk.KindOrganization, desk.KindAgent}
	case desk.KindAgent:
		return []desk.Kind{desk.KindAgent, desk.KindGroup}
	case desk.KindOrganization, desk.KindGroup, desk.KindCategory:
		return []desk.Kind{sheet}
	case desk.KindTicket, desk.KindMessage, desk.KindFile:
	}
	return desk.Kinds
}
