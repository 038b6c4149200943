package okdesk

import (
	"context"
	"encoding/json"
)

// timeEntries is the work that was put down for an issue. One client of the API takes the
// answer for a list, another for an object that has one.
func (a *api) timeEntries(ctx context.Context, issue number) ([]timeShape, error) {
	path := "issues/" + string(idOf(issue)) + "/time_entries"
	var raw json.RawMessage
	if err := a.get(ctx, path, nil, &raw); err != nil {
		return nil, err
	}
	var rows []timeShape
	if json.Unmarshal(raw, &rows) == nil {
		return rows, nil
	}
	var within struct {
		Rows []timeShape `json:"time_entries"`
	}
	err := a.decode(path, raw, &within)
	return within.Rows, err
}
