package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

func quickstartProject(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "quickstart")
	if err := os.CopyFS(folder, os.DirFS("../../testdata/quickstart")); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(folder, ".deskhaul")); err != nil {
		t.Fatal(err)
	}
	return folder
}

// add writes to the end of a file.
func add(t *testing.T, path, text string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(b, text...), 0o600); err != nil {
		t.Fatal(err)
	}
}

// ticketLines loads an archive into lines of JSON, and returns a line for each ticket: what
// Request Tracker keeps of it, people and shelves by their addresses and names.
func ticketLines(t *testing.T, args ...string) (out []string) {
	t.Helper()
	mustRun(t, append([]string{"load", "--quiet"}, args...)...)
	b, err := os.ReadFile(strings.TrimPrefix(args[3], "jsonl:"))
	if err != nil {
		t.Fatal(err)
	}
	names, tickets := map[desk.Ref]string{}, []*desk.Ticket{}
	for line := range bytes.Lines(b) {
		r, err := desk.Unmarshal(line)
		if err != nil {
			t.Fatal(err)
		}
		ref := desk.To(r.Kind(), r.About().ID)
		switch r := r.(type) {
		case *desk.Contact:
			names[ref] = strings.Join(r.Emails, ",") + r.Name
		case *desk.Agent:
			names[ref] = r.Email
		case *desk.Category:
			names[ref] = strings.Replace(r.Name, "General", "", 1)
		case *desk.Ticket:
			if !r.Deleted {
				tickets = append(tickets, r)
			}
		}
	}
	for _, r := range tickets {
		out = append(out, ticketLine(t, r, names))
	}
	return out
}

func ticketLine(t *testing.T, r *desk.Ticket, names map[desk.Ref]string) string {
	t.Helper()
	status := r.Status
	if status == desk.StatusClosed {
		status = desk.StatusSolved
	}
	var people []string
	for _, p := range r.Participants {
		people = append(people, names[p])
	}
	slices.Sort(people)
	line := map[string]any{
		"subject": r.Subject, "status": status, "requester": names[r.Requester], "assignee": names[r.Assignee],
		"category": names[r.Category], "participants": people, "merged": !r.MergedInto.IsZero(),
	}
	var messages []any
	for _, m := range r.Messages {
		text := strings.ReplaceAll(m.Text, "\r\n", "\n")
		if m.HTML != "" {
			text = strings.Join(strings.Fields(text), " ")
		}
		files := []string{}
		for _, f := range m.Files {
			files = append(files, fmt.Sprint(f.Name, " ", f.Type, " ", f.SHA256, " ", f.CID))
		}
		messages = append(messages, map[string]any{
			"note": m.Note, "at": m.At.Truncate(time.Second), "from": m.From, "text": text, "html": strings.ReplaceAll(m.HTML, "\r\n", "\n"), "files": files,
		})
	}
	line["messages"] = messages
	b, err := json.Marshal(line)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
