//go:build integration

package rttest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// Real is a real Request Tracker on loopback.
type Real struct {
	URL, Token string

	t      *testing.T
	outbox string
	dir    string
}

// Script starts and stops Request Tracker. It skips where it is not there.
func Script(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(root(), "..", "shared", "servers", "rt.sh"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Skip("there is no script to start Request Tracker with")
	}
	return path
}

// prepare makes what an administrator makes before we come: the custom fields for
// our marks and one more, the right to own tickets, and no scrips.
const prepare = `
my $queues = RT::Queue->new(RT->SystemUser);
for (["deskhaul", "RT::Queue-RT::Ticket"], ["deskhaul", "RT::Queue-RT::Ticket-RT::Transaction"], ["plan", "RT::Queue-RT::Ticket"]) {
	my $cf = RT::CustomField->new(RT->SystemUser);
	my ($ok, $msg) = $cf->Create(Name => $_->[0], Type => "FreeformSingle", MaxValues => 1, LookupType => $_->[1]);
	die $msg unless $ok;
	($ok, $msg) = $cf->AddToObject($queues);
	die $msg unless $ok;
}
my $g = RT::Group->new(RT->SystemUser);
$g->LoadSystemInternalGroup("Privileged");
my ($ok, $msg) = $g->PrincipalObj->GrantRight(Object => RT->System, Right => "OwnTicket");
die $msg unless $ok;
`

var template = sync.OnceValues(func() (string, error) { return os.MkdirTemp(room(), "rt-template-") })

// room is where the databases lie: in memory if there is such a place, for RT waits
// for the disk at every write.
func room() string {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		return "/dev/shm"
	}
	return "/tmp"
}

// Forget removes the database that the servers of all tests began with.
func Forget() {
	if dir, err := template(); err == nil {
		_ = os.RemoveAll(dir)
	}
}

// StartReal starts a Request Tracker with an empty database, its scrips disabled.
// The first one is installed; the others begin with a copy.
func StartReal(t *testing.T) *Real {
	t.Helper()
	sh := Script(t)
	first, err := template()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(first, "initialised")); err != nil {
		s := &Real{t: t, dir: first}
		s.start(sh)
		s.run(sh, "scrips", first, "off")
		s.run(sh, "perl", first, "-e", prepare)
		s.kill()
	}
	dir, err := os.MkdirTemp(room(), "rt-") //nolint:usetesting // the database server must reach it, and t.TempDir is for one user alone
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.CopyFS(dir, os.DirFS(first)); err != nil {
		t.Fatal(err)
	}
	s := &Real{t: t, dir: dir}
	t.Cleanup(s.kill)
	s.start(sh)
	return s
}

// kill ends a server whose data nobody needs any more. It leads a group of its own.
func (s *Real) kill() {
	file := filepath.Join(s.dir, "run", "rt.pid")
	b, err := os.ReadFile(file)
	if err != nil {
		return
	}
	defer func() { _ = os.Remove(file) }()
	if pid, err := strconv.Atoi(strings.TrimSpace(string(b))); err == nil && pid > 1 {
		_ = syscall.Kill(-pid, syscall.SIGKILL)
	}
}

func (s *Real) run(sh string, args ...string) []byte {
	s.t.Helper()
	cmd := exec.CommandContext(s.t.Context(), "bash", append([]string{sh}, args...)...)
	cmd.Env = append(os.Environ(), "RT_WORKERS=4")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		s.t.Fatalf("Request Tracker, %s: %v\n%s%s", args[0], err, out, errs.Bytes())
	}
	return out
}

func (s *Real) start(sh string) {
	s.t.Helper()
	l, err := new(net.ListenConfig).Listen(s.t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	port := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	_ = l.Close()
	for sc := bufio.NewScanner(bytes.NewReader(s.run(sh, "start", s.dir, port))); sc.Scan(); {
		name, value, _ := strings.Cut(sc.Text(), "=")
		switch name {
		case "RT_URL":
			s.URL = value
		case "RT_TOKEN":
			s.Token = value
		case "RT_OUTBOX":
			s.outbox = value
		}
	}
}

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
