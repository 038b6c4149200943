package connectors

import (
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// matchFragment takes the id from what stands behind the sign #, where a page that is one
// program tells what it shows. What it tells besides begins with an exclamation mark.
func (f Page) matchFragment(path, fragment string) (desk.ID, bool) {
	want, behind, _ := strings.Cut(f.Path, "#")
	before, _, _ := strings.Cut(behind, "{id}")
	id, begins := strings.CutPrefix(fragment, before)
	id, _, _ = strings.Cut(id, "!")
	return desk.ID(id), begins && id != "" && strings.TrimRight(path, "/") == strings.TrimRight(want, "/")
}
