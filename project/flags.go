package project

import (
	"fmt"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/mapping/strict"
)

// Flags say on the command line what a file could say.
type Flags struct {
	From []string // --from CONNECTOR:LOCATION or NAME=CONNECTOR:LOCATION, the sources
	To   []string // --to, likewise, the targets
	// Set are --set KEY=VALUE. A KEY is from.X, to.X or NAME.X for key X of that
	// source or target (X may have dots: from.agents.domains=a.example,b.example;
	// a part in double quotes may too); X alone where only one of them has such a
	// key; run.workers, archive or mapping for those of the project.
	// Lists are given with commas, lists and maps also as YAML: [a, b], {a: b}.
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
		place := strict.Place{File: flag + " " + harmless(v)}
		name, location, ok := strings.Cut(v, ":")
		label, connector, named := strings.Cut(name, "=")
		if named {
			l.validName(place, label)
			name = connector
		}
		if !ok || name == "" {
			l.bad.At(place, "this must be CONNECTOR:LOCATION, like mbox:support.mbox%s", l.nearConnector(name))
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

// harmless is CONNECTOR:LOCATION for messages: before an @ may stand a password, whatever
// the connector makes of it.
func harmless(flag string) string {
	connector, location, _ := strings.Cut(flag, ":")
	at := strings.LastIndexByte(location, '@')
	if at < 0 || !strings.Contains(location[:at], ":") {
		return flag
	}
	scheme, _, found := strings.Cut(location[:at], "://")
	if found {
		connector += ":" + scheme + "://…"
	} else {
		connector += ":…"
	}
	return connector + location[at:]
}

// nearConnector suggests a connector for a flag without a colon. One that is right already
// lacks its location only.
func (l *loader) nearConnector(name string) string {
	known := l.specNames()
	if slices.Contains(known, name) {
		return ""
	}
	return strict.DidYouMean(name, known)
}

func (l *loader) specNames() []string {
	var out []string
	for _, s := range l.options.Specs {
		out = append(out, s.Name)
	}
	return out
}
