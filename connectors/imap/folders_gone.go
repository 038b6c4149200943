package imap

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/deskhaul/deskhaul/connectors/mail"
)

// listKey names the note of the folders that were listed at the last look: by their
// names at the server, as people see them.
const listKey = "folders"

// missed tells of folders that were read and are not listed any more, and gives the mark
// by which they are told once.
func (st *store) missed(ctx context.Context, notes mail.Notes, all []folder) (*mail.Mark, error) {
	was, now := map[string]string{}, map[string]string{}
	for _, f := range all {
		now[f.name] = f.shown
	}
	b, err := notes.Note(ctx, listKey)
	if err != nil {
		return nil, err
	}
	if len(b) > 0 {
		if err := json.Unmarshal(b, &was); err != nil {
			return nil, fmt.Errorf("what is remembered of the folders: %w", err)
		}
	}
	var told []string
	for _, name := range slices.Sorted(maps.Keys(was)) {
		if _, listed := now[name]; listed {
			continue
		}
		m, err := recall(ctx, notes, name)
		if err != nil {
			return nil, err
		}
		if m.Next > 1 {
			told = append(told, st.missing(was[name], m))
		}
	}
	st.mu.Lock()
	st.noticed = told
	st.mu.Unlock()
	if maps.Equal(was, now) {
		return nil, nil
	}
	b, err = json.Marshal(now)
	return &mail.Mark{Key: listKey, Value: b}, err
}

func (st *store) missing(shown string, m memory) string {
	known := "what was read from it stays at the target"
	switch {
	case m.Count == 1:
		known = "the message that was read from it stays at the target"
	case m.Count > 1:
		known = fmt.Sprintf("the %d messages that were read from it stay at the target", m.Count)
	}
	return fmt.Sprintf("The folder %s of %s is no longer listed (it was deleted or renamed, or may not be read any more): %s, and nothing new comes from it.", shown, st.config.account(), known)
}

// Noticed tells of folders that the last look missed.
func (st *store) Noticed() []string {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.noticed
}
