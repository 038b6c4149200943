package xlsx

import (
	"path/filepath"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/conntest"
)

func TestConnector(t *testing.T) {
	conntest.Run(t, Spec(), func(t *testing.T) conntest.Far {
		return conntest.Far{Config: &Config{Path: filepath.Join(t.TempDir(), "all.xlsx"), Deletions: true}}
	})
}
