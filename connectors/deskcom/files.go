package deskcom

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/deskhaul/deskhaul/connectors/saved"
	"github.com/deskhaul/deskhaul/desk"
)

// attachments are the files that are no answers of the API, by their names and by the numbers
// in their paths.
type attachments struct {
	folder *saved.Folder
	named  map[string][]int
	others int // how many are none
}

func attachmentsIn(folder *saved.Folder) *attachments {
	a := &attachments{folder: folder, named: map[string][]int{}}
	for i, f := range folder.Files {
		if f.Ends(endings...) {
			continue
		}
		a.others++
		a.named[nameOf(f.Name)] = append(a.named[nameOf(f.Name)], i)
		for _, n := range a.numbers(i) {
			a.named["#"+n] = append(a.named["#"+n], i)
		}
	}
	return a
}

// numbers are those in the last three parts of a file's path within the folder: ids of cases
// and attachments are among them.
func (a *attachments) numbers(i int) (out []string) {
	name := strings.TrimPrefix(a.folder.Files[i].Name, a.folder.Path)
	parts := strings.Split(filepath.ToSlash(name), "/")
	for _, part := range parts[max(0, len(parts)-3):] {
		for _, n := range strings.FieldsFunc(part, func(r rune) bool { return !unicode.IsDigit(r) }) {
			out = append(out, unpadded(n))
		}
	}
	return out
}

// find is the file of an attachment: the one whose path has its number; else the one of its
// name whose path has its case's, or which alone is called so, as the attachment is.
func (s *Source) find(ctx context.Context, f *attached, ofCase string) (saved.File, bool, error) {
	a := s.files
	if i, ok := a.only(a.named["#"+f.id], f.Name); ok {
		return a.folder.Files[i], true, nil
	}
	called := a.named[nameOf(f.Name)]
	var its []int
	for _, i := range called {
		if slices.Contains(a.numbers(i), ofCase) {
			its = append(its, i)
		}
	}
	switch {
	case len(its) == 1:
		return a.folder.Files[its[0]], true, nil
	case len(called) != 1:
		return saved.File{}, false, nil
	}
	namesakes := 0
	err := s.index.scan(ctx, "a/"+nameOf(f.Name)+"/", "", func(string, uint64, []byte) (bool, error) {
		namesakes++
		return namesakes < 2, nil
	})
	return a.folder.Files[called[0]], namesakes == 1 && err == nil, err
}

// nameOf is the name by which a file is looked for.
func nameOf(name string) string { return strings.ToLower(path.Base(filepath.ToSlash(name))) }

// only is the one of several files, or the only one that is called so too.
func (a *attachments) only(all []int, name string) (int, bool) {
	var called []int
	for _, i := range all {
		if strings.HasSuffix(strings.ToLower(a.folder.Files[i].Name), strings.ToLower(name)) {
			called = append(called, i)
		}
	}
	switch {
	case len(called) == 1:
		return called[0], true
	case len(all) == 1 && strings.EqualFold(filepath.Ext(a.folder.Files[all[0]].Name), path.Ext(name)):
		return all[0], true
	}
	return 0, false
}

// attached is an attachment as the API tells of it.
type attached struct {
	attachmentShape
	id      string
	message desk.ID // "" of the case as a whole
}

func readAttachment(parts []string, raw []byte) (attached, error) {
	f := attached{id: parts[len(parts)-1]}
	if len(parts) > 2 {
		f.message = desk.ID(strings.Join(parts[:len(parts)-2], "/"))
	}
	return f, json.Unmarshal(raw, &f.attachmentShape)
}

// attach gives the messages their files. Those of the case as a whole belong to the first.
// One that is not among the files is named at the end of the text.
func (s *Source) attach(ctx context.Context, id string, messages []desk.Message, files []attached) error {
	if len(messages) == 0 {
		return nil
	}
	own := map[string]bool{}
	for _, f := range files {
		own[f.id] = own[f.id] || f.message != ""
	}
	for _, f := range files {
		if f.message == "" && own[f.id] {
			continue // it is told with its message too
		}
		m := &messages[0]
		for i := range messages {
			if messages[i].ID == f.message {
				m = &messages[i]
			}
		}
		if !f.Erased.IsZero() {
			lacking(m, "erased", &f)
			continue
		}
		there, ok, err := s.find(ctx, &f, id)
		if err != nil {
			return err
		}
		if !ok {
			lacking(m, "not among the saved files", &f)
			continue
		}
		m.Files = append(m.Files, desk.File{
			ID: desk.ID(f.id), Name: f.Name, Type: strings.ToLower(f.Type), Size: there.Size,
			Open: func(context.Context) (io.ReadCloser, error) { return there.Open() },
			Stat: func(context.Context) (int64, error) { return there.Size, nil },
		})
	}
	return nil
}

// lacking names a file that cannot be brought.
func lacking(m *desk.Message, why string, f *attached) {
	line := "[attachment, " + why + ": " + f.Name
	if n, err := strconv.ParseInt(string(f.Size), 10, 64); err == nil {
		line += fmt.Sprintf(", %d bytes", n)
	}
	line += "]"
	m.Text = strings.TrimLeft(m.Text+"\n\n"+line, "\n")
	if m.HTML != "" {
		m.HTML += "<p>" + html.EscapeString(line) + "</p>"
	}
}
