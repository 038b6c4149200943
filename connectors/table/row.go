package table

import (
	"context"
	"net/mail"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// People answers what the other sheets know: the id of the record that goes by a
// word (an address, a name, an id; as written), "" if none or more than one does.
type People interface {
	Lookup(ctx context.Context, kind desk.Kind, word string) (desk.ID, error)
}

// row is one row under its layout. The first error of a lookup stays in err.
type row struct {
	*Layout
	ctx    context.Context
	cells  []string
	people People
	kept   map[string]any // words that were translated, and cells that could not be read
	err    error
}

func (r *row) get(field string) string {
	if c, ok := r.at[field]; ok && c < len(r.cells) {
		return strings.TrimSpace(r.cells[c])
	}
	return ""
}

// raw is get without trimming: what people wrote stays as it is.
func (r *row) raw(field string) string {
	if c, ok := r.at[field]; ok && c < len(r.cells) {
		return r.cells[c]
	}
	return ""
}

// keep leaves the cell of a field among the custom fields.
func (r *row) keep(field string) {
	if r.kept == nil {
		r.kept = map[string]any{}
	}
	r.kept[r.Names[r.at[field]]] = r.raw(field)
}

func (r *row) time(field string) time.Time {
	s := r.get(field)
	if s == "" {
		return time.Time{}
	}
	t, err := r.forms[r.at[field]].Parse(s)
	if err != nil {
		r.keep(field)
	}
	return t
}

func (r *row) list(field string) []string {
	return split(r.get(field), r.set.Separator)
}

// split cuts a cell that holds several values; empty ones and second copies go.
func split(s, separator string) []string {
	var parts []string
	switch {
	case s == "":
		return nil
	case separator != "":
		parts = strings.Split(s, separator)
	case strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]"):
		parts = strings.Split(strings.Trim(s, "[]"), ",")
		for i, p := range parts {
			parts[i] = strings.Trim(strings.TrimSpace(p), `"'`)
		}
	default:
		parts = strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune(";|,\n、", c) })
	}
	var out []string
	seen := map[string]bool{}
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" && !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	return out
}

// yes reads a word of agreement; ok is false for an empty or strange cell.
func (r *row) yes(field string) bool {
	s := plain(r.get(field))
	if to, ok := r.values[field][s]; ok {
		s = plain(to)
	}
	return s != "" && r.words.yes[s]
}

// translated reads a word by the table of the configuration, if it has it.
func (r *row) translated(field string) (string, bool) {
	to, ok := r.values[field][plain(r.get(field))]
	return to, ok
}

func (r *row) status() desk.Status {
	s := r.get("status")
	if s == "" {
		return desk.StatusOpen
	}
	if to, ok := r.translated("status"); ok {
		r.keep("status")
		return desk.Status(to)
	}
	status, known := r.words.statusOf(s)
	if !known || string(status) != s {
		r.keep("status")
	}
	return status
}

func (r *row) priority() desk.Priority {
	s := r.get("priority")
	if to, ok := r.translated("priority"); ok {
		r.keep("priority")
		return desk.Priority(to)
	}
	priority, _ := r.words.priorityOf(s)
	if s != "" && string(priority) != s {
		r.keep("priority")
	}
	return priority
}

// word is a text that only the table of the configuration translates.
func (r *row) word(field string) string {
	if to, ok := r.translated(field); ok {
		r.keep(field)
		return to
	}
	return r.get(field)
}

// about fills what every record carries; columns without a meaning become
// custom fields.
func (r *row) about(m *desk.Meta) {
	m.ID = desk.ID(r.get("id"))
	m.URL = r.get("url")
	m.Created, m.Updated = r.time("created"), r.time("updated")
	m.Deleted = r.yes("deleted")
}

// fields gives the columns without a meaning, and what was kept on the way.
func (r *row) fields() map[string]any {
	out := r.kept
	for c, cell := range r.cells {
		name, custom := r.custom[c]
		if r.used[c] && !custom || cell == "" || c >= len(r.Names) {
			continue
		}
		if !custom {
			name = r.Names[c]
		}
		if out == nil {
			out = map[string]any{}
		}
		out[name] = cell
	}
	return out
}

// ref points to a record that another sheet, or a column of this one, holds: by
// id where there is such a column, else by the first word that is not empty.
func (r *row) ref(kind desk.Kind, id string, words ...string) desk.Ref {
	if s := r.get(id); s != "" {
		return desk.To(kind, desk.ID(s))
	}
	for _, field := range words {
		if w := desk.Normal(r.get(field)); w != "" {
			return desk.To(kind, r.lookup(kind, w, w))
		}
	}
	return desk.Ref{}
}

func (r *row) lookup(kind desk.Kind, word, otherwise string) desk.ID {
	if r.people == nil || r.err != nil {
		return desk.ID(otherwise)
	}
	id, err := r.people.Lookup(r.ctx, kind, word)
	if err != nil {
		r.err = err
	}
	if id == "" {
		return desk.ID(otherwise)
	}
	return id
}

// addresses reads a list of mailboxes as mail writes them, or bare addresses.
func (r *row) addresses(field string) []desk.Address {
	s := r.get(field)
	if s == "" {
		return nil
	}
	var out []desk.Address
	if list, err := mail.ParseAddressList(strings.ReplaceAll(s, ";", ",")); err == nil {
		for _, a := range list {
			out = append(out, desk.Address{Name: a.Name, Email: a.Address})
		}
		return out
	}
	for _, part := range r.list(field) {
		out = append(out, desk.Address{Email: part})
	}
	return out
}

func mailbox(name, email string) desk.Address {
	if a, err := mail.ParseAddress(email); err == nil {
		email = a.Address
		if name == "" {
			name = a.Name
		}
	}
	return desk.Address{Name: name, Email: email}
}
