package folder

import (
	"path/filepath"

	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/desk"
)

// FileOf is the name of the file that holds a kind.
func FileOf(kind desk.Kind) string { return table.Plural(kind) + ".csv" }

// filePath is the path of an attachment as it stands in a cell.
func (t *Target) filePath(name string) string {
	path := filepath.Join(t.o.Files, name)
	if below, err := filepath.Rel(t.o.Home, path); err == nil {
		path = below
	}
	return filepath.ToSlash(path)
}
