//go:build integration

package rttest

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

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

// settings are RT's own standard ones but for one: RT hashes the token of each call
// with bcrypt, which at its standard cost of 12 takes 0.25 s of a processor: twenty
// times what the rest of a small call takes.
const settings = "Set($BcryptCost, 4);\n1;\n"

// servers are those of this process: the folder that they are all in, the one that
// the others began as copies of, and those that no test uses.
var servers struct {
	sync.Mutex
	room string
	free []*Real
}

// idle is a server that another test is done with; nil if there is none.
func idle(t *testing.T) *Real {
	t.Helper()
	servers.Lock()
	defer servers.Unlock()
	if len(servers.free) == 0 {
		return nil
	}
	s := servers.free[0]
	servers.free = servers.free[1:]
	s.t = t
	return s
}

// release lets another test have the server.
func (s *Real) release() {
	servers.Lock()
	defer servers.Unlock()
	servers.free = append(servers.free, s)
}

// Forget ends the servers of all tests and removes what they wrote.
func Forget() {
	servers.Lock()
	defer servers.Unlock()
	for _, s := range servers.free {
		s.kill()
	}
	servers.free = nil
	if servers.room != "" {
		_ = os.RemoveAll(servers.room)
	}
	servers.room = ""
}

// launch starts a server. The first one is installed; the others begin with a copy.
func launch(t *testing.T) *Real {
	t.Helper()
	sh := Script(t)
	servers.Lock()
	defer servers.Unlock()
	if servers.room == "" {
		servers.room = newRoom(t)
	}
	first := filepath.Join(servers.room, "first")
	if _, err := os.Stat(filepath.Join(first, "initialised")); err != nil {
		install(t, sh, first)
	}
	dir, err := os.MkdirTemp(servers.room, "rt-") //nolint:usetesting // it outlives the test
	if err == nil {
		err = os.CopyFS(dir, os.DirFS(first))
	}
	if err != nil {
		t.Fatal(err)
	}
	s := &Real{t: t, dir: dir}
	s.start(sh)
	return s
}

// install makes the database that all servers begin with.
func install(t *testing.T, sh, dir string) {
	t.Helper()
	conf := filepath.Join(dir, "conf.d")
	if err := os.MkdirAll(conf, 0o755); err != nil { //nolint:gosec // RT reads it
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(conf, "cost.pm"), []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &Real{t: t, dir: dir}
	s.start(sh)
	s.run(sh, "scrips", dir, "off")
	s.run(sh, "perl", dir, "-e", prepare)
	s.run(sh, "stop", dir)
	// Its last writes may stand beside the database still, in the log that goes before it.
	db := filepath.Join(dir, "rt.sqlite")
	if out, err := exec.CommandContext(t.Context(), "sqlite3", db, "pragma wal_checkpoint(truncate)").CombinedOutput(); err != nil || !strings.HasPrefix(string(out), "0|") {
		t.Fatalf("the database is not whole: %v %s", err, out)
	}
}

func (s *Real) run(sh string, args ...string) []byte {
	s.t.Helper()
	out, err := s.tryRun(sh, args...)
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

func (s *Real) tryRun(sh string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(context.WithoutCancel(s.t.Context()), "bash", append([]string{sh}, args...)...)
	cmd.Env = append(os.Environ(), "RT_WORKERS=4", "RT_DB=sqlite")
	cmd.SysProcAttr = dieWithUs()
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("rt.sh %s: %w\n%s%s", args[0], err, out, errs.Bytes())
	}
	return out, nil
}

func (s *Real) start(sh string) {
	s.t.Helper()
	l, err := new(net.ListenConfig).Listen(s.t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	port := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	_ = l.Close()
	s.told(s.run(sh, "start", s.dir, port))
}

// told takes what the script says of a server that it started.
func (s *Real) told(said []byte) {
	for sc := bufio.NewScanner(bytes.NewReader(said)); sc.Scan(); {
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
