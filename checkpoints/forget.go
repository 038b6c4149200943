package checkpoints

import (
	"context"
	"errors"
	"fmt"

	"github.com/deskhaul/deskhaul/desk"
)

func (l *sqliteLedger) Forget(ctx context.Context, kind desk.Kind, id desk.ID) error {
	messages := any(nil) // no parent is equal to it
	if kind == desk.KindTicket {
		messages = string(id)
	}
	args := []any{l.pair, kindNumber[kind], string(id), kindNumber[desk.KindMessage], messages}
	const which = ` WHERE pair = ?1 AND (kind = ?2 AND parent = '' AND id = ?3 OR kind = ?4 AND parent = ?5)`
	return l.s.now(ctx, `DELETE FROM ledger`+which, args, `DELETE FROM loss`+which, args)
}

func (l *sqliteLedger) Rewind(ctx context.Context) error {
	return l.s.now(ctx, `DELETE FROM part WHERE pair = ?`, []any{l.pair})
}

// now executes statements in a transaction of their own; each is followed by its
// arguments.
func (s *sqliteStore) now(ctx context.Context, statements ...any) error {
	s.commit.Lock()
	defer s.commit.Unlock()
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("ledger %s: %w", s.path, err)
	}
	for i := 0; i < len(statements); i += 2 {
		if _, err := tx.ExecContext(ctx, statements[i].(string), statements[i+1].([]any)...); err != nil {
			return errors.Join(fmt.Errorf("ledger %s: %w", s.path, wrapFull(err)), tx.Rollback())
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("ledger %s: %w", s.path, wrapFull(err))
	}
	return nil
}
