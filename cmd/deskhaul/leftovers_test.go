package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// With leftovers: note in the mapping, what the target has no room for stands in one
// private note of the ticket, and a delta adds only what is new; whoever writes it.
func TestLeftoversByTheCommandLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		to      *cloud
		setting string
		says    []string // of the notes, in order; each ends up in its own
		delta   string
	}{
		"freshdesk":           {aFreshdesk(t), "", []string{"Created: 2015-01-02 03:04:05 UTC"}, "2. message, 2015-01-05 03:04:05 UTC"},
		"freshdesk by itself": {aFreshdesk(t), "leftovers: note", []string{"T-17"}, ""},
		"rt":                  {anRT(t), "", []string{"1. message, 2015-01-02 03:04:05 UTC, Ольга olga@a.test"}, "2. message, 2015-01-05 03:04:05 UTC, Ольга olga@a.test"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			project := "project: p\narchive: none\nsources:\n  old:\n    connector: jsonl\n    path: in.jsonl\nmapping:\n  tickets:\n    leftovers: note\ntargets:\n  new:\n    connector: " +
				c.to.connector + "\n    url: " + c.to.url + "\n    token: ${TOKEN_" + strings.ToUpper(c.to.connector) + "}\n    " + strings.ReplaceAll(strings.Join(c.to.settings, "\n    "), "=", ": ") + "\n    canary: waived\n    " + c.setting + "\n"
			add(t, filepath.Join(folder, "deskhaul.yaml"), project)
			move := func(messages string) {
				t.Helper()
				lines := `{"kind":"contact","id":"c","name":"Ольга","emails":["olga@a.test"]}
{"kind":"ticket","id":"t","number":"T-17","subject":"Счёт","status":"open","created":"2015-01-02T03:04:05Z","requester":{"kind":"contact","id":"c"},"messages":[` + messages + "]}\n"
				if err := os.WriteFile(filepath.Join(folder, "in.jsonl"), []byte(lines), 0o600); err != nil {
					t.Fatal(err)
				}
				for range 2 {
					mustRun(t, "migrate", folder)
				}
			}
			first := `{"id":"1","author":{"kind":"contact","id":"c"},"at":"2015-01-02T03:04:05Z","text":"help"}`
			move(first)
			holds(t, notesAt(t, c.to), c.says)
			move(first + `,{"id":"2","author":{"kind":"contact","id":"c"},"at":"2015-01-05T03:04:05Z","text":"please"}`)
			if c.delta != "" {
				c.says = append(slices.Clone(c.says), c.delta)
			}
			holds(t, notesAt(t, c.to), c.says)
			if sent := c.to.outbox(); len(sent) > 0 {
				t.Errorf("people were mailed: %q", sent)
			}
		})
	}
}

func holds(t *testing.T, notes, says []string) {
	t.Helper()
	if len(notes) != len(says) {
		t.Fatalf("%d notes, want %d: %q", len(notes), len(says), notes)
	}
	for i := range says {
		if !strings.Contains(notes[i], says[i]) {
			t.Errorf("note %d is %q, want %q in it", i, notes[i], says[i])
		}
	}
}

// notesAt reads the private notes of all tickets back. Those that a connector writes
// by itself it does not read as messages: they are looked up where they stand.
func notesAt(t *testing.T, c *cloud) (out []string) {
	t.Helper()
	if f, is := c.people.(freshdeskPeople); is {
		return f.Notes()
	}
	back := filepath.Join(t.TempDir(), "back.jsonl")
	mustRun(t, slices.Concat([]string{"migrate"}, c.end("from"), []string{"--to", "jsonl:" + back, t.TempDir()})...)
	b, err := os.ReadFile(back)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range bytes.Split(bytes.TrimSpace(b), []byte("\n")) {
		var r struct {
			Messages []struct {
				Note bool
				Text string
			}
		}
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatal(err)
		}
		for _, m := range r.Messages {
			if m.Note {
				out = append(out, m.Text)
			}
		}
	}
	return out
}
