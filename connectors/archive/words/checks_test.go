package words

import "github.com/deskhaul/deskhaul/connectors/conntest/rounds"

// Each check makes an index, commits, and kills it.
func init() { rounds.Checks(25) }
