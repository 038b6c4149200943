package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/draft"
	"github.com/deskhaul/deskhaul/mapping/strict"
	"github.com/deskhaul/deskhaul/project"
)

// namesFields tells of a target that writes only those custom fields of tickets that its
// configuration names.
func namesFields(sys *project.System) bool {
	_, takes := sys.Setting("fields")
	return takes
}

// onlyNamed leaves out of what a target offers the custom fields that its configuration does
// not name, where there is a configuration already: that is a person's, and nothing would be
// written to them. check tells of them.
func (s *session) onlyNamed(sys *project.System, end *draft.End) {
	_, err := os.Stat(filepath.Join(s.p.Folder, project.FileName))
	if !namesFields(sys) || err != nil && !sys.Says("fields") {
		return
	}
	end.Schema.Fields = slices.DeleteFunc(end.Schema.Fields, func(f connectors.Field) bool {
		return f.Kind == desk.KindTicket && strings.HasPrefix(f.Name, "fields.") && !slices.Contains(end.Caps.Fields[desk.KindTicket], f.Name)
	})
}

// namedFields is the --set that names the custom fields which the mapping fills, of a target
// that wants them named; "" none.
func (f findings) namedFields(p *project.Project) string {
	if f.draft == nil || len(p.Targets) != 1 || !namesFields(p.Targets[0]) || p.Targets[0].Says("fields") {
		return ""
	}
	var names []string
	for _, g := range f.draft.Guesses {
		if g.Kind == "ticket field" && g.Written && g.To != "" && !slices.Contains(names, strict.Quoted(g.To)) {
			names = append(names, strict.Quoted(g.To))
		}
	}
	if names == nil {
		return ""
	}
	return "to.fields=[" + strings.Join(names, ", ") + "]"
}
