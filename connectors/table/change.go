package table

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// Change makes a newer version of a row: the named fields (as in desk.PrintsOf)
// say what r says, all others what the old cells said. The old cells are guarded,
// the new ones are not.
func Change(old []string, r desk.Record, fields []string, version int64) ([]string, error) {
	names := Columns(r.Kind())
	if len(old) != len(names) {
		return nil, fmt.Errorf("the row has %d cells, want %d", len(old), len(names))
	}
	now, err := Cells(r, version)
	if err != nil {
		return nil, err
	}
	cells := make([]string, len(old))
	for i, c := range old {
		cells[i] = Unguard(c)
	}
	at := func(name string) int { return slices.Index(names, name) }
	custom := map[string]any{}
	if c := cells[at("fields")]; c != "" {
		if err := json.Unmarshal([]byte(c), &custom); err != nil {
			return nil, fmt.Errorf("column fields: %w", err)
		}
	}
	for _, f := range fields {
		if name, ok := strings.CutPrefix(f, "fields."); ok {
			delete(custom, name)
			if v, ok := r.About().Fields[name]; ok {
				custom[name] = v
			}
		} else if i := at(f); i > 0 {
			cells[i] = now[i]
		}
	}
	cells[at("fields")] = ""
	if len(custom) > 0 {
		raw, err := json.Marshal(custom)
		if err != nil {
			return nil, fmt.Errorf("column fields: %w", err)
		}
		cells[at("fields")] = string(raw)
	}
	cells[0], cells[at("updated")] = now[0], now[at("updated")]
	return cells, nil
}
