package itsm365test

import "github.com/deskhaul/deskhaul/connectors/conntest/line"

// Fault is what goes wrong with one request; zero nothing.
type Fault = line.Fault
