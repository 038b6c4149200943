package imap

import (
	"context"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/compose"
)

// Describe logs in, looks how the server names folders, and tells where mails will go.
// Nothing is made.
func (t *Target) Describe(ctx context.Context) (connectors.Schema, error) {
	sh := t.finder.shelf
	if err := sh.layout(ctx); err != nil {
		return connectors.Schema{}, err
	}
	text := fmt.Sprintf("Tickets without a category go into the folder %s; people and what else is no conversation into %s.",
		sh.folderOf(compose.Slip{}), sh.folderOf(compose.Slip{Record: true}))
	return connectors.Schema{Title: "IMAP " + sh.config.account(), Notes: []connectors.Note{{Level: "info", Text: text}}}, nil
}
