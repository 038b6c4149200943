package byline

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/desk"
)

// What was written is read, whatever stands in the names.
func TestLineIsReadBack(t *testing.T) {
	for _, l := range []Line{
		{},
		{At: time.Date(2015, 1, 2, 3, 4, 5, 0, time.UTC)},
		{From: desk.Address{Email: "a@a.test"}, To: []desk.Address{{Email: "b@a.test"}, {Name: "Ж, Ж", Email: "c@a.test"}}, CC: []desk.Address{{Name: "cc cc", Email: "d@a.test"}}},
		{At: time.Date(2015, 1, 2, 3, 4, 5, 0, time.UTC), From: desk.Address{Name: `O'Neil, "Bob" <x> (y) → · [deskhaul t y]`, Email: "b@a.test"}},
		{To: []desk.Address{{Name: "Только имя"}}, From: desk.Address{Name: `back\slash`}},
	} {
		for _, b := range []Style{Pointed, Round, Worded} {
			if d := cmp.Diff(l, Parse(l.Write(b), b)); d != "" {
				t.Errorf("%q: %s", l.Write(b), d)
			}
		}
	}
}

func TestLineIsForPeople(t *testing.T) {
	l := Line{
		At: time.Date(2011, 3, 4, 5, 6, 7, 0, time.UTC), From: desk.Address{Name: "Olga", Email: "olga@a.test"},
		To: []desk.Address{{Name: "Help", Email: "help@b.test"}}, CC: []desk.Address{{Name: "Boss", Email: "boss@a.test"}},
	}
	if got, want := l.Write(Round), "2011-03-04 05:06:07 UTC · Olga (olga@a.test) → Help (help@b.test) · cc Boss (boss@a.test)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
