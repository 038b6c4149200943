package rfc5322

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/deskhaul/deskhaul/connectors/mail/score"
)

// checkMessage holds a parsed message to what Parse promises whatever the bytes.
func checkMessage(t *testing.T, raw []byte, m *Message, decode bool) {
	t.Helper()
	if !utf8.ValidString(m.Text) || !utf8.ValidString(m.HTML) {
		t.Error("text is not UTF-8")
	}
	for _, f := range m.Fields {
		if !utf8.ValidString(m.Header.Text(f.Name)) {
			t.Errorf("field %q is not UTF-8", f.Name)
		}
		for _, a := range m.Addresses(f.Name) {
			if !utf8.ValidString(a.Name) || !utf8.ValidString(a.Email) {
				t.Errorf("address %q is not UTF-8", a)
			}
		}
	}
	at := 0
	for _, f := range m.Folds {
		if f.Start < at || f.End <= f.Start || f.End > len(m.Text) {
			t.Errorf("fold %v in a text of %d bytes", f, len(m.Text))
		}
		at = f.End
	}
	for _, p := range m.Parts {
		if p.Inner == nil && (p.Offset < 0 || p.Length < 0 || p.Offset+p.Length > int64(len(raw))) {
			t.Errorf("part %q lies at %d+%d of %d", p.Name, p.Offset, p.Length, len(raw))
		}
		if !utf8.ValidString(p.Name) || !utf8.ValidString(p.Type) || !utf8.ValidString(p.CID) {
			t.Errorf("part %q is not UTF-8", p.Name)
		}
		if decode {
			r, err := p.Open(Bytes(raw))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, r); err != nil {
				t.Error(err)
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestReadEverything reads all real mail: no crash, no hang, nothing that is not
// UTF-8.
func TestReadEverything(t *testing.T) {
	for _, folder := range []string{
		"stalwart-mail-parser", "mime4j", "enmime", "sisimai", "spamassassin", "usrp-2019", "linux-mips-2001",
		"ruby-mail", "cpython-email", "notmuch", "reply-talon",
	} {
		t.Run(folder, func(t *testing.T) {
			var all, subjects, senders, dates int
			err := filepath.WalkDir(score.Data(t, folder), func(path string, d fs.DirEntry, err error) error {
				if err != nil || d.IsDir() || strings.HasSuffix(path, ".json") || strings.HasSuffix(path, ".xml") {
					return err
				}
				b, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				for _, mail := range score.Split(b) {
					m, err := Parse(Bytes(mail), Limits{})
					if err != nil {
						t.Fatal(path, err)
					}
					checkMessage(t, mail, m, true)
					all++
					if m.Header.Text("Subject") != "" {
						subjects++
					}
					if len(m.Addresses("From")) > 0 {
						senders++
					}
					if _, ok := m.Date(); ok {
						dates++
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("score: %s %d mails read; subjects %d, senders %d, dates %d", folder, all, subjects, senders, dates)
		})
	}
}
