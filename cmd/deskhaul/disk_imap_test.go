//go:build integration && linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
)

// A disk that is full while a mailbox is read, under the project, the archive and the
// large messages that lie in files for the time being, stops the run with one sentence.
// With room again, the same command goes on: nothing lost, nothing twice.
func TestMailboxDiskFull(t *testing.T) {
	s := imaptest.New(t, imaptest.Options{})
	s.Folder("Team")
	const mail = "Message-ID: <%d@x.test>\r\nDate: Mon, 3 Jun 2019 10:%02d:%02d +0000\r\nFrom: J <j%[1]d@example.org>\r\nSubject: on %[1]d\r\n"
	const many = 1200
	for i := range many {
		s.Put([]string{"INBOX", "Team"}[i%2], fmt.Sprintf(mail, i, i/60, i%60)+"\r\n"+strings.Repeat(fmt.Sprintf("Text of %d.\r\n", i), 60))
	}
	for i := many; i < many+4; i++ {
		s.Put("INBOX", fmt.Sprintf(mail, i, i/60%60, i%60)+"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee.\r\n"+
			"--b\r\nContent-Type: text/csv; name=t.csv\r\n\r\n"+strings.Repeat(fmt.Sprintf("%d,2,3\r\n", i), 1<<18)+"--b--\r\n")
	}
	project := func(folder string) {
		add(t, filepath.Join(folder, "deskhaul.yaml"), fmt.Sprintf(
			"project: box\nsources:\n  box:\n    connector: imap\n    host: %s\n    port: %d\n    security: none\n    user: %s\n    password: ${TOKEN_IMAP}\n", s.Host, s.Port, imaptest.User))
	}
	run := func(folder string) ([]byte, int) {
		c := deskhaul(t, "migrate", "--quiet", folder)
		out, _ := c.CombinedOutput()
		return out, c.ProcessState.ExitCode()
	}
	moved := func(folder string) []string {
		t.Helper()
		file := filepath.Join(t.TempDir(), "x.jsonl")
		if b, err := deskhaul(t, "load", "--quiet", "--from", "archive:", "--to", "jsonl:"+file, folder).CombinedOutput(); err != nil {
			t.Fatalf("load: %v\n%s", err, b)
		}
		return lines(t, file)
	}
	calm := t.TempDir()
	project(calm)
	if out, code := run(calm); code != exitDone {
		t.Fatalf("exit code %d\n%s", code, out)
	}
	small := filepath.Join(t.TempDir(), "small")
	resize := mounted(t, small, "600k")
	project(small)
	full := 0
	for _, size := range []string{"", "1m", "2m", "3m", "4m", "6m", "8m", "10m", "13m", "200m"} {
		if size != "" {
			resize(size)
		}
		out, code := run(small)
		if code == exitDone {
			break
		}
		full++
		t.Logf("size %s: exit code %d: %s", size, code, out)
		said, _, _ := bytes.Cut(out[max(0, bytes.Index(out, []byte("deskhaul: "))):], []byte("\n"))
		if code != exitError || !bytes.HasPrefix(said, []byte("deskhaul: ")) || !bytes.Contains(said, []byte("free s")) && !bytes.Contains(said, []byte("free some s")) || bytes.Contains(out, []byte("goroutine")) {
			t.Errorf("exit code %d and no sentence of what to do:\n%s", code, out)
		}
	}
	if full < 3 {
		t.Errorf("the disk was full %d times only", full)
	}
	if d := cmp.Diff(moved(calm), moved(small)); d != "" {
		t.Fatal(d)
	}
	if left, err := os.ReadDir(filepath.Join(small, ".deskhaul", "tmp")); err == nil && len(left) > 0 {
		t.Errorf("files are left: %v", left)
	}
}
