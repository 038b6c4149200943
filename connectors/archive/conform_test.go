package archive_test

import (
	"path/filepath"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/archive"
	"github.com/deskhaul/deskhaul/connectors/conntest"
)

func TestConnector(t *testing.T) {
	conntest.Run(t, archive.Spec(), func(t *testing.T) conntest.Far {
		return conntest.Far{Config: &archive.Config{Path: filepath.Join(t.TempDir(), "desk")}}
	})
}
