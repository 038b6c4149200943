package assess

import (
	"strings"
	"unicode"

	"github.com/deskhaul/deskhaul/desk"
)

// SameOrganization is a flaw that is seen when all has been read: organisations whose names
// differ in nothing but their writing.
const SameOrganization = "organization.same_name"

func (s *Survey) organization(o *desk.Organization) {
	s.tally.add("organization", string(o.ID), entry{name: o.Name})
	s.tally.add("organization is called", bareName(o.Name), entry{n: 1, other: string(o.ID), name: o.Name})
}

// legalForms are what companies are by law, in the form of bareName.
var legalForms = map[string]bool{}

func init() {
	for form := range strings.FieldsSeq("ооо оао зао ао пао ип тоо чп нко ltd limited llc inc corp corporation co company plc gmbh ag kg ug ohg mbh sa sas sarl srl spa bv nv oy ab as aps sro sp zoo") {
		legalForms[form] = true
	}
}

// bareName is the name of a company without its legal form, marks and capitals; "" where
// nothing else is in it.
func bareName(name string) string {
	words := strings.FieldsFunc(desk.Normal(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	kept := words[:0]
	for _, w := range words {
		if !legalForms[w] {
			kept = append(kept, w)
		}
	}
	return strings.Join(kept, " ")
}
