// Package archive is the built-in helpdesk: one SQLite file, attachments in pack
// files, each content once, and a search index beside it. It reads and writes
// every kind, and is an ordinary connector.
//
// A folder holds:
//
//	archive.db         the records; the truth
//	search.db          the search index and the lists of browse; derived, may be deleted
//	files/000001.pack  attachments, one after the other, as they were
//	archive.lock       held by the one process that writes
//
// Where in which pack a content lies, the database says by its SHA-256, so that
// it can be had without this program:
//
//	sqlite3 archive.db "SELECT pack, offset, size FROM file WHERE hex(sha) = upper('9f86…')"
//	tail -c +$((offset + 1)) files/$(printf %06d $pack).pack | head -c $size
//
// A pack only grows. One writer at a time appends to it; from [packSize] on it
// takes nothing more. What lies in a pack counts when a committed row of file
// speaks of it: before a commit the packs are flushed, and what a killed run
// appended beyond pack.size is cut off when the next target is opened. A row may
// be deleted; its bytes then stay, unused, until something compacts the pack,
// which nothing does yet.
package archive

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Config says where an archive lies and for whom it is opened.
type Config struct {
	Path string `yaml:"path" doc:"The folder of the archive: database, search index and attachments." path:"true"`
	// SourceID is the UUID of the source whose records a pull writes, SourceName
	// what the configuration calls it today. The project sets both; they are empty
	// where the archive is a plain target.
	SourceID   string `yaml:"-"`
	SourceName string `yaml:"-"`
}

// Check finds what is missing.
func (c *Config) Check() error {
	if c.Path == "" {
		return fmt.Errorf("path: missing – name the folder of the archive")
	}
	return nil
}

// Places implements connectors.Placed.
func (c *Config) Places() []string { return []string{c.Path} }

// Spec describes the connector.
func Spec() connectors.Spec {
	return connectors.Spec{
		Name:   "archive",
		Doc:    "the built-in helpdesk: one SQLite file, attachments in pack files beside it",
		Config: func() any { return new(Config) },
		Location: func(config any, location string) error {
			if location != "" {
				config.(*Config).Path = location
			}
			return nil
		},
		Account: func(config any) string { return absolute(config.(*Config).Path) },
		Reads:   connectors.Caps{Kinds: desk.Kinds, Resume: true, Deletions: true, Edits: true, Parallel: 8},
		Writes: connectors.Caps{
			Kinds: desk.Kinds, Backdate: true, Silent: true, Idempotent: true, Tombstones: true,
			Parallel: 8, MaxMessages: maxMessages,
		},
		Silence: connectors.Nobody("The archive is a folder on this machine"),
		Source: func(ctx context.Context, config any, env connectors.Env) (connectors.Source, error) {
			return OpenSource(ctx, *config.(*Config), env)
		},
		Target: func(ctx context.Context, config any, env connectors.Env) (connectors.Target, error) {
			if env.DryRun {
				return openRehearsal(ctx, *config.(*Config), env)
			}
			return OpenTarget(ctx, *config.(*Config), env)
		},
	}
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// The numbers of the kinds in the database. They never change.
const (
	numOrganization = 1 + iota
	numGroup
	numAgent
	numCategory
	numContact
	numTicket
	numMessage
	numFile
)

func kindNumber(k desk.Kind) int {
	switch k {
	case desk.KindOrganization:
		return numOrganization
	case desk.KindGroup:
		return numGroup
	case desk.KindAgent:
		return numAgent
	case desk.KindCategory:
		return numCategory
	case desk.KindContact:
		return numContact
	case desk.KindTicket:
		return numTicket
	case desk.KindMessage:
		return numMessage
	case desk.KindFile:
		return numFile
	}
	return 0
}

func kindOf(number int) desk.Kind {
	for _, k := range [...]desk.Kind{
		desk.KindOrganization, desk.KindGroup, desk.KindAgent, desk.KindCategory,
		desk.KindContact, desk.KindTicket, desk.KindMessage, desk.KindFile,
	} {
		if kindNumber(k) == number {
			return k
		}
	}
	return ""
}

// The states of a record.
const (
	stateLive  = 0
	stateGone  = 1 // deleted at its source; its words are kept
	stateTaken = 2 // taken back by Delete; only its id is kept
)
