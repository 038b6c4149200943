package project

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/mapping/strict"
)

// Flags say on the command line what a file could say.
type Flags struct {
	From []string // --from CONNECTOR:LOCATION or NAME=CONNECTOR:LOCATION, the sources
	To   []string // --to, likewise, the targets
	// Set are --set KEY=VALUE. A KEY is from.X, to.X or NAME.X for key X of that
	// source or target (X may have dots: from.agents.domains=a.example,b.example);
	// X alone where only one of them has such a key; run.workers, run.batch,
	// archive or mapping for those of the project. Lists are given with commas.
	Set []string
	// Moved are --moved NAME: the sources and targets that are the same as before
	// although they point elsewhere.
	Moved []string
}

// Empty tells whether no flag is given that says what a file could say.
func (f Flags) Empty() bool { return len(f.From)+len(f.To)+len(f.Set) == 0 }

// drafts are the parts of a configuration that flags may replace.
type drafts struct {
	sources, targets []draft
	archive          *draft
	run, mapping     *strict.Node
}

// flags puts what the command line says in the place of what the file says. The
// archive is both the middle of the way and a place to start or end: "--to
// archive:" ends there, "--from archive:" starts there.
func (l *loader) flags(d *drafts) {
	f := l.options.Flags
	if len(f.From) > 0 {
		d.sources = l.ended(f.From, "--from")
	}
	if len(f.To) > 0 {
		d.targets = l.ended(f.To, "--to")
	}
	d.targets = l.takeArchive(d, d.targets)
	if len(f.To) > 0 && len(f.From) > 0 && len(d.targets) == 0 {
		l.set(d)
		return // from anything, also another archive, into the archive
	}
	if len(f.From) > 0 {
		d.sources = l.takeArchive(d, d.sources)
	}
	l.set(d)
}

// takeArchive takes the archive out of the flags' ends and makes it the project's.
func (l *loader) takeArchive(d *drafts, ends []draft) []draft {
	return slices.DeleteFunc(ends, func(e draft) bool {
		if e.location == nil || e.node.Get("connector").Value != archiveName {
			return false
		}
		if *e.location != "" || d.archive == nil {
			own := l.archiveDraft(nil)
			own.place, own.location, own.dir = e.place, e.location, e.dir
			if *e.location != "" {
				own.node = &strict.Node{Place: e.place, Kind: strict.Map}
			}
			d.archive = own
		}
		return true
	})
}

// ended reads CONNECTOR:LOCATION flags. Each is called as its connector, the
// second of a kind with -2, unless it is given a NAME=.
func (l *loader) ended(values []string, flag string) []draft {
	var out []draft
	seen := map[string]int{}
	for _, v := range values {
		place := strict.Place{File: flag + " " + v}
		name, location, ok := strings.Cut(v, ":")
		label, connector, named := strings.Cut(name, "=")
		if named {
			l.validName(place, label)
			name = connector
		}
		if !ok || name == "" {
			l.bad.At(place, "this must be CONNECTOR:LOCATION, like mbox:support.mbox%s", strict.DidYouMean(name, l.specNames()))
			continue
		}
		node := &strict.Node{Place: place, Kind: strict.Map}
		node.Put("connector", &strict.Node{Place: place, Kind: strict.Text, Value: name})
		if seen[name]++; !named && seen[name] > 1 {
			label = fmt.Sprintf("%s-%d", name, seen[name])
		}
		if slices.ContainsFunc(out, func(d draft) bool { return d.name == label }) {
			l.bad.At(place, "there is another %q – give it another name", label)
		}
		out = append(out, draft{name: label, place: place, node: node, location: &location, dir: l.options.Dir})
	}
	return out
}

func (l *loader) specNames() []string {
	var out []string
	for _, s := range l.options.Specs {
		out = append(out, s.Name)
	}
	return out
}

// set carries out every --set.
func (l *loader) set(d *drafts) {
	for _, kv := range l.options.Flags.Set {
		key, value, ok := strings.Cut(kv, "=")
		from := strict.Place{File: "--set " + key}
		if !ok || key == "" {
			l.bad.At(from, "this must be KEY=VALUE, like from.path=support.mbox")
			continue
		}
		text := strict.NewText(from.File, value)
		first, rest, _ := strings.Cut(key, ".")
		switch {
		case key == archiveName:
			if d.archive = l.archiveDraft(text); d.archive != nil {
				d.archive.dir = l.options.Dir
			}
		case key == "mapping":
			d.mapping = text
		case first == "run" && rest != "":
			d.run = orMap(d.run)
			put(d.run, rest, text)
		default:
			l.setSystem(d, from, key, text)
		}
	}
}

// setSystem puts a value into the one system that a key is meant for.
func (l *loader) setSystem(d *drafts, from strict.Place, key string, text *strict.Node) {
	first, rest, _ := strings.Cut(key, ".")
	var fits []*draft
	for _, side := range []struct {
		name string
		list []draft
	}{{"from", d.sources}, {"to", d.targets}} {
		for i := range side.list {
			if e := &side.list[i]; rest != "" && (first == side.name || first == e.name) {
				fits = append(fits, e)
			}
		}
	}
	if len(fits) == 0 {
		rest = key
		for _, list := range [][]draft{d.sources, d.targets} {
			for i := range list {
				if slices.Contains(l.keys(&list[i]), first) {
					fits = append(fits, &list[i])
				}
			}
		}
	}
	switch {
	case len(fits) == 1:
		put(orMap(fits[0].node), rest, text)
		if fits[0].location == nil && strings.HasPrefix(text.File, "--set") {
			l.relative(fits[0], rest, text)
		}
	case len(fits) == 0:
		l.bad.At(from, "no source or target has the key %q%s", first, strict.DidYouMean(first, l.allKeys(d)))
	default:
		l.bad.At(from, "both %q and %q could be meant – write from.%s, to.%s or NAME.%s", fits[0].name, fits[1].name, rest, rest, rest)
	}
}

// relative makes a path that a flag gives to a system of the file count from the
// working directory, as paths of flags do.
func (l *loader) relative(d *draft, key string, text *strict.Node) {
	for _, s := range l.options.Specs {
		name := d.node.Get("connector")
		if name == nil || s.Name != name.Value {
			continue
		}
		t := reflect.TypeOf(s.Config())
		if t.Kind() != reflect.Pointer || t.Elem().Kind() != reflect.Struct {
			continue
		}
		for _, f := range settingsOf(t.Elem()) {
			if f.path && f.key == key {
				text.Value = absolute(text.Value, l.options.Dir)
			}
		}
	}
}

// keys lists the keys of the connector that a draft names.
func (l *loader) keys(d *draft) []string {
	name := d.node.Get("connector")
	for _, s := range l.options.Specs {
		if name != nil && s.Name == name.Value {
			return append(keysOf(s), "budget")
		}
	}
	return nil
}

func keysOf(s connectors.Spec) []string {
	t := reflect.TypeOf(s.Config())
	if t.Kind() != reflect.Pointer || t.Elem().Kind() != reflect.Struct {
		return nil
	}
	return keysIn(t.Elem())
}

func (l *loader) allKeys(d *drafts) []string {
	out := []string{archiveName, "mapping", "run"}
	for _, e := range slices.Concat(d.sources, d.targets) {
		out = append(append(out, l.keys(&e)...), e.name)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func orMap(n *strict.Node) *strict.Node {
	if n == nil {
		n = &strict.Node{Place: strict.Place{File: "--set"}, Kind: strict.Map}
	}
	return n
}

// put sets a key with dots, making the maps on the way.
func put(n *strict.Node, key string, v *strict.Node) {
	first, rest, dotted := strings.Cut(key, ".")
	if !dotted {
		n.Put(key, v)
		return
	}
	inner := n.Get(first)
	if inner == nil || inner.Kind != strict.Map {
		inner = &strict.Node{Place: v.Place, Kind: strict.Map}
		n.Put(first, inner)
	}
	put(inner, rest, v)
}
