package csv

import (
	"slices"
	"testing"

	"github.com/deskhaul/deskhaul/desk"
)

// A run decides by the kinds whether a source is a mere list of people.
func TestCapsNameTheKindsThatTheConfigurationNames(t *testing.T) {
	people := []desk.Kind{desk.KindOrganization, desk.KindAgent, desk.KindContact}
	for name, c := range map[string]struct {
		config Config
		want   []desk.Kind
	}{
		"unknown":         {Config{Path: "a.csv"}, desk.Kinds},
		"contacts":        {Config{Path: "a.csv", Kind: "contacts"}, people},
		"messages":        {Config{Path: "a.csv", Kind: "messages"}, desk.Kinds},
		"groups":          {Config{Path: "a.csv", Kind: "groups"}, []desk.Kind{desk.KindGroup}},
		"files":           {Config{Files: []File{{Path: "a", Kind: "contacts"}, {Path: "b", Kind: "organizations"}}}, people},
		"one unknown":     {Config{Files: []File{{Path: "a", Kind: "contacts"}, {Path: "b"}}}, desk.Kinds},
		"kind for all":    {Config{Kind: "contacts", Files: []File{{Path: "a"}}}, people},
		"another for one": {Config{Kind: "contacts", Files: []File{{Path: "a", Kind: "categories"}}}, []desk.Kind{desk.KindCategory}},
	} {
		for _, deletions := range []bool{false, true} {
			c.config.Deletions = deletions
			reads, writes := Spec().CapsOf(&c.config)
			if !slices.Equal(reads.Kinds, c.want) || reads.Deletions != deletions || !slices.Equal(writes.Kinds, desk.Kinds) {
				t.Errorf("%s: reads %v, deletions %v, writes %v", name, reads.Kinds, reads.Deletions, writes.Kinds)
			}
		}
	}
}
