package xlsx

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/connectors/table/sheets"
)

// opener opens the workbooks of one configuration.
type opener struct {
	cfg   *Config
	env   connectors.Env
	mu    sync.Mutex
	found map[string]*looked // by path
}

// looked is what the last look at a workbook found.
type looked struct {
	size, mtime int64
	sheets      []*sheet
	out         []string // sheets that are left out
}

func newSource(ctx context.Context, cfg *Config, env connectors.Env) (*sheets.Source, error) {
	if err := cfg.Check(); err != nil {
		return nil, fmt.Errorf("xlsx: %w", err)
	}
	o := &opener{cfg: cfg, env: env, found: map[string]*looked{}}
	s, err := sheets.New(ctx, sheets.Options{
		Connector: "xlsx", Title: "Excel, " + cfg.Path, Path: cfg.Path, Many: "sheets", Deletions: cfg.Deletions, Open: o.open, LeftOut: leftOut, Close: o.close,
	}, env)
	if err != nil {
		return nil, errors.Join(err, o.close())
	}
	return s, nil
}

// open opens every sheet that is to be read. Workbooks can change between two reads, so
// each read looks whether they did, and then unpacks them again.
func (o *opener) open(context.Context) (all []*sheets.Sheet, out []string, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	books, err := o.books()
	if err != nil {
		return nil, nil, err
	}
	for _, path := range books {
		l, err := o.look(path)
		if err != nil {
			return nil, nil, errors.Join(err, sheets.CloseAll(all))
		}
		out = append(out, l.out...)
		for _, s := range l.sheets {
			opened, err := s.open()
			if err != nil {
				return nil, nil, errors.Join(err, sheets.CloseAll(all))
			}
			all = append(all, opened)
		}
	}
	if len(all) == 0 {
		return nil, nil, o.nothing(out)
	}
	return all, out, nil
}

// nothing says why there is nothing to read.
func (o *opener) nothing(out []string) error {
	if len(o.cfg.Sheets) > 0 {
		return fmt.Errorf("xlsx: %s: there is no sheet %q: say name: as on its tab", o.cfg.Path, o.cfg.Sheets[0].Name)
	}
	if len(out) == 0 {
		return fmt.Errorf("xlsx: %s: there is no sheet with anything in it", o.cfg.Path)
	}
	return fmt.Errorf("xlsx: %s: %s", o.cfg.Path, leftOut(out))
}

// leftOut tells which sheets are not read.
func leftOut(out []string) string {
	name := out[0][strings.LastIndex(out[0], "sheet ")+len("sheet "):]
	name, _, _ = strings.Cut(name, " (hidden)")
	return fmt.Sprintf("left out, because they are hidden, or neither name nor columns say clearly what their rows are: %s: to read one, list all sheets to read under sheets:, as in {name: %s, kind: tickets}",
		strings.Join(out, "; "), name)
}

// books lists the workbooks: the one, or those of a folder in the order of their names.
func (o *opener) books() ([]string, error) {
	info, err := os.Stat(o.cfg.Path)
	if err != nil {
		return nil, fmt.Errorf("xlsx: %w", err)
	}
	if !info.IsDir() {
		return []string{o.cfg.Path}, nil
	}
	entries, err := os.ReadDir(o.cfg.Path)
	if err != nil {
		return nil, fmt.Errorf("xlsx: %w", err)
	}
	var books []string
	for _, e := range entries {
		ext := strings.ToLower(filepath.Ext(e.Name()))
		if e.Type().IsRegular() && (ext == ".xlsx" || ext == ".xlsm") && !strings.HasPrefix(e.Name(), ".") && !strings.HasPrefix(e.Name(), "~$") {
			books = append(books, filepath.Join(o.cfg.Path, e.Name()))
		}
	}
	if len(books) == 0 {
		return nil, fmt.Errorf("xlsx: %s: there is no workbook (.xlsx) in this folder: name one with path", o.cfg.Path)
	}
	return books, nil
}

// look unpacks a workbook, unless it is as it was.
func (o *opener) look(path string) (*looked, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("xlsx: %w", err)
	}
	was := o.found[path]
	if was != nil && was.size == info.Size() && was.mtime == info.ModTime().UnixNano() {
		return was, nil
	}
	if was != nil {
		delete(o.found, path)
		if err := was.remove(); err != nil {
			o.env.Log.Debug("a temporary copy stays", "error", err)
		}
	}
	b, err := openBook(path, o.limit(), o.env.Temp)
	if err != nil {
		return nil, err
	}
	l := &looked{size: info.Size(), mtime: info.ModTime().UnixNano()}
	err = o.tabs(b, l)
	if err = errors.Join(err, b.close()); err != nil {
		return nil, errors.Join(err, l.remove())
	}
	o.found[path] = l
	return l, nil
}

func (o *opener) limit() int64 {
	if o.cfg.MaxUnpacked == 0 {
		return defaultMaxUnpacked
	}
	return o.cfg.MaxUnpacked
}

// tabs unpacks the sheets that are to be read.
func (o *opener) tabs(b *book, l *looked) error {
	listed := len(o.cfg.Sheets) > 0
	var vague []*sheet
	for _, t := range b.tabs {
		said, ok := o.cfg.of(b.path, t)
		if !ok {
			if t.hidden && !listed {
				l.out = append(l.out, filepath.Base(b.path)+", sheet "+t.name+" (hidden)")
			}
			continue
		}
		u, err := b.unpack(t, o.env.Temp)
		if err != nil {
			return fmt.Errorf("xlsx: %s, sheet %s: %w", b.path, t.name, err)
		}
		s, err := understand(u, b.path, l.mtime, said.said())
		switch {
		case u.size == 0: // nothing stands in it
			err = os.Remove(u.file)
		case err != nil && (listed || !errors.Is(err, table.ErrKind)):
			return errors.Join(fmt.Errorf("xlsx: %s, sheet %s: %w", b.path, t.name, err), os.Remove(u.file))
		case !listed && s.vague, err != nil:
			vague, err = append(vague, s), nil
		default:
			l.sheets = append(l.sheets, s)
		}
		if err != nil {
			return err
		}
	}
	return l.settle(vague)
}

// settle leaves out the sheets of which it is not clear what their rows are, but for one
// that stands alone and may be something.
func (l *looked) settle(vague []*sheet) error {
	if len(vague) == 1 && len(l.sheets) == 0 && vague[0].Layout != nil {
		l.sheets = vague
		return nil
	}
	var errs []error
	for _, s := range vague {
		l.out = append(l.out, s.base())
		errs = append(errs, s.remove())
	}
	slices.Sort(l.out)
	return errors.Join(errs...)
}

func (l *looked) remove() error {
	var errs []error
	for _, s := range l.sheets {
		errs = append(errs, s.remove())
	}
	return errors.Join(errs...)
}

func (o *opener) close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	var errs []error
	for _, l := range o.found {
		errs = append(errs, l.remove())
	}
	clear(o.found)
	return errors.Join(errs...)
}
