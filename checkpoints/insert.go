package checkpoints

import (
	"context"
	"database/sql"
	"strings"
)

// inserts are the statements that rows and keys are written with. They stay
// prepared as long as the store is open.
type inserts struct {
	arrived, open, losses, keys insert
}

// prepare prepares them once. Call it outside a transaction, which would hold the
// only connection.
func (i *inserts) prepare(ctx context.Context, db *sql.DB) error {
	if i.keys.ready() {
		return nil
	}
	settled := strings.TrimSuffix(rowColumns, ", "+openColumns)
	if err := i.arrived.prepare(ctx, db, `ledger (pair, `+settled+`)`); err != nil {
		return err
	}
	if err := i.open.prepare(ctx, db, `ledger (pair, `+rowColumns+`)`); err != nil {
		return err
	}
	if err := i.losses.prepare(ctx, db, `loss (pair, kind, parent, id, field, detail, run)`); err != nil {
		return err
	}
	return i.keys.prepare(ctx, db, `keys (owner, key, value)`)
}

// perInsert are how many rows go into one statement. The cost of a call is then
// shared. More would cost more: the driver seeks each parameter among all of them.
var perInsert = [...]int{12, 3, 1}

// insert puts rows into one table, replacing those of the same key.
type insert struct {
	width int // values in a row
	of    [len(perInsert)]*sql.Stmt
}

func (i *insert) ready() bool { return i.of[len(i.of)-1] != nil }

func (i *insert) prepare(ctx context.Context, db *sql.DB, into string) (err error) {
	i.width = strings.Count(into, ",") + 1
	row := `(` + strings.TrimSuffix(strings.Repeat(`?,`, i.width), `,`) + `)`
	for at, n := range perInsert {
		i.of[at], err = db.PrepareContext(ctx, `INSERT OR REPLACE INTO `+into+` VALUES `+strings.TrimSuffix(strings.Repeat(row+`,`, n), `,`))
		if err != nil {
			return err
		}
	}
	return nil
}

// within is the insert as part of a transaction.
func (i *insert) within(tx *sql.Tx) *inserting { return &inserting{insert: i, tx: tx} }

// inserting gathers rows until there are enough for a statement.
type inserting struct {
	*insert
	tx   *sql.Tx
	bulk *sql.Stmt // the largest, of tx
	args []any
}

func (i *inserting) add(ctx context.Context, row ...any) error {
	i.args = append(i.args, row...)
	if len(i.args) < perInsert[0]*i.width {
		return nil
	}
	if i.bulk == nil {
		i.bulk = i.tx.StmtContext(ctx, i.of[0])
	}
	_, err := i.bulk.ExecContext(ctx, i.args...)
	i.args = i.args[:0]
	return err
}

// end writes what is left.
func (i *inserting) end(ctx context.Context) error {
	for at, n := range perInsert {
		for ; len(i.args) >= n*i.width; i.args = i.args[n*i.width:] {
			if _, err := i.tx.StmtContext(ctx, i.of[at]).ExecContext(ctx, i.args[:n*i.width]...); err != nil {
				return err
			}
		}
	}
	return nil
}
