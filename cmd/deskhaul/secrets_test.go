package main

import (
	"bytes"
	"encoding/base64"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
)

// No secret, in any form that it is sent in, reaches what is printed, a trace, or a file
// of the project, whether all goes well or the server says no.
func TestSecretsStayIn(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(*testing.T) *cloud{"rt": anRT, "freshdesk": aFreshdesk, "zendesk": aZendesk, "okdesk": anOkdesk, "znuny": aZnuny, "itsm365": anITSM365} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			mbox := filepath.Join(t.TempDir(), "support.mbox")
			if err := appendMails(mbox, 0, 9); err != nil {
				t.Fatal(err)
			}
			far := start(t)
			j := travel(t, "mbox:"+mbox, far).fromMailbox()
			j.dir = filepath.Join(dir, "project")
			j.args = append(j.args, "--verbose", "--trace", filepath.Join(dir, "trace.log"))
			var said strings.Builder
			for _, verb := range []string{"check", "plan", "migrate", "sync", "verify", "rollback", "status", "quarantine", "init"} {
				words := j.words(verb)
				if verb == "status" || verb == "quarantine" {
					words = []string{verb, j.dir}
				}
				said.WriteString(inside(t, words...).all())
			}
			other := travel(t, "mbox:"+mbox, far).fromMailbox() // with a token that is mistyped
			other.dir = filepath.Join(dir, "other")
			for i, word := range other.args {
				other.args[i] = strings.Replace(word, "TOKEN_"+strings.ToUpper(name), "TOKEN_WRONG", 1)
			}
			for _, verb := range []string{"check", "migrate"} {
				said.WriteString(inside(t, append(other.words(verb), "--verbose", "--trace", filepath.Join(dir, "trace2.log"))...).all())
			}
			if err := os.WriteFile(filepath.Join(dir, "said"), []byte(said.String()), 0o600); err != nil {
				t.Fatal(err)
			}
			searchFor(t, dir, append(forms(far.token), forms(wrongToken)...))
		})
	}
}

// A password in what --from or --to name is refused by every connector that could have a
// use for it, is not repeated, and stands nowhere afterwards.
func TestNoPasswordInALocation(t *testing.T) {
	t.Parallel()
	for _, connector := range []string{"imap", "rt", "zendesk", "freshdesk", "okdesk"} {
		for _, location := range []string{"https://ann:hunter2@desk.test", "imaps://ann:hunter2@desk.test", "ann:hunter2@desk.test", "ann@desk.test:hunter2@mail.test", "https://ann:hun@hunter2@desk.test", "ann:hunter2@desk"} {
			dir := filepath.Join(t.TempDir(), "project")
			for _, verb := range []string{"init", "check", "migrate", "plan"} {
				end := []string{"--from", connector + ":" + location, "--to", "jsonl:" + filepath.Join(dir, "out.jsonl")}
				r := inside(t, append(append([]string{verb}, end...), dir)...)
				if r.code != exitUsage || strings.Contains(r.all(), "hunter2") {
					t.Errorf("%s:%s: exit %d, %s", connector, location, r.code, r.all())
				}
			}
			if _, err := os.Stat(dir); err == nil {
				t.Errorf("%s:%s: the project was begun", connector, location)
			}
		}
	}
}

// forms are a token, and what it is sent as.
func forms(token string) (out [][]byte) {
	out = append(out, []byte(token))
	for _, pair := range []string{token + ":X", token + ":", zendesktest.Email + "/token:" + token} {
		out = append(out, []byte(base64.StdEncoding.EncodeToString([]byte(pair))))
	}
	return out
}

// searchFor fails where a file below a folder has one of the words in it.
func searchFor(t *testing.T, dir string, words [][]byte) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		for _, w := range words {
			if at := bytes.Index(b, w); at >= 0 {
				t.Errorf("%s tells a secret: …%q…", path, b[max(0, at-60):min(len(b), at+len(w)+20)])
			}
		}
		files++
		return err
	})
	if err != nil || files < 4 {
		t.Errorf("%d files, %v", files, err)
	}
}

// What is written, and the folders made for it, are for whoever runs the program alone.
func TestFilesAreTheUsersOwn(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("no such modes")
	}
	for name, place := range map[string]string{
		"jsonl": "out/all.jsonl", "csv": "out/tables", "xlsx": "out/all.xlsx", "mbox": "out/all.mbox", "maildir": "out/Mail", "eml": "out/eml", "archive": "out/other",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			mbox := filepath.Join(t.TempDir(), "support.mbox")
			if err := appendMails(mbox, 0, 19); err != nil {
				t.Fatal(err)
			}
			project := filepath.Join(dir, "project")
			args := []string{"--from", "mbox:" + mbox, "--to", name + ":" + filepath.Join(dir, place), "--set", "from.agents.domains=desk.test"}
			mustRun(t, append(append([]string{"init"}, args...), project)...)
			mustRun(t, "migrate", project)
			if err := appendMails(mbox, 20, 29); err != nil {
				t.Fatal(err)
			}
			mustRun(t, "sync", "--trace", filepath.Join(dir, "trace"), project)
			mustRun(t, "verify", "--out", filepath.Join(dir, "found.csv"), project)
			mustRun(t, "plan", "--out", filepath.Join(dir, "plan.csv"), project)
			err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
				if err != nil || path == dir {
					return err
				}
				info, err := d.Info()
				if err == nil && info.Mode().Perm()&0o077 != 0 {
					t.Errorf("%s: %s", strings.TrimPrefix(path, dir), info.Mode())
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}
