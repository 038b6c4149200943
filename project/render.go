package project

import (
	"bytes"
	"encoding"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/mapping/strict"
)

// A writer writes a configuration that a person will read.
type writer struct {
	bytes.Buffer
	folder  string // the project's
	dir     string // the working directory
	remarks map[string][]string
}

func (w *writer) printf(format string, args ...any) {
	fmt.Fprintf(&w.Buffer, format, args...)
}

// mappingExample stands at the end of a new file.
const mappingExample = `
# What becomes what. Without this part everything moves as it is. Recipes: deskhaul help mapping
# mapping:
#   contacts: all                # or with-tickets: people come with the tickets that pass
#   tickets:
#     keep: 'year(ticket.created) >= 2019'
#     drop:
#       auto replies: '"auto-reply" in ticket.tags'
#     set:
#       subject: trim(ticket.subject) ?? "(no subject)"
#     tags: {add: [migrated]}
#   redact: [card numbers]
`

// render writes the project as a file that Open reads back to the same.
func (p *Project) render(o Options, first First) []byte {
	w := &writer{folder: p.Folder, dir: o.Dir, remarks: first.Remarks}
	w.WriteString(editorLine + "\n# What is moved, and where to. Check it with: deskhaul check\n\n")
	w.printf("project: %s\n\n", strict.Quoted(p.Name))
	w.WriteString("# Where the tickets, people and mails come from. The names are yours.\nsources:\n")
	for _, s := range p.Sources {
		w.system(s, reads)
	}
	w.archive(p)
	if len(p.Targets) == 0 {
		w.WriteString("\n# Where it all goes in the end. Without targets the archive is the end.\n# targets:\n#   out: {connector: jsonl, path: all.jsonl}\n")
	} else {
		w.WriteString("\n# Where it all goes in the end.\ntargets:\n")
		for _, s := range p.Targets {
			w.system(s, writes)
		}
	}
	w.WriteString("\nrun:\n")
	w.fields(reflect.ValueOf(&p.Run).Elem(), reflect.ValueOf(Run{}), nil, "  ")
	if file := mappingFile(o); strings.HasPrefix(file, "{") {
		w.printf("\nmapping: %s\n", file)
	} else if file != "" {
		w.printf("\nmapping: %s\n", strict.Quoted(w.path(absolute(file, o.Dir))))
	} else if first.Mapping != "" {
		w.printf("\n%s", first.Mapping)
	} else {
		w.WriteString(mappingExample)
	}
	return w.Bytes()
}

// mappingFile is the file that the flags name, or the mapping itself as YAML; the
// last one counts.
func mappingFile(o Options) string {
	file := ""
	for _, kv := range o.Flags.Set {
		if v, ok := strings.CutPrefix(kv, "mapping="); ok {
			file = v
		}
	}
	return file
}

func (w *writer) archive(p *Project) {
	w.WriteString("\n# The built-in helpdesk, which everything passes through: a folder, or none.\n")
	if p.Archive == nil {
		w.WriteString("archive: none\n")
		return
	}
	path := ""
	walk(reflect.ValueOf(p.Archive.Config), tag{}, func(v reflect.Value, t tag) {
		if t.key == "path" && v.Kind() == reflect.String {
			path = v.String()
		}
	})
	w.printf("archive: %s\n", strict.Quoted(w.path(path)))
}

func (w *writer) system(s *System, use side) {
	w.printf("  %s: # %s\n    connector: %s\n", strict.Quoted(s.Name), s.Spec.Doc, strict.Quoted(s.Spec.Name))
	for _, line := range w.remarks[s.Name] {
		w.printf("    # %s\n", line)
	}
	v := reflect.ValueOf(s.Config)
	if v.Kind() == reflect.Pointer && v.Elem().Kind() == reflect.Struct {
		fresh := s.Spec.Config()
		makeAbsolute(fresh, w.folder)
		w.fields(v.Elem(), reflect.ValueOf(fresh).Elem(), s.node, "    ")
	}
	if use == writes {
		w.canary(s.Spec, s.Waived, "    ")
	}
}

// canary writes the key that all targets have of whose silence an administrator vouches.
func (w *writer) canary(spec connectors.Spec, waived bool, indent string) {
	off := "# "
	switch {
	case waived:
		off = ""
	case spec.Target == nil, !slices.ContainsFunc(spec.Silence, func(line connectors.Silence) bool { return line.By == connectors.BySetting }):
		return
	}
	w.printf("%s# %s\n", indent, canaryDoc)
	w.printf("%s%scanary: %s\n", indent, off, canaryWaived)
}

// fields writes a struct key by key: what was configured as it is, the rest as
// comments that show the default. n is what was written, or nil.
func (w *writer) fields(v, fresh reflect.Value, n *strict.Node, indent string) {
	for _, f := range settingsOf(v.Type()) {
		t, inner := f.tag, v.FieldByIndex(f.at)
		raw := n.Get(t.key)
		off := ""
		if raw == nil && reflect.DeepEqual(inner.Interface(), fresh.FieldByIndex(f.at).Interface()) {
			off = "# "
		}
		w.doc(t, indent)
		switch {
		case inner.Kind() == reflect.Struct && !isText(inner) && off == "":
			w.printf("%s%s:\n", indent, t.key)
			w.fields(inner, fresh.FieldByIndex(f.at), raw, indent+"  ")
		case inner.Kind() == reflect.Struct && !isText(inner):
			w.printf("%s# %s: {%s}\n", indent, t.key, strings.Join(keysIn(inner.Type()), ": ..., ")+": ...")
		case off != "" && inner.IsZero():
			w.printf("%s# %s:\n", indent, t.key)
		default:
			w.printf("%s%s%s: %s\n", indent, off, t.key, w.value(inner, raw, t))
		}
	}
}

// sentence begins with a capital letter and ends with a full stop.
func sentence(doc string) string {
	first, size := utf8.DecodeRuneInString(doc)
	if doc == "" {
		return doc
	}
	if !strings.ContainsRune(".!?)", rune(doc[len(doc)-1])) {
		doc += "."
	}
	return string(unicode.ToUpper(first)) + doc[size:]
}

func (w *writer) doc(t tag, indent string) {
	doc := sentence(t.doc)
	if t.enum != nil {
		words := slices.DeleteFunc(slices.Clone(t.enum), func(w string) bool { return w == "" }) // that is leaving it out
		doc = strings.TrimSpace(doc + " One of: " + strings.Join(words, ", ") + ".")
	}
	if t.secret {
		doc = strings.TrimSpace(doc + " " + secretDoc)
	}
	if doc != "" {
		w.printf("%s# %s\n", indent, doc)
	}
}

// value writes one value on one line. What names a variable or a secret is
// written as it was given.
func (w *writer) value(v reflect.Value, raw *strict.Node, t tag) string {
	switch {
	case raw != nil && t.secret && secretPath(raw) != "":
		return "{file: " + strict.Quoted(w.path(absolute(secretPath(raw), w.dir))) + "}"
	case raw != nil && raw.Scalar() && !t.path && (t.secret || strings.Contains(raw.Value, "${")) && v.Kind() != reflect.Slice:
		return strict.Quoted(raw.Value)
	case t.secret:
		return "${" + variableName(t.key) + "}"
	case isText(v):
		if m, ok := v.Interface().(encoding.TextMarshaler); ok {
			b, err := m.MarshalText()
			if err == nil {
				return strict.Quoted(string(b))
			}
		}
		return strict.Quoted(fmt.Sprint(v.Interface()))
	}
	return w.plain(v, raw, t)
}

// secretPath is the file that a secret is said to be in, "" none.
func secretPath(raw *strict.Node) string {
	if file := raw.Get("file"); file != nil {
		return file.Value
	}
	path, ok := strings.CutPrefix(raw.Value, "file:")
	if !ok {
		return ""
	}
	return path
}

// plain writes a value by its kind.
func (w *writer) plain(v reflect.Value, raw *strict.Node, t tag) string {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return ""
		}
		return w.value(v.Elem(), raw, t)
	case reflect.Slice:
		items := make([]string, v.Len())
		for i := range items {
			items[i] = w.value(v.Index(i), nil, t)
		}
		return "[" + strings.Join(items, ", ") + "]"
	case reflect.Map:
		var items []string
		for it := v.MapRange(); it.Next(); {
			items = append(items, strict.Quoted(it.Key().String())+": "+w.value(it.Value(), nil, t))
		}
		slices.Sort(items)
		return "{" + strings.Join(items, ", ") + "}"
	case reflect.Struct:
		return w.flow(v)
	case reflect.String:
		s := v.String()
		if t.path {
			s = w.path(s)
		}
		return strict.Quoted(strings.ReplaceAll(s, "${", "$${"))
	default:
		return fmt.Sprint(v.Interface())
	}
}

// flow writes a struct inside a list or map.
func (w *writer) flow(v reflect.Value) string {
	var items []string
	for _, f := range settingsOf(v.Type()) {
		if field := v.FieldByIndex(f.at); !field.IsZero() {
			items = append(items, f.key+": "+w.value(field, nil, f.tag))
		}
	}
	return "{" + strings.Join(items, ", ") + "}"
}

// isText tells whether a value is written as one text although its kind says
// otherwise.
func isText(v reflect.Value) bool {
	if v.Type() == reflect.TypeFor[time.Duration]() {
		return true
	}
	_, ok := reflect.New(v.Type()).Interface().(encoding.TextUnmarshaler)
	return ok
}

// path writes a path relative to the project's folder where both lie in the working
// directory, or it in the project: such a tree may be moved as a whole.
func (w *writer) path(s string) string {
	if !filepath.IsAbs(s) {
		return s
	}
	rel, err := filepath.Rel(w.folder, s)
	if err != nil || !within(w.folder, s) && (!within(w.dir, s) || !within(w.dir, w.folder)) {
		return s
	}
	if strings.HasPrefix(rel, "~") {
		return "./" + rel
	}
	return rel
}

// within tells whether a path is a folder or in it; both are absolute.
func within(folder, path string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
