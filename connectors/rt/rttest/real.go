//go:build integration

package rttest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

// Real is a real Request Tracker on loopback.
type Real struct {
	URL, Token string

	t      *testing.T
	outbox string
	dir    string
	used   bool // its database is not that of a new one any more
}

// Script starts and stops Request Tracker: the one that RT_SCRIPT in the environment
// names, which may start another version, else the shared one. It skips where there
// is none.
func Script(t *testing.T) string {
	t.Helper()
	path := os.Getenv("RT_SCRIPT")
	if path == "" {
		path = filepath.Join(root(), "..", "shared", "servers", "rt.sh")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Skip("there is no script to start Request Tracker with")
	}
	return path
}

// StartReal gives a Request Tracker with an empty database, its scrips disabled,
// until the test is over: one that another test is done with, or a new one.
func StartReal(t *testing.T) *Real {
	t.Helper()
	s := idle(t)
	if s == nil {
		s = launch(t)
	}
	s.empty()
	s.used = true
	t.Cleanup(s.release)
	return s
}

// Outbox is the folder of the e-mails that RT wrote, a file each.
func (s *Real) Outbox() string { return s.outbox }

// Mails are those that RT wrote.
func (s *Real) Mails() (names []string) {
	all, err := os.ReadDir(s.outbox)
	if err != nil {
		return []string{err.Error()}
	}
	for _, e := range all {
		names = append(names, e.Name())
	}
	return names
}

// Scrips enables all scrips, as they are in a new Request Tracker, or disables them. The
// next test has them disabled again.
func (s *Real) Scrips(on bool) {
	s.t.Helper()
	s.run(Script(s.t), "scrips", s.dir, map[bool]string{true: "on", false: "off"}[on])
}

// Do calls RT behind the connector's back, as people at work do. It returns the id of
// what was made.
func (s *Real) Do(method, path string, body any) string {
	s.t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.URL+"/REST/2.0/"+path, bytes.NewReader(b))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "token "+s.Token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= 300 {
		s.t.Fatalf("%s %s: %s %s %v", method, path, resp.Status, answer, err)
	}
	var made object
	_ = json.Unmarshal(answer, &made) // a list names no id
	return word(made["id"])
}

// root is the folder of the module, whichever package's tests run.
func root() string {
	dir, err := os.Getwd()
	for ; err == nil; dir = filepath.Dir(dir) {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil || dir == filepath.Dir(dir) {
			break
		}
	}
	return dir
}
