package archive

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
)

// load finds the packs that have room, and clears away what a killed run wrote
// without committing it. The caller holds the lock of the folder.
func (s *packs) load(ctx context.Context, q querier, log *slog.Logger) error {
	known := map[int64]bool{}
	err := each(ctx, q, func(rows *sql.Rows) (bool, error) {
		p := new(pack)
		if err := rows.Scan(&p.n, &p.saved); err != nil {
			return false, err
		}
		known[p.n], s.last = true, p.n
		return true, s.resume(p, log)
	}, "SELECT n, size FROM pack ORDER BY n")
	if err != nil {
		return err
	}
	return s.sweep(known)
}

// resume makes a standing pack one to append to, if it has room. A pack that lacks
// committed bytes is left as it is, so that a copy can be put in its place.
func (s *packs) resume(p *pack, log *slog.Logger) error {
	if p.saved >= s.limit {
		return nil
	}
	path := packPath(s.folder, p.n)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() < p.saved:
		if log != nil {
			log.Warn("A pack of attachments is missing or too short. Put back a copy of it; until then those in it cannot be read.",
				"pack", path, "bytes", p.saved)
		}
		return nil
	case err == nil && info.Size() > p.saved:
		err = os.Truncate(path, p.saved)
	}
	p.size, p.tail = p.saved, p.saved
	s.open = append(s.open, p)
	return err
}

// sweep removes packs that no committed row speaks of.
func (s *packs) sweep(known map[int64]bool) error {
	entries, err := os.ReadDir(filepath.Join(s.folder, packFolder))
	if err != nil {
		return err
	}
	for _, e := range entries {
		if n, ok := packNumber(e.Name()); ok && !known[n] {
			if err := os.Remove(packPath(s.folder, n)); err != nil {
				return err
			}
		}
	}
	return nil
}
