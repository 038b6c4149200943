package okdesk

import "github.com/deskhaul/deskhaul/connectors/conntest/scratch"

func init() { scratch.InMemory() }
