package csv

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
func denied(path string, err error) error {
	hint := "make it writable for this user and run the same command again"
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		hint = "free space on its disk and run the same command again"
	}
	return &connectors.Trouble{
		Reason: connectors.ReasonTransient, Hint: hint,
		Err: fmt.Errorf("csv: %s cannot be written: %w: %w", path, err, connectors.ErrDenied),
	}
}

func (t *target) path(kind desk.Kind) string { return filepath.Join(t.dir, fileOf(kind)) }

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
