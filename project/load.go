package project

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/mapping"
	"github.com/deskhaul/deskhaul/mapping/strict"
)

// archiveName is the connector that the key "archive" stands for.
const archiveName = "archive"

// A loader turns the tree of a configuration into a Project and collects what is
// wrong with it.
type loader struct {
	folder  string
	options Options
	bad     strict.Mistakes
}

// draft is a system before its configuration is read.
type draft struct {
	name     string
	place    strict.Place
	node     *strict.Node
	location *string // of --from and --to
	dir      string  // what relative paths count from
}

func (l *loader) project(root *strict.Node, missing bool) *Project {
	r := strict.Read(root, "a project", &strict.Schema{Properties: fileKeys()}, &l.bad)
	p := &Project{Folder: l.folder, Name: filepath.Base(l.folder), specs: l.options.Specs, moved: l.options.Flags.Moved}
	if label := r.Text("project"); label != "" {
		p.Name = label
	}
	sources, targets := l.drafts(r.Get("sources"), "sources"), l.drafts(r.Get("targets"), "targets")
	archive := l.archiveDraft(r.Get("archive"))
	run, rules := r.Get("run"), r.Get("mapping")
	r.Done()
	d := &drafts{sources: sources, targets: targets, archive: archive, run: run, mapping: rules}
	l.flags(d)
	p.Sources, p.Targets = l.systems(d.sources, reads), l.systems(d.targets, writes)
	if d.archive != nil {
		p.Archive = l.system(*d.archive, both)
	}
	(&decoder{loader: l, dir: l.folder}).structure(d.run, &p.Run, "run")
	if p.Run.Workers < 0 {
		l.bad.At(d.run.Place, `"workers" cannot be less than 0`)
	}
	p.Mapping = l.mapping(d.mapping)
	if !missing && len(p.Sources) == 0 && l.bad.Len() == 0 && l.options.Flags.Empty() {
		l.bad.At(root.Place, `"sources" is missing – name what is to be moved, like: sources: {mailbox: {connector: mbox, path: support.mbox}}`)
	}
	l.ends(p)
	l.exits(p)
	return p
}

// ends checks that there is a way to go, and that it does not lead in a circle.
func (l *loader) ends(p *Project) {
	if l.bad.Len() > 0 {
		return
	}
	for _, s := range p.Sources {
		ends := p.Targets
		if p.Archive != nil {
			ends = append(slices.Clone(ends), p.Archive)
		}
		for _, t := range ends {
			if s.Spec.Name == t.Spec.Name && s.Account != "" && s.Account == t.Account && !streams(s, t) {
				l.bad.At(s.node.Place, "%q would be read and written at once, as source and as target – name two", s.Account)
			}
		}
	}
}

// streams tells whether s is standard input and t standard output: one name, two
// things.
func streams(s, t *System) bool {
	in, _ := s.Spec.CapsOf(s.Config)
	_, out := t.Spec.CapsOf(t.Config)
	return in.OnePass && out.OnePass
}

func (l *loader) drafts(n *strict.Node, what string) []draft {
	if n == nil {
		return nil
	}
	if n.Kind != strict.Map {
		l.bad.At(n.Place, "%q must be a map of names, like {mailbox: {connector: mbox}}, not %s", what, n.Kind)
		return nil
	}
	var out []draft
	for _, pair := range n.Pairs {
		name := pair.Key.Value
		l.validName(pair.Key.Place, name)
		out = append(out, draft{name: name, place: pair.Key.Place, node: pair.Value, dir: l.folder})
	}
	return out
}

// archiveDraft reads the key "archive": a folder, none, or absent.
func (l *loader) archiveDraft(n *strict.Node) *draft {
	node := &strict.Node{Place: strict.Place{File: "archive"}, Kind: strict.Map}
	d := &draft{name: archiveName, node: node, dir: l.folder}
	path := strict.NewText("archive", filepath.Join(l.folder, hidden, archiveName))
	if n != nil {
		if !n.Scalar() {
			l.bad.At(n.Place, `"archive" must be a folder or none, not %s`, n.Kind)
			return nil
		}
		if n.Value == "none" {
			return nil
		}
		path, d.node.Place = n, n.Place
	}
	d.place = d.node.Place
	d.node.Put("path", path)
	return d
}

// side is what a system is used for.
type side int

const (
	reads side = iota
	writes
	both
)

func (l *loader) systems(drafts []draft, s side) []*System {
	var out []*System
	for _, d := range drafts {
		if sys := l.system(d, s); sys != nil {
			out = append(out, sys)
		}
	}
	return out
}

// system reads the configuration of one system, or returns nil and reports why not.
func (l *loader) system(d draft, s side) *System {
	if d.node.Kind != strict.Map {
		l.bad.At(d.place, "%q must be a map, like {connector: mbox, path: support.mbox}, not %s", d.name, d.node.Kind)
		return nil
	}
	name := d.node.Get("connector")
	if d.name == archiveName && name == nil {
		name = &strict.Node{Place: d.place, Kind: strict.Text, Value: archiveName}
	}
	spec, ok := l.spec(d, name, s)
	if !ok {
		return nil
	}
	before := l.bad.Len()
	sys := &System{Name: d.name, Spec: spec, Config: spec.Config(), node: d.node, dir: d.dir, flagged: d.location != nil}
	makeAbsolute(sys.Config, l.folder)
	l.locate(d, spec, sys.Config)
	besides := []string{"connector"}
	if s == writes {
		sys.Waived = l.waived(d.node.Get("canary"))
		besides = append(besides, "canary")
	}
	(&decoder{loader: l, dir: d.dir}).structure(d.node, sys.Config, d.name, besides...)
	if l.bad.Len() > before {
		return nil
	}
	l.check(d, sys.Config)
	if l.bad.Len() > before {
		return nil
	}
	if spec.Account != nil {
		sys.Account = spec.Account(sys.Config)
	}
	return sys
}

// canaryWaived is all that the key "canary" can say.
const canaryWaived = "waived"

// canaryDoc is what people are told of it.
const canaryDoc = "Of a target: waived says that it is written to although no canary showed that it mails nobody (deskhaul check --canary ADDRESS). Default: a run wants to have seen one."

// waived reads the key "canary" of a target: waived is all that it can say.
func (l *loader) waived(n *strict.Node) bool {
	if n == nil {
		return false
	}
	if !n.Scalar() || n.Value != canaryWaived {
		l.bad.At(n.Place, `"canary" can be waived, or be left out: without it a run wants to see that a canary was silent`)
	}
	return true
}

// spec finds the connector that a draft names, if it goes in that direction.
func (l *loader) spec(d draft, name *strict.Node, s side) (connectors.Spec, bool) {
	var known []string
	for _, spec := range l.options.Specs {
		fits := s.fits(spec)
		if name != nil && name.Value == spec.Name {
			if !fits {
				l.bad.At(name.Place, "the connector %q cannot %s", spec.Name, [...]string{"be read from", "be written to"}[s])
			}
			return spec, fits
		}
		if fits {
			known = append(known, spec.Name)
		}
	}
	switch {
	case name == nil:
		l.bad.At(d.place, `%q has no "connector"%s`, d.name, strict.DidYouMean("", known))
	case d.name == archiveName && d.location == nil && d.node.Get("connector") == nil:
		// Whoever passes no archive has no use for one.
	default:
		l.bad.At(name.Place, "there is no connector %q%s", name.Value, strict.DidYouMean(name.Value, known))
	}
	return connectors.Spec{}, false
}

// locate takes the location of --from or --to into config; paths in it count
// from the working directory.
func (l *loader) locate(d draft, spec connectors.Spec, config any) {
	if d.location == nil || *d.location == "" {
		return
	}
	if spec.Location == nil {
		l.bad.At(d.place, "the connector %q takes nothing after the colon – give its keys with --set", spec.Name)
		return
	}
	if err := spec.Location(config, *d.location); err != nil {
		l.bad.At(d.place, "%v", err)
		return
	}
	makeAbsolute(config, d.dir)
}

// mapping compiles the mapping, written in place or in a file of its own.
func (l *loader) mapping(n *strict.Node) *mapping.Mapping {
	if n == nil {
		return nil
	}
	if !n.Scalar() {
		m, err := mapping.CompileNode(n)
		l.bad.Take(n.Place, err)
		return m
	}
	dir := l.folder
	if n.Loose {
		dir = l.options.Dir
	}
	path := absolute(n.Value, dir)
	src, err := os.ReadFile(path)
	if err != nil {
		l.bad.At(n.Place, "the mapping cannot be read: %v", err)
		return nil
	}
	m, err := mapping.Compile(src, n.Value)
	l.bad.Take(n.Place, err)
	return m
}
