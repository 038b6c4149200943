package conntest

import (
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// asReturned compares what a receipt says that the target gave back with what Fetch does:
// a field that only one of them has would be taken for somebody's work there.
func asReturned(caps connectors.Caps, got connectors.Receipt, back desk.Record) error {
	if got.Returned == nil {
		return nil
	}
	for _, name := range desk.PrintsOf(back).Changed(got.Returned) {
		if caps.Keeps(back.Kind(), name) {
			return fmt.Errorf("the receipt's Returned and Fetch say different things of %s", name)
		}
	}
	return nil
}
