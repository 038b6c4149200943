package blend

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/desk"
)

func meta(id string) desk.Meta { return desk.Meta{ID: desk.ID(id)} }

func TestWhatComesTogether(t *testing.T) {
	c, err := New(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}()
	for source, rs := range map[string][]desk.Record{
		"north": {
			&desk.Group{Meta: meta("n/1"), Name: "Support"}, &desk.Group{Meta: meta("n/2"), Name: "Support"}, // twice in one is none of ours
			&desk.Category{Meta: meta("n/3"), Name: "Hardware"}, &desk.Category{Meta: meta("n/4"), Name: "Printers", Parent: desk.To(desk.KindCategory, "n/3")},
			&desk.Agent{Meta: meta("n/5"), Email: "ann@desk.test"},
			&desk.Ticket{Meta: desk.Meta{ID: "n/10", Fields: map[string]any{"region": "EU", "only": "here"}}, Number: "17", Tags: []string{"VIP"}, Group: desk.To(desk.KindGroup, "n/1")},
			&desk.Ticket{Meta: meta("n/11"), Number: "18", Group: desk.To(desk.KindGroup, "n/1"), Category: desk.To(desk.KindCategory, "n/4")},
		},
		"south": {
			&desk.Group{Meta: meta("s/1"), Name: "Sales"},
			&desk.Category{Meta: meta("s/4"), Name: "Printers"}, // another place
			&desk.Agent{Meta: meta("s/5"), Email: "Ann@desk.test"},
			&desk.Ticket{Meta: desk.Meta{ID: "s/10", Fields: map[string]any{"region": 4.0}}, Number: "17", Tags: []string{"vip"}, Group: desk.To(desk.KindGroup, "s/1")},
		},
	} {
		for _, r := range rs {
			if err := c.Saw(t.Context(), source, r); err != nil {
				t.Fatal(err)
			}
		}
	}
	got, err := c.Result(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := &Result{
		Sources: []string{"north", "south"},
		Same: map[desk.Kind]Same{
			desk.KindAgent:  {1, []Shared{{"Ann@desk.test", []desk.ID{"n/5", "s/5"}}}},
			desk.KindTicket: {1, []Shared{{"17", []desk.ID{"n/10", "s/10"}}}},
		},
		Shelves: []Shelf{
			{desk.KindCategory, "Hardware / Printers", map[string]int64{"north": 1}},
			{desk.KindGroup, "Sales", map[string]int64{"south": 1}},
			{desk.KindGroup, "Support", map[string]int64{"north": 2}},
		},
		Tags:   []Word{{"vip", map[string]int64{"north": 1, "south": 1}}},
		Fields: []Field{{desk.KindTicket, "region", map[string]string{"north": "text", "south": "number"}}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
