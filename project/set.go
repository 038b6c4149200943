package project

import (
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/deskhaul/deskhaul/mapping/strict"
)

// set carries out every --set.
func (l *loader) set(d *drafts) {
	for _, kv := range l.options.Flags.Set {
		key, value, ok := cutKey(kv)
		from := strict.Place{File: "--set " + strings.Join(key, ".")}
		if !ok {
			from.File = "--set " + wordOf(kv)
			l.bad.At(from, "this must be KEY=VALUE, like from.path=support.mbox; a part of the key that has dots or = stands in double quotes")
			continue
		}
		node := l.setValue(from.File, value)
		switch {
		case node == nil:
		case len(key) == 1 && key[0] == archiveName:
			if d.archive = l.archiveDraft(node); d.archive != nil {
				d.archive.dir = l.options.Dir
			}
		case len(key) == 1 && key[0] == "mapping":
			d.mapping = node
		case len(key) > 1 && key[0] == "run":
			d.run = orMap(d.run)
			put(d.run, key[1:], node)
		default:
			l.setSystem(d, from, key, node)
		}
	}
}

// wordOf is the beginning of what should be KEY=VALUE, for messages: behind it may stand a
// secret.
func wordOf(kv string) string {
	end := strings.IndexFunc(kv, func(r rune) bool {
		return r != '_' && r != '.' && r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	if end < 0 {
		return kv
	}
	return kv[:end] + "…"
}

// cutKey takes KEY=VALUE apart, and KEY at its dots. Within double quotes dots and
// equals signs have no meaning.
func cutKey(kv string) (key []string, value string, ok bool) {
	part, quoted := "", false
	for i, r := range kv {
		switch {
		case r == '"':
			quoted = !quoted
		case r == '.' && !quoted:
			key, part = append(key, part), ""
		case r == '=' && !quoted:
			key = append(key, part)
			return key, kv[i+1:], !slices.Contains(key, "")
		default:
			part += string(r)
		}
	}
	return append(key, part), "", false
}

// setValue is the value of a --set: a map or a list as YAML has it in one line,
// else a text. It is nil, and that is reported, where the YAML is broken.
func (l *loader) setValue(from, value string) *strict.Node {
	text := strict.NewText(from, value)
	if !strings.HasPrefix(value, "{") && !strings.HasPrefix(value, "[") {
		return text
	}
	var bad strict.Mistakes
	node := strict.Parse(from, []byte(value), &bad)
	switch {
	case bad.Len() == 0 && (node.Kind == strict.Map || node.Kind == strict.List):
		return node
	case value[0] == '[': // a regular expression may begin so
		return text
	}
	l.bad.Take(text.Place, bad.Err())
	return nil
}

// setSystem puts a value into the one system that a key is meant for.
func (l *loader) setSystem(d *drafts, from strict.Place, key []string, value *strict.Node) {
	fits, rest := l.meant(d, key)
	dotted := strings.Join(rest, ".")
	switch {
	case len(fits) == 1:
		e := fits[0]
		rest = l.joined(e, rest)
		put(orMap(e.node), rest, value)
		if e.location == nil && len(rest) == 1 {
			l.relative(e, rest[0], value)
		}
	case len(fits) == 0:
		l.bad.At(from, "no source or target has the key %q%s", key[0], strict.DidYouMean(key[0], l.allKeys(d)))
	default:
		l.bad.At(from, "both %q and %q could be meant – write from.%s, to.%s or NAME.%s", fits[0].name, fits[1].name, dotted, dotted, dotted)
	}
}

// meant lists the systems that a key may be meant for, and what of the key is left
// for them.
func (l *loader) meant(d *drafts, key []string) (fits []*draft, rest []string) {
	for _, side := range []struct {
		name string
		list []draft
	}{{"from", d.sources}, {"to", d.targets}} {
		for i := range side.list {
			if e := &side.list[i]; len(key) > 1 && (key[0] == side.name || key[0] == e.name) {
				fits = append(fits, e)
			}
		}
	}
	if len(fits) > 0 {
		return fits, key[1:]
	}
	for _, list := range [][]draft{d.sources, d.targets} {
		for i := range list {
			if slices.Contains(l.keys(&list[i]), key[0]) {
				fits = append(fits, &list[i])
			}
		}
	}
	return fits, key
}

// joined puts the parts of a key together that name one entry of a map: an address
// has dots of its own.
func (l *loader) joined(d *draft, key []string) []string {
	t, ok := l.configType(d)
	if !ok {
		return key
	}
	for i, part := range key {
		switch t.Kind() {
		case reflect.Struct:
			settings := settingsOf(t)
			at := slices.IndexFunc(settings, func(s setting) bool { return s.key == part })
			if at < 0 {
				return key
			}
			t = t.FieldByIndex(settings[at].at).Type
		case reflect.Map:
			if t = t.Elem(); t.Kind() != reflect.Map && t.Kind() != reflect.Struct {
				return append(slices.Clone(key[:i]), strings.Join(key[i:], "."))
			}
		default:
			return key
		}
	}
	return key
}

// relative makes a path that a flag gives to a system of the file count from the
// working directory, as paths of flags do.
func (l *loader) relative(d *draft, key string, value *strict.Node) {
	t, ok := l.configType(d)
	if !ok {
		return
	}
	for _, f := range settingsOf(t) {
		if f.path && f.key == key {
			value.Value = absolute(value.Value, l.options.Dir)
		}
	}
}

// configType is the struct that configures the connector a draft names.
func (l *loader) configType(d *draft) (reflect.Type, bool) {
	name := d.node.Get("connector")
	for _, s := range l.options.Specs {
		if name == nil || s.Name != name.Value {
			continue
		}
		t := reflect.TypeOf(s.Config())
		if t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct {
			return t.Elem(), true
		}
	}
	return nil, false
}

// keys lists the keys of the connector that a draft names.
func (l *loader) keys(d *draft) []string {
	if t, ok := l.configType(d); ok {
		return keysIn(t)
	}
	return nil
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

// put sets a key of several parts, making the maps on the way.
func put(n *strict.Node, key []string, v *strict.Node) {
	for _, part := range key[:len(key)-1] {
		inner := n.Get(part)
		if inner == nil || inner.Kind != strict.Map {
			inner = &strict.Node{Place: v.Place, Kind: strict.Map}
			n.Put(part, inner)
		}
		n = inner
	}
	n.Put(key[len(key)-1], v)
}
