package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/dustin/go-humanize"

	"github.com/deskhaul/deskhaul/project"
)

// room tells what on the project's disk would stop a run: that nothing can be
// written there, or that it is too small.
func (s *session) room(ctx context.Context, free int64) (found []finding, err error) {
	dir := existing(s.p.Hidden())
	if !writable(dir) {
		found = append(found, finding{Level: "error", Place: dir, Text: "nothing can be written here: the project can be looked at, but nothing can be moved"})
	}
	if s.p.Archive == nil {
		return found, nil
	}
	var size int64
	for _, src := range s.p.Sources {
		n, err := sizeOf(ctx, src)
		if err != nil {
			return nil, err
		}
		size += n
	}
	if f, ok := tooSmall(size, free); ok {
		found = append(found, f)
	}
	return found, nil
}

// tooSmall tells that what is free is less than what is read; free 0 is unknown.
func tooSmall(size, free int64) (finding, bool) {
	if free <= 0 || size <= free {
		return finding{}, false
	}
	return finding{Level: "warning", Text: fmt.Sprintf("the sources have %s, and only %s are free on the project's disk: the archive may not fit – make room, or name another folder for it",
		humanize.IBytes(uint64(size)), humanize.IBytes(uint64(free)))}, true
}

// existing is the nearest folder above a path, or itself, that is there.
func existing(path string) string {
	for {
		if _, err := os.Stat(path); err == nil || filepath.Dir(path) == path {
			return path
		}
		path = filepath.Dir(path)
	}
}

// sizeOf sums the files that a system's configuration names, in bytes. What cannot
// be looked at counts nothing: opening the system tells of it.
func sizeOf(ctx context.Context, sys *project.System) (size int64, err error) {
	for _, path := range sys.Paths() {
		err := filepath.WalkDir(path, func(_ string, d fs.DirEntry, err error) error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil || !d.Type().IsRegular() {
				return nil //nolint:nilerr // see above
			}
			if info, err := d.Info(); err == nil {
				size += info.Size()
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
	}
	return size, nil
}
