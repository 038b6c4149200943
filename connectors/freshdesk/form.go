package freshdesk

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// form is a write with files: nested values are spelt "custom_fields[cf_x]", those of
// lists "tags[]".
func (t *Target) form(ctx context.Context, values map[string]any, files []desk.File) (*rest.Body, []*rest.Sent) {
	var parts []rest.Part
	for _, name := range slices.Sorted(maps.Keys(values)) {
		switch v := values[name].(type) {
		case nil:
		case []string:
			for _, s := range v {
				parts = append(parts, rest.Text(name+"[]", s))
			}
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(v)) {
				if v[key] != nil {
					parts = append(parts, rest.Text(name+"["+key+"]", fmt.Sprint(v[key])))
				}
			}
		default:
			parts = append(parts, rest.Text(name, fmt.Sprint(v)))
		}
	}
	taken := make([]*rest.Sent, len(files))
	for i, f := range files {
		taken[i] = rest.NewSent(f, t.config.maxFiles())
		f.Name, f.Open = rest.FormName(f.Name), taken[i].Open
		parts = append(parts, rest.FilePart(ctx, "attachments[]", &f))
	}
	return rest.Form(parts...), taken
}
