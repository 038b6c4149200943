package csv

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

// opener opens the files of one configuration.
type opener struct {
	cfg   *Config
	env   connectors.Env
	mu    sync.Mutex
	found map[string]*sheet // by number and path: what the last look at each file found
}

func newSource(ctx context.Context, cfg *Config, env connectors.Env) (*sheets.Source, error) {
	if err := cfg.Check(); err != nil {
		return nil, fmt.Errorf("csv: %w", err)
	}
	s := &opener{cfg: cfg, env: env, found: map[string]*sheet{}}
	return sheets.New(ctx, sheets.Options{
		Connector: "csv", Title: "CSV, " + cfg.Path, Path: cfg.Path, Many: "files", Deletions: cfg.Deletions, Open: s.open, LeftOut: leftOut,
	}, env)
}

// open opens every file and finds out what it is, and names the files of the folder that
// are left out because nobody said what their rows are. Files can change between two
// reads, so each read opens them again, and looks again at those that changed.
func (s *opener) open(context.Context) (all []*sheets.Sheet, out []string, err error) {
	files, listed, err := s.files()
	if err != nil {
		return nil, nil, err
	}
	for i, f := range files {
		sh, err := s.sheet(i, f)
		if listed && (errors.Is(err, table.ErrKind) || errors.Is(err, errNoText)) {
			out = append(out, filepath.Base(f.Path))
			continue
		}
		if err != nil {
			return nil, nil, errors.Join(err, sheets.CloseAll(all))
		}
		if listed && sh.Vague {
			out = append(out, sh.Base)
			if err := sh.close(); err != nil {
				return nil, nil, errors.Join(err, sheets.CloseAll(all))
			}
			continue
		}
		all = append(all, sh.ready())
	}
	if len(all) == 0 {
		return nil, nil, fmt.Errorf("csv: %s: %s", s.cfg.Path, leftOut(out))
	}
	return all, out, nil
}

// sheet opens one file; a file can be listed twice, as of two kinds.
func (s *opener) sheet(i int, f File) (*sheet, error) {
	key := fmt.Sprint(i, " ", f.Path)
	s.mu.Lock()
	was := s.found[key]
	s.mu.Unlock()
	sh, err := openSheet(f, s.cfg.MaxRow, s.env.Temp, was)
	if err == nil {
		kept := *sh // another read looks at it while this one goes on with its own
		s.mu.Lock()
		s.found[key] = &kept
		s.mu.Unlock()
	}
	return sh, err
}

// files lists the files to read: those of the configuration, else those of the
// folder in the order of their names, which the second result tells. Empty ones
// are left out.
func (s *opener) files() (files []File, listed bool, err error) {
	for _, f := range s.cfg.Files {
		files = append(files, s.cfg.merged(f))
	}
	if len(files) > 0 {
		return files, false, nil
	}
	info, err := os.Stat(s.cfg.Path)
	if err != nil {
		return nil, false, fmt.Errorf("csv: %w", err)
	}
	if !info.IsDir() {
		return []File{s.cfg.only()}, false, nil
	}
	if files, err = s.folder(); err == nil && len(files) == 0 {
		err = fmt.Errorf("csv: %s: there is no .csv, .tsv or .txt file with anything in it: name one with path", s.cfg.Path)
	}
	return files, true, err
}

func (s *opener) folder() ([]File, error) {
	entries, err := os.ReadDir(s.cfg.Path)
	if err != nil {
		return nil, fmt.Errorf("csv: %w", err)
	}
	var files []File
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() || info.Size() == 0 || strings.HasPrefix(e.Name(), ".") {
			continue // gone since, or nothing to read
		}
		if slices.Contains([]string{".csv", ".tsv", ".txt"}, strings.ToLower(filepath.Ext(e.Name()))) {
			files = append(files, s.cfg.merged(File{Path: e.Name()}))
		}
	}
	return files, nil
}

// leftOut tells which files of a folder are not read.
func leftOut(files []string) string {
	return fmt.Sprintf("left out, because neither name nor columns say clearly what their rows are: %s: to read one, list all files to read under files:, as in {path: %s, kind: tickets}",
		strings.Join(files, ", "), files[0])
}
