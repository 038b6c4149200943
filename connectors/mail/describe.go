package mail

import (
	"context"
	"fmt"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// mostFolders bounds how many folders are named to people.
const mostFolders = 12

// Describe tells what the mailbox holds. It brings the index up to date, which
// reads every mail that is new.
func (s *Source) Describe(ctx context.Context) (connectors.Schema, error) {
	if err := s.begin(ctx, ""); err != nil {
		return connectors.Schema{}, err
	}
	defer s.end()
	counts, unreadable, err := s.count(ctx)
	if err != nil {
		return connectors.Schema{}, err
	}
	folders, err := s.store.Folders(ctx)
	if err != nil {
		return connectors.Schema{}, err
	}
	schema := connectors.Schema{Title: s.store.Title(), Counts: counts}
	note := func(level, format string, args ...any) {
		schema.Notes = append(schema.Notes, connectors.Note{Level: level, Text: fmt.Sprintf(format, args...)})
	}
	if len(folders) > 0 {
		note("info", "Folders: %s.", strings.Join(folders[:min(len(folders), mostFolders)], ", "))
	}
	switch s.shelf {
	case shelfFolder:
		note("info", "A ticket's category is its folder (category: folder).")
	case shelfLabel:
		note("info", "A ticket's category is its label (category: label).")
	case shelfAlias:
		note("info", "A ticket's category is the alias it was sent to (category: alias).")
	}
	if s.ours.unset() {
		note("warning", nobody)
	}
	if s.trusted {
		note("info", "The mailbox was written by deskhaul: its X-Deskhaul headers are believed (trust_headers).")
	}
	if out := s.leftOut(); out != "" {
		note("warning", "%s", out)
	}
	if w, ok := s.store.(Warner); ok {
		for _, text := range w.Warnings() {
			note("warning", "%s", text)
		}
	}
	for _, text := range s.noticed() {
		note("warning", "%s", text)
	}
	if unreadable > 0 {
		note("warning", "%d entries hold no mail that can be read; each will be in quarantine with its place.", unreadable)
	}
	return schema, nil
}

func (s *Source) leftOut() string {
	if c, ok := s.store.(Chooser); ok {
		return c.LeftOut()
	}
	return ""
}

func (s *Source) noticed() []string {
	if n, ok := s.store.(Noticer); ok {
		return n.Noticed()
	}
	return nil
}

// count goes once through the log.
func (s *Source) count(ctx context.Context) (counts map[desk.Kind]int64, unreadable int64, err error) {
	counts = map[desk.Kind]int64{}
	for entry, err := range s.x.book.scan(ctx, keyEvent, "") {
		if err != nil {
			return nil, 0, err
		}
		switch entry.Value[0] {
		case eventMessage:
			counts[desk.KindMessage]++
		case eventUnreadable:
			unreadable++
		}
	}
	for entry, err := range s.x.book.scan(ctx, keyTicket, "") {
		if err != nil {
			return nil, 0, err
		}
		t, err := decodeTicket(entry.Value)
		if err != nil {
			return nil, 0, err
		}
		if t.Into == 0 {
			counts[desk.KindTicket]++
		}
	}
	return counts, unreadable, nil
}
