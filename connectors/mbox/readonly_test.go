package mbox

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
)

func TestReadOnlyFileSaysWhatToDo(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write anywhere")
	}
	path, state := filepath.Join(t.TempDir(), "out.mbox"), new(conntest.State)
	finish(t, path, state, 1)
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	_, err := openTarget(context.Background(), &Config{Path: path}, envWith(state))
	if !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), "make it writable for this user") {
		t.Errorf("says %v", err)
	}
}
