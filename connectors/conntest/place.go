package conntest

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
)

// paths are the path fields of the configuration: name and value.
func paths(config any) map[string]string {
	out := map[string]string{}
	v := reflect.ValueOf(config)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return out
	}
	for _, f := range reflect.VisibleFields(v.Elem().Type()) {
		if f.Tag.Get("path") != "true" || f.Type.Kind() != reflect.String {
			continue
		}
		if p := v.Elem().FieldByIndex(f.Index).String(); filepath.IsAbs(p) {
			out[f.Name] = p
		}
	}
	return out
}

// room is the folder that holds all that lies at path: path itself if it is a
// folder, else the one it lies in, where files may stand beside it.
func room(path string) string {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return path
	}
	return filepath.Dir(path)
}

// kill is the system as a kill at this instant would leave it, with the first n
// puts of the target's state: of what lies on disk a copy, of all else the thing
// itself.
func (r *rig) kill(n int) (*rig, error) {
	far := r.far
	at := paths(far.Config)
	if len(at) > 0 {
		c := reflect.New(reflect.TypeOf(far.Config).Elem())
		c.Elem().Set(reflect.ValueOf(far.Config).Elem())
		copies := map[string]string{}
		for _, field := range slices.Sorted(maps.Keys(at)) {
			from := room(at[field])
			if copies[from] == "" {
				copies[from] = filepath.Join(r.t.TempDir(), "killed")
				if err := os.CopyFS(copies[from], os.DirFS(from)); err != nil {
					return nil, fmt.Errorf("copy %s: %w", from, err)
				}
			}
			rest := strings.TrimPrefix(at[field], from)
			c.Elem().FieldByName(field).SetString(filepath.Clean(copies[from] + rest))
		}
		far.Config = c.Interface()
	}
	k := newRig(r.t, r.spec, far)
	k.written, k.targets, k.wrap = r.written.At(n), maps.Clone(r.targets), r.wrap
	k.traces, k.deaf = r.traces, r.deaf
	return k, nil
}

// trees are all files and folders at the configuration's paths, with hashes.
func (r *rig) trees() (map[string]string, error) {
	out := map[string]string{}
	for _, p := range paths(r.far.Config) {
		err := filepath.WalkDir(room(p), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				out[path] = "folder"
				return err
			}
			b, err := os.ReadFile(path)
			out[path] = fmt.Sprintf("%x", sha256.Sum256(b))
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (r *rig) unchanged(before map[string]string) error {
	now, err := r.trees()
	if err != nil {
		return err
	}
	for path, sum := range now {
		if before[path] != sum {
			return fmt.Errorf("%s was made or changed", path)
		}
	}
	if len(now) != len(before) {
		return fmt.Errorf("there were %d files and folders, there are %d", len(before), len(now))
	}
	return nil
}
