package xlsx

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/connectors/table/folder"
	"github.com/deskhaul/deskhaul/connectors/table/rows"
	"github.com/deskhaul/deskhaul/desk"
)

// target writes a workbook: a sheet for each kind and one for messages, and beside it a
// folder with the attachments. See work.go for how.
type target struct {
	*folder.Target
	book string
	dir  string // of the rows
	env  connectors.Env
	cfg  *Config
	left bool // an earlier run left rows that are not in the workbook
}

func newTarget(ctx context.Context, cfg *Config, env connectors.Env) (*target, error) {
	switch info, err := os.Stat(cfg.Path); {
	case cfg.Path == "":
		return nil, errors.New("xlsx: path: say which workbook to write")
	case err == nil && info.IsDir():
		return nil, fmt.Errorf("xlsx: %s is a folder: name a workbook to write, as in tickets.xlsx: %w", cfg.Path, connectors.ErrDenied)
	case !strings.EqualFold(filepath.Ext(cfg.Path), ".xlsx"):
		return nil, fmt.Errorf("xlsx: %s: the name of a workbook ends in .xlsx, or Excel does not open it: %w", cfg.Path, connectors.ErrDenied)
	}
	t := &target{book: cfg.Path, env: env, cfg: cfg}
	if err := t.prepare(ctx); err != nil {
		return nil, errors.Join(err, t.clear())
	}
	var err error
	t.Target, err = folder.Open(ctx, folder.Options{
		Connector: "xlsx", Dir: t.dir, Files: filesOf(t.book), Home: filepath.Dir(t.book), Place: "workbook",
		Name: t.name, At: t.at, Begin: t.begin, Fit: fit,
	}, env)
	if err != nil {
		return nil, errors.Join(err, t.clear())
	}
	return t, nil
}

// prepare finds the rows, or takes them out of the workbook.
func (t *target) prepare(ctx context.Context) (err error) {
	t.dir = workOf(t.book)
	if t.left, err = goesOn(t.book); err != nil {
		return err
	}
	if !t.env.DryRun {
		if err := sweep(t.book); err != nil {
			return denied(t.book, err)
		}
	}
	if t.left {
		return nil
	}
	if t.env.DryRun { // nothing is made beside the workbook
		if t.dir, err = os.MkdirTemp(t.env.Temp, "xlsx-rows-*"); err != nil {
			return fmt.Errorf("xlsx: a temporary copy: %w", err)
		}
	}
	known, err := folder.Known(ctx, t.env.State)
	if err != nil {
		return fmt.Errorf("xlsx: the state of %s cannot be read: %w", t.book, err)
	}
	_, err = os.Stat(t.book)
	switch exists := err == nil; {
	case exists && !known:
		return fmt.Errorf("xlsx: %s is there already and was not written by this project: name a workbook that is not there yet: %w", t.book, connectors.ErrDenied)
	case known && !exists:
		return fmt.Errorf("xlsx: %s was written by an earlier run and is gone: put it back, or write to a new workbook in a new project: %w", t.book, connectors.ErrDenied)
	case known:
		return t.takeOut()
	}
	return nil
}

// clear removes the rows of a dry run.
func (t *target) clear() error {
	if t.env.DryRun && t.dir != workOf(t.book) && t.dir != "" {
		return os.RemoveAll(t.dir)
	}
	return nil
}

// begin makes the folder of rows be that of the workbook.
func (t *target) begin() error {
	if _, ok := readClaim(t.dir); ok {
		return nil
	}
	return errors.Join(claim{}.write(t.dir), syncPath(filepath.Dir(t.dir)))
}

// name is what people call the rows of a kind.
func (t *target) name(kind desk.Kind) string { return t.book + ", sheet " + table.Plural(kind) }

// at tells people where a row stands, which begins at a byte of its table.
func (t *target) at(kind desk.Kind, off int64) string {
	f, err := os.Open(filepath.Join(t.dir, folder.FileOf(kind)))
	if err != nil {
		return "a row"
	}
	defer f.Close() //nolint:errcheck // it was only read
	in := rows.New(f, off, rows.Ours(), off+1)
	for n := 1; ; n++ {
		if _, err := in.Next(); err != nil {
			return "row " + strconv.Itoa(n)
		}
	}
}

// holdsRows tells whether there is anything to write: what a killed run left is thrown away
// where nothing of it was ever told as done.
func (t *target) holdsRows() bool {
	for _, kind := range table.Sheets() {
		if _, err := os.Stat(filepath.Join(t.dir, folder.FileOf(kind))); !errors.Is(err, fs.ErrNotExist) {
			return true
		}
	}
	return false
}

// withdraw removes a workbook that was written of such rows alone: to the state they are
// nobody's, and they come again.
func (t *target) withdraw() error {
	c, _ := readClaim(t.dir)
	sum, err := sumOf(t.book)
	if err != nil || c.Was != "" || c.Next == "" || sum != c.Next {
		return err
	}
	return os.Remove(t.book)
}

// Close makes everything safe and writes the workbook.
func (t *target) Close() error {
	err := t.Target.Close()
	if t.env.DryRun {
		return errors.Join(err, t.clear())
	}
	if err != nil {
		return err
	}
	switch {
	case !t.left && !t.Changed():
	case t.holdsRows():
		err = t.putIn()
	default:
		err = t.withdraw()
	}
	if err != nil {
		return denied(t.book, err)
	}
	if !t.Settled() {
		return nil // the next run finds them there
	}
	return discard(t.book)
}
