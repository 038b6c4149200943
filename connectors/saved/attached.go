package saved

import (
	"fmt"
	"html"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/deskhaul/deskhaul/desk"
)

// Attachments are the files of a folder that are no records, found by their names and by the
// numbers in their paths: people fetch attachments into folders called after the ticket, or
// put the attachment's number before its name.
type Attachments struct {
	path  string // of the folder
	files []File
	named map[string][]int
}

// Count is how many there are.
func (a *Attachments) Count() int { return len(a.files) }

// Attachments are the files of the folder whose names do not end so.
func (f *Folder) Attachments(records ...string) *Attachments {
	a := &Attachments{path: f.Path, named: map[string][]int{}}
	for _, file := range f.Files {
		if file.Ends(records...) {
			continue
		}
		i := len(a.files)
		a.files = append(a.files, file)
		a.named[NameOf(file.Name)] = append(a.named[NameOf(file.Name)], i)
		for _, n := range a.numbers(i) {
			a.named["#"+n] = append(a.named["#"+n], i)
		}
	}
	return a
}

// numbers are those in the last three parts of a file's path within the folder, without zeros
// before them.
func (a *Attachments) numbers(i int) (out []string) {
	name := strings.TrimPrefix(a.files[i].Name, a.path)
	parts := strings.Split(filepath.ToSlash(name), "/")
	for _, part := range parts[max(0, len(parts)-3):] {
		for _, n := range strings.FieldsFunc(part, func(r rune) bool { return !unicode.IsDigit(r) }) {
			if n = strings.TrimLeft(n, "0"); n != "" {
				out = append(out, n)
			}
		}
	}
	return out
}

// Find is the file of an attachment: the one whose path has its number; else the one of its
// name whose path has its ticket's; else the only one that is called so, if alone says that no
// other attachment is.
func (a *Attachments) Find(id, ticket, name string, alone func() (bool, error)) (File, bool, error) {
	if i, ok := a.only(a.named["#"+id], name); ok {
		return a.files[i], true, nil
	}
	called := a.named[NameOf(name)]
	var its []int
	for _, i := range called {
		if slices.Contains(a.numbers(i), ticket) {
			its = append(its, i)
		}
	}
	switch {
	case len(its) == 1:
		return a.files[its[0]], true, nil
	case len(called) != 1:
		return File{}, false, nil
	}
	ok, err := alone()
	return a.files[called[0]], ok && err == nil, err
}

// only is the one of several files that is called so, or the only one, of the same sort.
func (a *Attachments) only(all []int, name string) (int, bool) {
	var called []int
	for _, i := range all {
		if strings.HasSuffix(NameOf(a.files[i].Name), NameOf(name)) {
			called = append(called, i)
		}
	}
	switch {
	case len(called) == 1:
		return called[0], true
	case len(all) == 1 && strings.EqualFold(filepath.Ext(a.files[all[0]].Name), path.Ext(name)):
		return all[0], true
	}
	return 0, false
}

// NameOf is the name by which a file is looked for.
func NameOf(name string) string { return strings.ToLower(path.Base(filepath.ToSlash(name))) }

// Lacking names, at the end of a message, a file of it that cannot be brought, and why. Size is
// in bytes; -1 unknown.
func Lacking(m *desk.Message, why, name string, size int64) {
	line := "[attachment, " + why + ": " + name
	if size >= 0 {
		line += fmt.Sprintf(", %d bytes", size)
	}
	line += "]"
	m.Text = strings.TrimLeft(m.Text+"\n\n"+line, "\n")
	if m.HTML != "" {
		m.HTML += "<p>" + html.EscapeString(line) + "</p>"
	}
}
