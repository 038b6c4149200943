// Package words is an inverted index in a SQLite database: which records hold which
// words, and where.
//
// A record has documents: its cover and what follows it. A [Writer] gathers documents
// in memory and writes them as a segment, which is never changed: terms in order,
// each with its documents and, for words, the places in them. Segments are merged
// by [Tidy] when there are many of a size, so that each posting is written again
// once for every eightfold growth. A record that is indexed anew takes its old
// documents out of all older segments; merging drops them.
//
// All is written in transactions of the caller's database, so that a kill leaves
// the index at a commit. A [Snapshot] reads what is committed at its beginning.
//
// A term is a word or a key. A word is what the caller took it for, any bytes without
// a space whose first is not below 0x20. A key, such as the status of a ticket, has no
// place in a text: its first byte, below 0x20, is its name, the rest its value.
package words

import (
	"context"
	"database/sql"
	_ "embed" // the schema
	"errors"
	"fmt"
)

//go:embed words.sql
var schema string

// Schema makes the tables, which are segment and block.
func Schema() string { return schema }

// PlaceBits is how many low bits of a document's number are its place in its
// record, 0 for the cover; the others are the record's number.
const PlaceBits = 24

const (
	placeMask  = 1<<PlaceBits - 1
	mostRecord = 1<<(63-PlaceBits) - 1
)

// Cover is the number of a record's cover.
func Cover(record int64) int64 { return record << PlaceBits }

// The keys that say what a segment takes out of older ones. Those of callers come after.
const (
	replacedCover = 1 + iota
	replacedWhole
	// FirstKey is the smallest name that a key may have.
	FirstKey
	// LastKey is the largest.
	LastKey = 0x1f
)

// LongestPhrase is how many words of a phrase are looked for side by side, at most.
const LongestPhrase = 64

// ErrDamaged says that what is stored is not what was written. The index has to
// be built anew.
var ErrDamaged = errors.New("the word index is damaged")

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrDamaged}, args...)...)
}

// Store is a transaction or a connection of the database.
type Store interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}
