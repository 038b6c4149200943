package archive

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
)

// Whenever a run is interrupted while an archive is opened for it, the error says so: it is not
// taken for something that is wrong with the archive.
func TestInterruptedAtOpening(t *testing.T) {
	for wait := time.Duration(0); wait < 6*time.Millisecond; wait += 50 * time.Microsecond {
		ctx, stop := context.WithTimeout(t.Context(), time.Hour)
		time.AfterFunc(wait, stop)
		target, err := OpenTarget(ctx, Config{Path: t.TempDir()}, connectors.Env{})
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("interrupted after %v: %v", wait, err)
		}
		if target != nil {
			_ = target.Close()
		}
		stop()
	}
}
