package rt

import (
	"context"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Describe tells which Request Tracker this is, and how many tickets are read.
func (s *Source) Describe(ctx context.Context) (connectors.Schema, error) {
	var about struct {
		Version text `json:"Version"`
	}
	if _, err := s.client.JSON(ctx, rest.Call{Path: "rt"}, &about); err != nil {
		return connectors.Schema{}, err
	}
	schema := connectors.Schema{Title: fmt.Sprintf("Request Tracker %s, %s", about.Version, s.config.URL), Counts: map[desk.Kind]int64{}}
	query := "id > 0"
	if s.config.Query != "" {
		query = s.config.Query
	}
	call := search("tickets", query, "Status", "")
	call.Query.Set("per_page", "1")
	var found struct {
		Total *int64 `json:"total"`
	}
	if _, err := s.client.JSON(ctx, call, &found); err != nil {
		return schema, err
	}
	if found.Total == nil {
		schema.Notes = append(schema.Notes, connectors.Note{Level: "warning", Text: "RT does not say how many tickets there are: the account may not see all of them. Give it the rights ShowTicket, ShowTicketComments and SeeQueue on all queues."})
		return schema, nil
	}
	return schema, nil
}
