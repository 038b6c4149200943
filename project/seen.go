package project

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/deskhaul/deskhaul/mapping/strict"
)

// seenFile keeps what init last saw at both ends. From the person's file alone it could not
// be told: a line that was thrown out would come again as new.
const seenFile = "init.json"

// Seen reads what KeepSeen kept into v; false if there is nothing.
func Seen(folder string, v any) (bool, error) {
	path := filepath.Join(folder, hidden, seenFile)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err == nil {
		err = json.Unmarshal(b, v)
	}
	if err != nil {
		return false, fmt.Errorf("%s cannot be read: %w – delete it: then all counts as new that %s does not name", path, err, FileName)
	}
	return true, nil
}

// KeepSeen keeps what init saw, readable by its owner alone.
func KeepSeen(folder string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("keep what was seen: %w", err)
	}
	path := filepath.Join(folder, hidden, seenFile)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("keep what was seen: %w", err)
	}
	return replaceFile(path, append(b, '\n'))
}

// MappingFile is the file that the mapping stands in, and the keys that lead to it there.
func (p *Project) MappingFile() (path string, root []string, err error) {
	path = filepath.Join(p.Folder, FileName)
	src, err := os.ReadFile(path)
	if err != nil {
		return path, nil, fmt.Errorf("read the project: %w", err)
	}
	var bad strict.Mistakes
	n := strict.Parse(path, src, &bad).Get("mapping")
	if n != nil && n.Scalar() {
		return absolute(n.Value, p.Folder), nil, bad.Err()
	}
	return path, []string{"mapping"}, bad.Err()
}

// Rewrite puts a new text in the place of a file, whole or not at all; its mode stays.
func Rewrite(path string, src []byte) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := replaceFile(path, src); err != nil {
		return err
	}
	return os.Chmod(path, info.Mode().Perm())
}
