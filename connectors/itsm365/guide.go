package itsm365

import "github.com/deskhaul/deskhaul/connectors"

// guide is what a person should know before a move.
func guide() connectors.Guide { return connectors.Guide{} }
