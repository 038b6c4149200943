package csv

import (
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/table"
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
		for _, kind := range table.HeldBy(c.merged(f).said().Rows()) {
			given[kind] = true
		}
	}
	reads.Kinds = slices.DeleteFunc(slices.Clone(reads.Kinds), func(k desk.Kind) bool { return !given[k] })
	return reads, writes
}
