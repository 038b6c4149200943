package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const quickstart = "../quickstart"

func TestCommittedFilesAreWhatTheScriptsSay(t *testing.T) {
	files, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(quickstart, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs from what the scripts say: run \"go run ./testdata/gen\" from the root", name)
		}
	}
}

func TestReadmeTellsTheExpectedCounts(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(quickstart, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var e expected
	if err := json.Unmarshal(b, &e); err != nil {
		t.Fatal(err)
	}
	box, list := e.Sources["mailbox"], e.Sources["customers"]
	for _, row := range []struct {
		name             string
		box, list, whole int
	}{
		{"tickets", box.Tickets, list.Tickets, e.Tickets},
		{"messages", box.Messages, list.Messages, e.Messages},
		{"files", box.Files, list.Files, e.Files},
		{"contacts", box.Contacts, list.Contacts, e.Contacts},
		{"agents", box.Agents, list.Agents, e.Agents},
		{"categories", box.Categories, list.Categories, e.Categories},
		{"organisations", box.Organizations, list.Organizations, e.Organizations},
		{"second copies", box.Duplicates, list.Duplicates, e.Duplicates},
	} {
		line := fmt.Sprintf("| %s | %d | %d | %d |", row.name, row.box, row.list, row.whole)
		if !strings.Contains(string(readme), line) {
			t.Errorf("README.md lacks the line %q", line)
		}
	}
}

// The quickstart is there to show what mail looks like. What must be in it is
// listed here, so that an edit of the scripts does not lose it.
func TestMailboxHasWhatItIsFor(t *testing.T) {
	files, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	box := string(files["support.mbox"])
	for _, want := range []string{
		"charset=utf-8", "charset=windows-1251", "charset=koi8-r", "charset=iso-2022-jp", "charset=iso-8859-1", "charset=shift_jis",
		"charset=gb2312", "charset=windows-1256", "=?windows-1251?B?", "=?koi8-r?B?", "=?iso-2022-jp?B?", "=?iso-8859-1?Q?", "=?gb2312?B?",
		"Transfer-Encoding: base64", "Transfer-Encoding: quoted-printable", "Transfer-Encoding: 8bit",
		"multipart/alternative", "multipart/related", "multipart/mixed", "report-type=delivery-status", "message/rfc822", "format=flowed",
		"filename*0*=utf-8''", `filename="=?`, "begin 644 ", "Auto-Submitted: auto-replied", "List-Id:", "X-Gmail-Labels:", "X-Spam-Flag:",
		" wrote:", " schrieb ", "\n>From ", "[#10234]", "application/zip", "text/calendar",
	} {
		if !strings.Contains(box, want) {
			t.Errorf("support.mbox has no %q", want)
		}
	}
	if strings.Contains(box, "\r") {
		t.Error("support.mbox has a line that does not end in LF alone")
	}
}

func TestLateParentArrivesAfterItsAnswer(t *testing.T) {
	p, err := readPlay()
	if err != nil {
		t.Fatal(err)
	}
	parent, answer := p.byName["late-parent"].mails[0], p.byName["late-parent"].mails[1]
	if !parent.at.Before(answer.at) || !parent.arrived().After(answer.arrived()) {
		t.Errorf("parent written %v, arrived %v; answer written %v, arrived %v", parent.at, parent.arrived(), answer.at, answer.arrived())
	}
}

func TestEncodedWordsAreShortAndWhole(t *testing.T) {
	for _, charset := range []string{"utf-8", "windows-1251", "koi8-r", "iso-2022-jp", "shift_jis", "gb2312", "iso-8859-1"} {
		got, err := words(strings.Repeat("Größe 風速計 скорость ветра ", 6), charset)
		if err != nil {
			t.Fatal(err)
		}
		for w := range strings.SplitSeq(got, "\n ") {
			if len(w) > 64 || !strings.HasPrefix(w, "=?") || !strings.HasSuffix(w, "?=") {
				t.Errorf("%s: %q is no encoded word of at most 64 characters", charset, w)
			}
		}
	}
}

func TestScriptMistakesAreTold(t *testing.T) {
	for name, script := range map[string]string{
		"no subject":    "=== a\n--- anna 2024-01-01 10:00\nHello\n",
		"unknown name":  "=== a\nsubject: s\n--- nobody 2024-01-01 10:00\nHello\n",
		"no time":       "=== a\nsubject: s\n--- anna soon\nHello\n",
		"same name":     "=== a\nsubject: s\n--- anna 2024-01-01 10:00\nx\n\n=== a\nsubject: s\n--- anna 2024-01-01 10:00\nx\n",
		"strange delay": "=== a\nsubject: s\n--- anna 2024-01-01 10:00\nx\n--- anna +xd\ny\n",
	} {
		anna := &person{key: "anna", email: "anna@nordlicht.example", zone: time.UTC}
		p := &play{cast: map[string]*person{"anna": anna}, byName: map[string]*thread{}}
		if err := p.read(script); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
