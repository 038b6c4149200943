package project

import (
	"errors"
	"net"
	"os"
	"strings"

	"github.com/godbus/dbus/v5"
)

// unknownService tells that the session's bus does not answer, or that no keyring is
// behind it.
func unknownService(err error) bool {
	var bus dbus.Error
	if errors.As(err, &bus) {
		return strings.HasSuffix(bus.Name, ".ServiceUnknown") || strings.HasSuffix(bus.Name, ".UnknownObject") || strings.HasSuffix(bus.Name, ".NoServer")
	}
	var line *net.OpError
	return errors.As(err, &line) || errors.Is(err, os.ErrNotExist)
}
