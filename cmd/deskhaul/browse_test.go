package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// moved is a project whose mailbox is in its archive; more stands in its
// deskhaul.yaml.
func moved(t *testing.T, more string) string {
	t.Helper()
	dir := t.TempDir()
	if err := appendMails(filepath.Join(dir, "in.mbox"), 0, 20); err != nil {
		t.Fatal(err)
	}
	yaml := "sources: {mailbox: {connector: mbox, path: in.mbox}}\n" + more
	if err := os.WriteFile(filepath.Join(dir, "deskhaul.yaml"), []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	mustRun(t, "migrate", "-q", dir)
	return dir
}

// browsed starts browse, gets one of its pages, and interrupts it.
func browsed(t *testing.T, path string, args ...string) string {
	t.Helper()
	cmd := deskhaul(t, append([]string{"browse", "--json", "--addr", "127.0.0.1:0"}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var said struct{ URL string }
	if err := json.NewDecoder(stdout).Decode(&said); err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	res, err := http.Get(strings.TrimSuffix(said.URL, "/") + path)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil || res.Body.Close() != nil || res.StatusCode != http.StatusOK {
		t.Errorf("%s: %d, %v", path, res.StatusCode, err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("interrupted, it ended with %v\n%s", err, &stderr)
	}
	return string(body)
}

func TestBrowseShowsTheArchive(t *testing.T) {
	t.Parallel()
	dir := moved(t, "")
	if body := browsed(t, "/tickets?q=fire", dir); !strings.Contains(body, "Case 3") || strings.Contains(body, "mapping is in force") {
		t.Errorf("got %s", body)
	}
	body := browsed(t, "/tickets", "--from", "archive:"+filepath.Join(dir, ".deskhaul", "archive"), t.TempDir())
	if !strings.Contains(body, "Case 3") {
		t.Errorf("got %s", body)
	}
	// Neither the mailbox nor the configuration is needed to look.
	for _, gone := range []string{"in.mbox", "deskhaul.yaml"} {
		if err := os.Remove(filepath.Join(dir, gone)); err != nil {
			t.Fatal(err)
		}
		if body := browsed(t, "/tickets", dir); !strings.Contains(body, "Case 3") {
			t.Errorf("without %s: %s", gone, body)
		}
	}
}

func TestBrowseAppliesTheMapping(t *testing.T) {
	t.Parallel()
	const rules = "mapping:\n  tickets:\n    set: {subject: '\"Mapped\"'}\n"
	dir := moved(t, rules)
	body := browsed(t, "/tickets", dir)
	if !strings.Contains(body, "mapping is in force") || !strings.Contains(body, ">Mapped<") || strings.Contains(body, "Case 3") {
		t.Errorf("mapped: %s", body)
	}
	if body := browsed(t, "/tickets", "--unmapped", dir); strings.Contains(body, "Mapped") || !strings.Contains(body, "Case 3") {
		t.Errorf("unmapped: %s", body)
	}
}

func TestBrowseRefuses(t *testing.T) {
	t.Parallel()
	dir := moved(t, "")
	for _, x := range []struct {
		code int
		says string
		args []string
	}{
		{exitUsage, "--public", []string{"--addr", "0.0.0.0:0", dir}},
		{exitUsage, "nothing has been moved", []string{t.TempDir()}},
		{exitUsage, "archive:FOLDER", []string{"--from", "mbox:" + filepath.Join(dir, "in.mbox"), t.TempDir()}},
		{exitError, "no archive", []string{"--from", "archive:" + filepath.Join(dir, "none"), t.TempDir()}},
	} {
		r := inside(t, append([]string{"browse"}, x.args...)...)
		if r.code != x.code || !strings.Contains(r.all(), x.says) {
			t.Errorf("%q: exit code %d\n%s", x.args, r.code, r.all())
		}
	}
}
