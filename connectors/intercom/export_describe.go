package intercom

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Describe tells what the files hold.
func (s *FileSource) Describe(ctx context.Context) (connectors.Schema, error) {
	schema := connectors.Schema{Title: fmt.Sprintf("%d files of what Intercom's API gave, %s", len(s.files.Files), s.config.Path), Counts: map[desk.Kind]int64{}}
	kinds := map[string]desk.Kind{"conversation": desk.KindTicket, "ticket": desk.KindTicket, "contact": desk.KindContact, "company": desk.KindOrganization}
	bare := 0
	for e, err := range s.all(ctx) {
		if err != nil {
			return schema, err
		}
		if kind := kinds[e.kind]; kind != "" {
			schema.Counts[kind]++
		}
		if e.kind == "conversation" && shapeOf[struct {
			Parts json.RawMessage `json:"conversation_parts"`
		}](e).Parts == nil {
			bare++
		}
	}
	schema.Counts[desk.KindAgent], schema.Counts[desk.KindGroup] = int64(len(s.people.admins)), int64(len(s.people.teams))
	if bare > 0 {
		schema.Notes = append(schema.Notes, connectors.Note{Level: "warning", Text: fmt.Sprintf("%d conversations have no parts: lists leave them out, and each has to be asked for by itself (GET /conversations/ID). Of these the first message alone is read.", bare)})
	}
	schema.Notes = append(schema.Notes, connectors.Note{Level: "info", Text: "Files of messages are fetched from Intercom when they are written, by addresses that expire: give workspace and token besides to have them asked for anew."})
	return schema, nil
}
