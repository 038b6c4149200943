package project

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/zalando/go-keyring"
)

// ring is a keyring.
type ring interface {
	get(ctx context.Context, name string) (string, error) // "" nothing
	set(ctx context.Context, name, secret string) error
}

// errNoRing says that the system has no keyring.
var errNoRing = errors.New("there is no keyring")

// ringTime is how long a keyring may take: its owner may have to unlock it.
const ringTime = time.Minute

// ringService is the name that our entries have in the keyring.
const ringService = "deskhaul"

// systemRing is the keyring of the system, nil where there is certainly none. On
// Linux and its like it is behind the session's bus; asking where there is no bus would
// start one.
func systemRing() ring {
	switch runtime.GOOS {
	case "darwin", "windows":
		return osRing{}
	}
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return osRing{}
	}
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" {
		if _, err := os.Stat(filepath.Join(dir, "bus")); err == nil {
			return osRing{}
		}
	}
	return nil
}

type osRing struct{}

func (osRing) get(ctx context.Context, name string) (string, error) {
	return timely(ctx, func() (string, error) {
		s, err := keyring.Get(ringService, name)
		if errors.Is(err, keyring.ErrNotFound) {
			return "", nil
		}
		return s, noRing(err)
	})
}

func (osRing) set(ctx context.Context, name, secret string) error {
	_, err := timely(ctx, func() (string, error) { return "", noRing(keyring.Set(ringService, name, secret)) })
	return err
}

// noRing tells a system without a keyring from a keyring that refuses.
func noRing(err error) error {
	if errors.Is(err, keyring.ErrUnsupportedPlatform) || unknownService(err) {
		return errNoRing
	}
	return err
}

// timely does not wait for ever for an owner who is not there.
func timely(ctx context.Context, do func() (string, error)) (string, error) {
	type answer struct {
		s   string
		err error
	}
	ch := make(chan answer, 1)
	go func() {
		s, err := do()
		ch <- answer{s, err}
	}()
	t := time.NewTimer(ringTime)
	defer t.Stop()
	select {
	case a := <-ch:
		return a.s, a.err
	case <-t.C:
		return "", fmt.Errorf("it has not answered for %s", ringTime)
	case <-ctx.Done():
		return "", ctx.Err()
	}
}
