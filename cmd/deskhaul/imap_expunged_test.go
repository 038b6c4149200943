package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
)

// What was moved stays moved when people delete mail and the conversation goes on.
func TestMailboxExpunged(t *testing.T) {
	s := imaptest.New(t, imaptest.Options{})
	mail := "Message-ID: <%s@x.test>\r\nIn-Reply-To: <%s@x.test>\r\nDate: Mon, 3 Jun 2019 1%d:00:00 +0000\r\nFrom: J <j@example.org>\r\nSubject: on a\r\n\r\nText of %[1]s.\r\n"
	a := s.Put("INBOX", fmt.Sprintf(mail, "a", "none", 0))
	s.Put("INBOX", fmt.Sprintf(mail, "b", "a", 1))
	folder := t.TempDir()
	add(t, filepath.Join(folder, "deskhaul.yaml"), fmt.Sprintf(
		"project: box\nsources:\n  box:\n    connector: imap\n    host: %s\n    port: %d\n    security: none\n    user: %s\n    password: ${TOKEN_IMAP}\n", s.Host, s.Port, imaptest.User))
	mustRun(t, "migrate", folder)
	s.Remove("INBOX", a)
	s.Put("INBOX", fmt.Sprintf(mail, "c", "b", 2))
	mustRun(t, "sync", folder)
	file := filepath.Join(t.TempDir(), "x.jsonl")
	mustRun(t, "load", "--quiet", "--from", "archive:", "--to", "jsonl:"+file, folder)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, line := range slices.Collect(bytes.Lines(b)) {
		var ticket struct {
			Messages []struct {
				ID string `json:"id"`
			} `json:"messages"`
		}
		if err := json.Unmarshal(line, &ticket); err != nil {
			t.Fatal(err)
		}
		for _, m := range ticket.Messages {
			ids = append(ids, m.ID)
		}
	}
	if !slices.Equal(ids, []string{"a@x.test", "b@x.test", "c@x.test"}) {
		t.Errorf("messages %q", ids)
	}
}
