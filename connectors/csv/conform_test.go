package csv

import (
	"path/filepath"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/conntest"
)

// With deletions the same reading is held to its promises by the connector xlsx.
func TestConnector(t *testing.T) {
	conntest.Run(t, Spec(), func(t *testing.T) conntest.Far {
		return conntest.Far{Config: &Config{Path: filepath.Join(t.TempDir(), "tables")}}
	})
}
