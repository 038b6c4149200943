package csv

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// indexKey is where the state keeps the place of a record's row.
func indexKey(kind desk.Kind, id desk.ID) string { return "w/i/" + string(kind) + "/" + string(id) }

// madeKey says that a file was begun by us, before anything in it was safe.
func madeKey(kind desk.Kind) string { return "w/made/" + string(kind) }

func markKey(kind desk.Kind, mark string) string { return "w/m/" + string(kind) + "/" + mark }

func ticketPrefix(ticket desk.ID) string {
	return "w/t/" + strconv.Itoa(len(ticket)) + "/" + string(ticket) + "/"
}

func messageKey(ticket, id desk.ID) string { return ticketPrefix(ticket) + string(id) }

func denied(path string, err error) error {
	return fmt.Errorf("csv: %s cannot be written: %w: %w", path, err, connectors.ErrDenied)
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
