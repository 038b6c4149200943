package archive

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/deskhaul/deskhaul/desk"
)

// origin is the source whose records a target writes.
type origin struct {
	number int    // 0 for a plain target
	prefix string // "" for a plain target
}

// register returns the source's row, making it at the first pull. The prefix is
// chosen then and stays when the label changes.
func register(ctx context.Context, db *sql.DB, id, name string) (origin, error) {
	if id == "" {
		return origin{}, nil
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return origin{}, err
	}
	defer func() { _ = tx.Rollback() }() // after a commit this does nothing
	var o origin
	err = tx.QueryRowContext(ctx, "SELECT n, prefix FROM source WHERE uuid = ?", id).Scan(&o.number, &o.prefix)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		o, err = enter(ctx, tx, id, name)
	case err == nil:
		_, err = tx.ExecContext(ctx, "UPDATE source SET name = ?2 WHERE uuid = ?1 AND name <> ?2", id, name)
	}
	if err != nil {
		return origin{}, fmt.Errorf("source %s: %w", name, err)
	}
	return o, tx.Commit()
}

func enter(ctx context.Context, tx *sql.Tx, id, name string) (origin, error) {
	stem := strings.ReplaceAll(name, "/", "-")
	if stem == "" {
		stem = "source"
	}
	prefix := stem
	for i := 2; ; i++ {
		var taken bool
		err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM source WHERE prefix = ?)", prefix).Scan(&taken)
		if err != nil {
			return origin{}, err
		}
		if !taken {
			break
		}
		prefix = stem + "-" + strconv.Itoa(i)
	}
	res, err := tx.ExecContext(ctx, "INSERT INTO source (uuid, prefix, name) VALUES (?, ?, ?)", id, prefix, name)
	if err != nil {
		return origin{}, err
	}
	n, err := res.LastInsertId()
	return origin{number: int(n), prefix: prefix}, err
}

// id is what the archive calls a record that is not in it yet.
func (o origin) id(source desk.ID, mark string) desk.ID {
	if source == "" {
		source = desk.ID(madeID(mark))
	}
	return o.prefixed(source)
}

func (o origin) prefixed(id desk.ID) desk.ID {
	if o.prefix == "" {
		return id
	}
	return desk.ID(o.prefix + "/" + string(id))
}

// madeID makes an id from a mark, always the same; without a mark a fresh one.
func madeID(mark string) string {
	if mark == "" {
		return uuid.NewString()
	}
	sum := sha256.Sum256([]byte(mark))
	return "a" + hex.EncodeToString(sum[:8])
}

// apart gives a message whose id another one of its ticket has already one of its
// own, made from its mark.
func apart(taken map[desk.ID]bool, m *desk.Message) *desk.Message {
	if m.ID != "" && taken[m.ID] && m.Mark != "" {
		own := *m
		own.ID += "~" + desk.ID(madeID(m.Mark))
		m = &own
	}
	taken[m.ID] = true
	return m
}

// version is a change number as records and receipts carry it.
func version(change int64) string { return strconv.FormatInt(change, 10) }
