package maildir

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// folder is one Maildir: a directory with cur and new in it.
type folder struct {
	rel  string // below the root, with "/"; "" for the root
	name string // decoded, with "/" between levels
}

// inbox is the name of the root's own folder.
const inbox = "INBOX"

// folders lists the Maildirs below the root: the root's own first, then by name.
// Maildir++ keeps ".A.B" for folder B in A beside them all; other programs nest
// directories.
func (s *store) folders(ctx context.Context) ([]folder, error) {
	info, err := os.Stat(s.root)
	if err != nil {
		return nil, fmt.Errorf("maildir: %w: give the folder in path", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("maildir: %s is a file, not a folder: for a file of messages use the connector mbox", s.root)
	}
	var found []folder
	err = filepath.WalkDir(s.root, func(path string, d fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		if !d.IsDir() {
			return nil
		}
		if path != s.root && (d.Name() == "cur" || d.Name() == "new" || d.Name() == "tmp") {
			return filepath.SkipDir
		}
		if !isDir(path, "cur") && !isDir(path, "new") {
			return nil
		}
		rel, err := filepath.Rel(s.root, path)
		if err != nil {
			return err
		}
		if rel = filepath.ToSlash(rel); rel == "." {
			rel = ""
		}
		found = append(found, folder{rel, readName(rel)})
		return nil
	})
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("maildir: no folder cur or new is in %s: is it an mbox, or a folder of .eml files?", s.root)
	}
	slices.SortFunc(found, func(a, b folder) int {
		if (a.rel == "") != (b.rel == "") {
			return len(a.rel) - len(b.rel)
		}
		return strings.Compare(a.name, b.name)
	})
	return found, err
}

func isDir(parts ...string) bool {
	info, err := os.Stat(filepath.Join(parts...))
	return err == nil && info.IsDir()
}

// readName makes a folder's name of its directory.
func readName(rel string) string {
	if rel == "" {
		return inbox
	}
	var levels []string
	for part := range strings.SplitSeq(rel, "/") {
		if after, plus := strings.CutPrefix(part, "."); plus {
			for sub := range strings.SplitSeq(after, ".") {
				levels = append(levels, decodeFolder(sub))
			}
			continue
		}
		levels = append(levels, decodeFolder(part))
	}
	return strings.Join(slices.DeleteFunc(levels, func(s string) bool { return s == "" }), "/")
}
