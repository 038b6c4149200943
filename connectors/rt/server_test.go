//go:build integration

package rt

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
)

// server is a real Request Tracker on loopback.
type server struct {
	t          *testing.T
	url, token string
	outbox     string
	dir        string
}

// startServer starts a Request Tracker with an empty database. It skips where the
// script that does so is not there.
func startServer(t *testing.T) *server {
	t.Helper()
	script, err := filepath.Abs("../../../shared/servers/rt.sh")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(script); err != nil {
		t.Skip("there is no script to start Request Tracker with")
	}
	dir, err := os.MkdirTemp("/tmp", "rt-") //nolint:usetesting // the database server must reach it, and t.TempDir is for one user alone
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	_ = l.Close()
	out, err := exec.CommandContext(t.Context(), "bash", script, "start", dir, port).Output()
	if err != nil {
		t.Fatalf("start Request Tracker: %v\n%s", err, out)
	}
	t.Cleanup(func() { _ = exec.Command("bash", script, "stop", dir).Run() })
	s := &server{t: t, dir: dir}
	for sc := bufio.NewScanner(bytes.NewReader(out)); sc.Scan(); {
		name, value, _ := strings.Cut(sc.Text(), "=")
		switch name {
		case "RT_URL":
			s.url = value
		case "RT_TOKEN":
			s.token = value
		case "RT_OUTBOX":
			s.outbox = value
		}
	}
	if out, err := exec.CommandContext(t.Context(), "bash", script, "scrips", dir, "off").CombinedOutput(); err != nil {
		t.Fatalf("disable scrips: %v\n%s", err, out)
	}
	return s
}

// do calls RT behind the connector's back, as people at work do.
func (s *server) do(method, path string, body any) string {
	s.t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.url+"/REST/2.0/"+path, bytes.NewReader(b))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "token "+s.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= 300 {
		s.t.Fatalf("%s %s: %s %s %v", method, path, resp.Status, answer, err)
	}
	var made struct {
		ID text `json:"id"`
	}
	_ = json.Unmarshal(answer, &made)
	return string(made.ID)
}

func (s *server) source() *Source {
	s.t.Helper()
	src, err := newSource(&Config{URL: s.url, Token: connectors.Secret(s.token)}, connectors.Env{
		HTTP: http.DefaultClient, Log: slog.New(slog.DiscardHandler), Now: time.Now,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return src
}
