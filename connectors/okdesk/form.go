package okdesk

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// form is a write with files: nested values are spelt "issue[custom_parameters][code]", those
// of lists "issue[observer_ids][]".
func form(ctx context.Context, what string, values map[string]any, files []desk.File, public, way bool) (*rest.Body, []*rest.Sent) {
	parts := formParts(what, values)
	reading := make([]*rest.Sent, len(files))
	for i, f := range files {
		at := fileName(what, i, way)
		reading[i] = rest.NewSent(f, 0)
		f.Name, f.Open = rest.FormName(f.Name), reading[i].Open
		parts = append(parts, rest.FilePart(ctx, at.file, &f))
		if what == "issue" {
			parts = append(parts, rest.Text(at.rest+"[is_public]", strconv.FormatBool(public)))
		}
	}
	return rest.Form(parts...), reading
}

// fileName is what a file is called in a form, and what is said of it begins with.
func fileName(what string, i int, way bool) (at struct{ file, rest string }) {
	list, file := "attachments", "attachment"
	if way && what == "issue" {
		list = "files_attributes"
	} else if way {
		list, file = "attachments_attributes", "file"
	}
	at.rest = fmt.Sprintf("%s[%s][%d]", what, list, i)
	at.file = at.rest + "[" + file + "]"
	return at
}

func formParts(name string, value any) (parts []rest.Part) {
	switch v := value.(type) {
	case nil:
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, formParts(name+"["+key+"]", v[key])...)
		}
	case []any:
		for _, e := range v {
			parts = append(parts, formParts(name+"[]", e)...)
		}
	case []number:
		for _, e := range v {
			parts = append(parts, rest.Text(name+"[]", string(idOf(e))))
		}
	default:
		parts = append(parts, rest.Text(name, fmt.Sprint(v)))
	}
	return parts
}
