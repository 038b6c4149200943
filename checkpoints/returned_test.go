package checkpoints_test

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
)

// What a target gave back comes back from the file as it was put: nothing known, nothing
// given back, the same as was written, less, more, and something else.
func TestReturnedRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "l.db")
	s := open(t, path)
	written := desk.PrintsOf(&desk.Contact{Name: "Zoë", Note: "n", Phones: []string{"1"}})
	want := map[desk.ID]desk.Prints{
		"unknown": nil, "nothing": {}, "same": desk.PrintsOf(&desk.Contact{Name: "Zoë", Note: "n", Phones: []string{"1"}}),
		"less": written.Only("note"), "other": desk.PrintsOf(&desk.Contact{Name: "Zoe", Note: "n"}),
		"more": desk.PrintsOf(&desk.Contact{Meta: desk.Meta{Fields: map[string]any{"tier": "gold"}}, Name: "Zoë", Note: "n", Phones: []string{"1"}, Zone: "UTC"}),
	}
	for id, returned := range want {
		ledger(t, s, "s").Put(checkpoints.Row{Kind: desk.KindContact, ID: id, State: checkpoints.Done, Target: id, Run: 1, Written: written, Returned: returned})
	}
	if err := errors.Join(s.Flush(t.Context()), s.Close()); err != nil {
		t.Fatal(err)
	}
	s = open(t, path)
	defer s.Close() //nolint:errcheck // the test is over
	for id, returned := range want {
		got, ok, err := ledger(t, s, "s").Row(t.Context(), desk.KindContact, "", id)
		if d := cmp.Diff(returned, got.Returned); d != "" || !ok || err != nil {
			t.Errorf("%s: %v %v %s", id, ok, err, d)
		}
	}
}
