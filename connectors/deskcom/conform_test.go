package deskcom

import (
	"testing"

	"github.com/deskhaul/deskhaul/connectors/conntest"
)

func TestConformance(t *testing.T) {
	conntest.Run(t, Spec(), func(t *testing.T) conntest.Far {
		a := newAccount(t)
		a.keep(answer{"name": "nobody's", "_links": at("macro", "macros/1")}) // an empty folder is a mistake
		return conntest.Far{Config: &Config{Path: a.folder, Most: 10}, Seed: a.seed}
	})
}
