package sheets

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The places of a ticket's messages are found in the order of the files, whatever
// else is there, and however far apart the fences are.
func TestIndexGivesEveryTicketItsMessages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &sorter{dir: tempDir(t)}
		want := map[uint64][]uint64{}
		for i, ticket := range rapid.SliceOfN(rapid.Uint64Range(0, 300), 0, 2000).Draw(t, "tickets") {
			if err := s.add(mail{ticket: ticket, off: uint64(i)}); err != nil {
				t.Fatal(err)
			}
			want[ticket] = append(want[ticket], uint64(i))
			if i%700 == 699 {
				if err := s.flush(); err != nil {
					t.Fatal(err)
				}
			}
		}
		x := must[*index](t)(s.done())
		x.refence(t, rapid.Int64Range(1, 500).Draw(t, "stride"))
		for _, ticket := range rapid.SliceOfN(rapid.Uint64Range(0, 301), 1, 50).Draw(t, "asked") {
			var got []uint64
			for _, m := range must[[]mail](t)(x.group(ticket)) {
				got = append(got, m.off)
			}
			if !slices.Equal(got, want[ticket]) {
				t.Fatalf("ticket %d: %v, want %v", ticket, got, want[ticket])
			}
		}
		if err := x.close(); err != nil {
			t.Fatal(err)
		}
	})
}

// refence puts the fences as far apart as those of a longer file are.
func (x *index) refence(t *rapid.T, stride int64) {
	x.fences, x.stride = nil, stride
	for i := int64(0); i < x.n; i += stride {
		x.fences = append(x.fences, must[mail](t)(x.at(i)).ticket)
	}
}
