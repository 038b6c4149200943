package imap

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/emersion/go-imap/v2"

	"github.com/deskhaul/deskhaul/connectors/mail"
)

// memory is what is remembered of one folder from run to run. Numbers (UIDs) mean
// nothing without the validity under which the server gave them (RFC 9051, section
// 2.3.1.1).
type memory struct {
	Validity uint32   `json:"v"`
	Gen      uint32   `json:"g"`           // counts the validities that were seen
	Next     imap.UID `json:"n"`           // all below it were looked at
	Modseq   uint64   `json:"m,omitempty"` // and all changes up to it, if the server counts them (RFC 7162)
	// Count is how many messages were listed in it.
	Count int64 `json:"c,omitempty"`
	// Again are messages below Next that the server did not give.
	Again []imap.UID `json:"a,omitempty"`
	// Shut is set if the folder could not be opened at the last look.
	Shut bool  `json:"s,omitempty"`
	shut error // why
}

// mostAgain bounds them; beyond it a folder is looked through anew.
const mostAgain = 1000

func memoryKey(folder string) string { return "f/" + folder }

func recall(ctx context.Context, notes mail.Notes, folder string) (memory, error) {
	m := memory{Next: 1}
	b, err := notes.Note(ctx, memoryKey(folder))
	if err != nil || len(b) == 0 {
		return m, err
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return m, fmt.Errorf("what is remembered of folder %s: %w", folder, err)
	}
	return m, nil
}

// mark is the memory as a mark.
func (m memory) mark(folder string) mail.Mark {
	b, err := json.Marshal(m)
	if err != nil {
		panic(err) // numbers can be written
	}
	return mail.Mark{Key: memoryKey(folder), Value: b}
}

// under is the memory for the validity that the server says now: another one makes
// all numbers void.
func (m memory) under(validity uint32) memory {
	if m.Validity == validity {
		return m
	}
	return memory{Validity: validity, Gen: m.Gen + 1, Next: 1, Shut: m.Shut}
}

// labelsKey names the note of a message's labels, kept where the server does not
// count changes.
func labelsKey(path string) string { return "l/" + path }
