package conntest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// disk is a desk whose writes are safe after Sync only, on a disk that can be full.
type disk struct {
	Desk mem.Desk
	full bool
	torn bool // an opening ended with a failure
}

// buffered is one opening of a disk. When the disk is full it loses what was
// written since the last Sync.
type buffered struct {
	*mem.Desk
	disk  *disk
	fault string
	since []named
	lost  error
}

func (b *buffered) Create(ctx context.Context, r desk.Record) (connectors.Receipt, error) {
	if b.lost != nil {
		return connectors.Receipt{}, b.lost
	}
	if b.disk.full {
		return connectors.Receipt{}, b.fail(ctx)
	}
	got, err := b.Desk.Create(ctx, r)
	b.since = append(b.since, named{r.Kind(), got.ID})
	return got, err
}

func (b *buffered) fail(ctx context.Context) error {
	b.lost, b.disk.torn = fmt.Errorf("the disk is full: %w", connectors.ErrDenied), true
	for _, gone := range b.since {
		if err := b.Delete(ctx, gone.kind, gone.id); err != nil {
			return errors.Join(b.lost, err)
		}
	}
	b.since = nil
	return b.lost
}

func (b *buffered) Sync(ctx context.Context) error {
	err := b.lost
	switch {
	case err == nil && b.disk.full && len(b.since) > 0:
		err = b.fail(ctx)
	case err == nil:
		b.since = nil
	}
	switch b.fault {
	case "forgets":
		b.lost = nil
	case "says nothing":
		return nil
	}
	return err
}

func (b *buffered) Close() error {
	if b.fault == "closes in peace" {
		return nil
	}
	return b.lost
}

func diskSpec(fault string) connectors.Spec {
	spec := mem.Spec()
	spec.Target = func(_ context.Context, config any, _ connectors.Env) (connectors.Target, error) {
		d := config.(*disk)
		if fault == "cannot go on" && d.torn {
			return nil, errors.New("it was not written by this project")
		}
		return &buffered{Desk: &d.Desk, disk: d, fault: fault}, nil
	}
	spec.Source = func(_ context.Context, config any, _ connectors.Env) (connectors.Source, error) {
		return &config.(*disk).Desk, nil
	}
	return spec
}

func TestSyncFailedNotices(t *testing.T) {
	for fault, says := range map[string]string{
		"":                "",
		"forgets":         "a later one of the same opening returned nil",
		"says nothing":    "a Sync had returned nil",
		"closes in peace": "Close said nothing",
		"cannot go on":    "not written by this project",
	} {
		t.Run(fault, func(t *testing.T) {
			d := new(disk)
			far := Far{Config: d, Full: func(full bool) { d.full = full }}
			err := ruleNamed(t, "SyncFailed").hold(t, diskSpec(fault), far)
			if fault == "" && err != nil || fault != "" && (err == nil || !strings.Contains(err.Error(), says)) {
				t.Errorf("it said %v, want %q", err, says)
			}
		})
	}
}
