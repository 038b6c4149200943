package checkpoints

import (
	"fmt"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// What a target gave back is kept as far as it differs from what was written, which is
// little: a print of nothing stands for a field that it did not give back. A flag says
// that it is known at all. Lines of an older ledger have all of it, and no flag.

// returned is what is kept of Returned.
func (r *Row) returned() []byte {
	var differs desk.Prints
	if r.Returned == nil {
		return nil
	}
	for _, name := range r.Returned.Changed(r.Written) {
		if p := r.Returned.Only(name); len(p) > 0 {
			differs = append(differs, p...)
		} else {
			differs = append(differs, desk.Print{Name: name})
		}
	}
	return differs.Encode()
}

// readReturned sets Returned by what is kept of it.
func (r *Row) readReturned(b []byte, known bool) error {
	differs, err := desk.DecodePrints(b)
	if err != nil {
		return fmt.Errorf("%s %s: %w", r.Kind, r.ID, err)
	}
	if !known {
		r.Returned = differs
		return nil
	}
	r.Returned = desk.Prints{}
	for _, p := range r.Written {
		if !differs.Has(p.Name) {
			r.Returned = append(r.Returned, p)
		}
	}
	for _, p := range differs {
		if p.Sum != [8]byte{} {
			r.Returned = append(r.Returned, p)
		}
	}
	slices.SortFunc(r.Returned, func(a, b desk.Print) int { return strings.Compare(a.Name, b.Name) })
	return nil
}
