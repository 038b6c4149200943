package jsonl

import (
	"context"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Foresee implements connectors.Foreseer.
func (t *target) Foresee(_ context.Context, w connectors.Write) ([]connectors.Loss, error) {
	return t.store.foresee(w)
}

// Foresee implements connectors.Foreseer.
func (s *stream) Foresee(_ context.Context, w connectors.Write) ([]connectors.Loss, error) {
	return s.store.foresee(w)
}

// foresee tells which files would be left out, and refuses what is too long for a line.
func (s store) foresee(w connectors.Write) (losses []connectors.Loss, err error) {
	rec := w.Record
	if w.Message != nil {
		rec = &desk.Ticket{Meta: desk.Meta{ID: w.Record.About().ID}, Messages: []desk.Message{*w.Message}}
	}
	if ticket, ok := rec.(*desk.Ticket); ok && w.Fields == nil {
		for i := range ticket.Messages {
			for j := range ticket.Messages[i].Files {
				if s.folder == "" {
					losses = append(losses, noFolder(ticket.Messages[i].ID, &ticket.Messages[i].Files[j]))
				}
			}
		}
	}
	_, err = encode(rec)
	return losses, err
}

// noFolder is the loss of a file's bytes.
func noFolder(message desk.ID, f *desk.File) connectors.Loss {
	return connectors.Loss{Field: "file", Message: message, File: f.Name, Why: connectors.WhyNoFolder, Detail: fmt.Sprintf("the bytes of %q are left out: name a folder for them with files", f.Name)}
}

// Saves implements connectors.Savior.
func (c *Config) Saves(_ desk.Kind, l connectors.Loss) (settings map[string]any, also string, ok bool) {
	if l.Why != connectors.WhyNoFolder {
		return nil, "", false
	}
	return map[string]any{"files": "files"}, "", true
}
