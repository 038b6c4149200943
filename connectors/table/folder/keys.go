package folder

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// indexKey is where the state keeps the place of a record's row.
func indexKey(kind desk.Kind, id desk.ID) string { return "w/i/" + string(kind) + "/" + string(id) }

func markKey(kind desk.Kind, mark string) string { return "w/m/" + string(kind) + "/" + mark }

func ticketPrefix(ticket desk.ID) string {
	return "w/t/" + strconv.Itoa(len(ticket)) + "/" + string(ticket) + "/"
}

func messageKey(ticket, id desk.ID) string { return ticketPrefix(ticket) + string(id) }

// denied stops the run: nothing more can be written.
func (t *Target) denied(path string, err error) error {
	hint := "make it writable for this user and run the same command again"
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		hint = "free space on its disk and run the same command again"
	}
	return &connectors.Trouble{
		Reason: connectors.ReasonTransient, Hint: hint,
		Err: t.failed("%s cannot be written: %w: %w", path, err, connectors.ErrDenied),
	}
}

func (t *Target) path(kind desk.Kind) string { return filepath.Join(t.dir, FileOf(kind)) }

// name is what people call the table of a kind.
func (t *Target) name(kind desk.Kind) string {
	if t.o.Name != nil {
		return t.o.Name(kind)
	}
	return t.path(kind)
}

// at tells people where in the table of a kind a row begins.
func (t *Target) at(kind desk.Kind, off int64) string {
	if t.o.At != nil {
		return t.o.At(kind, off)
	}
	return "byte " + strconv.FormatInt(off, 10)
}

// failed makes an error that names the connector.
func (t *Target) failed(format string, args ...any) error {
	return fmt.Errorf(t.o.Connector+": "+format, args...)
}

func safeName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) || r == 0x7f {
			return '_'
		}
		return r
	}, filepath.Base(strings.ReplaceAll(name, `\`, "/")))
	if r := []rune(name); len(r) > 60 {
		name = string(r[:40]) + string(r[len(r)-20:])
	}
	return strings.Trim(name, ". ")
}
