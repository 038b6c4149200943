package project

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Glance opens a project for looking at what was done, without its configuration:
// a move that was told by flags alone has none. Names maps the UUIDs of systems to
// what they were last called. The error wraps ErrNoProject where nothing was ever
// moved.
func Glance(folder string) (p *Project, names map[string]string, err error) {
	abs, err := filepath.Abs(folder)
	if err != nil {
		return nil, nil, fmt.Errorf("folder %s: %w", folder, err)
	}
	p = &Project{Folder: abs, Name: filepath.Base(abs)}
	path := filepath.Join(p.Hidden(), "project.json")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("%w: nothing has been moved in %s yet – start with \"deskhaul migrate\"", ErrNoProject, folder)
	}
	id, _, err := readIdentity(path)
	if err != nil {
		return nil, nil, err
	}
	p.UUID = id.UUID
	names = map[string]string{}
	for _, e := range append(id.Sources, id.Targets...) {
		names[e.UUID] = e.Name
	}
	return p, names, nil
}
