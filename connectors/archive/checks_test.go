package archive

import "github.com/deskhaul/deskhaul/connectors/conntest/rounds"

// Each check opens several archives, and what it writes is made durable.
func init() { rounds.Checks(25) }
