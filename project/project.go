// Package project is the folder of one migration: what a person wrote
// (deskhaul.yaml, or flags of the command line that say the same) and what a
// run keeps beside it (.deskhaul: identity, ledger, archive, reports, lock).
//
// Everything wrong with a configuration is told at once, each mistake with file,
// line, column and a way out, before anything is opened or asked.
package project

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/mapping"
	"github.com/deskhaul/deskhaul/mapping/strict"
)

// FileName is the name of the file that a person writes.
const FileName = "deskhaul.yaml"

// Project is a folder whose configuration has been read and checked.
type Project struct {
	Folder  string // absolute
	Name    string // a label; the folder's own name where the file gives none
	Sources []*System
	Targets []*System
	// Archive is the project's own archive, nil where the configuration says
	// "archive: none", or where no connector of that name was passed in.
	Archive *System
	Mapping *mapping.Mapping // nil changes nothing
	Run     Run
	// UUID names the project for ever. "" until Identify.
	UUID string

	specs []connectors.Spec // the connectors there are
	moved []string          // names of systems that the person says have moved
}

// Run are the options of a run.
type Run struct {
	Workers int `yaml:"workers" doc:"How many tickets are worked on at once; 0 as many as is good."`
}

// System is one source or target as configured.
type System struct {
	Name    string // what the configuration calls it
	Spec    connectors.Spec
	Config  any    // what Spec.Config made, filled in and checked, paths absolute
	Account string // Spec.Account of Config: where it points; no secrets
	// UUID names the system for ever. "" until Identify.
	UUID string
	// Waived says of a target that it may be written to although no canary showed that it
	// mails nobody.
	Waived bool

	node *strict.Node // as written
	dir  string       // what relative paths in node count from

	flagged bool // named by --from or --to, not by the file
}

// Paths are the files and folders that the configuration names.
func (s *System) Paths() (out []string) {
	walk(reflect.ValueOf(s.Config), tag{}, func(v reflect.Value, t tag) {
		if t.path && v.Kind() == reflect.String && filepath.IsAbs(v.String()) {
			out = append(out, v.String())
		}
	})
	return out
}

// Options are what Open needs besides the folder.
type Options struct {
	Specs []connectors.Spec // the connectors there are
	Flags Flags
	// Getenv looks up an environment variable; nil means os.LookupEnv.
	Getenv func(string) (string, bool)
	// Dir is what relative paths in flags count from; "" means the working
	// directory. Paths in deskhaul.yaml count from its folder.
	Dir string

	// unfilled lets secrets be absent: they are named, and needed when a run begins.
	unfilled bool
	// wants collects the settings that connectors miss; nil: they are mistakes.
	wants *[]Want
}

// ErrNoProject says that a folder has no deskhaul.yaml and no flags were given
// in its stead.
var ErrNoProject = errors.New("no project here")

// Open reads the project in folder: its deskhaul.yaml, and the flags. Where both
// are there, --from replaces the file's sources, --to its targets, and --set
// changes single keys; all else stays as the file says. Nothing is written.
//
// The error is a *strict.Error with every mistake, or wraps ErrNoProject.
func Open(folder string, o Options) (*Project, error) {
	abs, err := filepath.Abs(folder)
	if err != nil {
		return nil, fmt.Errorf("folder %s: %w", folder, err)
	}
	if o.Dir, err = filepath.Abs(o.Dir); err != nil {
		return nil, fmt.Errorf("working directory: %w", err)
	}
	if o.Getenv == nil {
		o.Getenv = os.LookupEnv
	}
	name := filepath.Join(folder, FileName)
	src, err := os.ReadFile(name)
	missing := errors.Is(err, fs.ErrNotExist)
	switch {
	case err != nil && !missing:
		return nil, fmt.Errorf("read the project: %w", err)
	case missing && len(o.Flags.From)+len(o.Flags.To) == 0:
		return nil, fmt.Errorf("%w: there is no %s – write one with \"deskhaul init\", or name both ends with --from and --to", ErrNoProject, name)
	}
	l := &loader{folder: abs, options: o}
	root := &strict.Node{Place: strict.Place{File: "command line"}, Kind: strict.Map}
	if !missing {
		if root = strict.Parse(name, src, &l.bad); root == nil {
			return nil, l.bad.Err()
		}
	}
	p := l.project(root, missing)
	if err := l.bad.Err(); err != nil {
		return nil, err
	}
	return p, nil
}
