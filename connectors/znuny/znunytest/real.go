//go:build integration

package znunytest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// Real is a real Znuny on loopback.
type Real struct {
	URL, User, Password string

	t   *testing.T
	dir string
}

// real is the server of this process; tests have it one after the other.
var server struct {
	sync.Mutex
	*Real
	guard io.Closer
}

// Script starts and stops Znuny. It skips where there is none.
func Script(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	for ; err == nil; dir = filepath.Dir(dir) {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil || dir == filepath.Dir(dir) {
			break
		}
	}
	path := filepath.Join(dir, "..", "shared", "servers", "znuny.sh")
	if _, missing := os.Stat(path); err != nil || missing != nil {
		t.Skip("there is no script to start Znuny with")
	}
	return path
}

// StartReal gives a Znuny without a ticket, its notifications invalid, until the test is
// over. The web service is the one that our users import.
func StartReal(t *testing.T, webService string) *Real {
	t.Helper()
	sh := Script(t)
	server.Lock()
	t.Cleanup(server.Unlock)
	if server.Real == nil {
		launch(t, sh, webService)
	}
	s := server.Real
	s.t = t
	s.Empty()
	return s
}

// launch starts a server. Whatever ends the process ends it too.
func launch(t *testing.T, sh, webService string) {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", fmt.Sprintf("deskhaul-znuny-%d-", os.Getpid())) //nolint:usetesting // it outlives the test
	if err == nil {
		err = os.Chmod(dir, 0o755) //nolint:gosec // PostgreSQL's user goes through it
	}
	if err != nil {
		t.Fatal(err)
	}
	guard(t, sh, dir)
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	_ = l.Close()
	s := &Real{t: t, dir: dir, User: User, Password: Password}
	said := s.run("start", dir, port)
	for sc := bufio.NewScanner(bytes.NewReader(said)); sc.Scan(); {
		if url, is := strings.CutPrefix(sc.Text(), "ZNUNY_URL="); is {
			s.URL = strings.TrimSuffix(url, "/index.pl")
		}
	}
	file := filepath.Join(dir, "deskhaul.yml")
	if err := os.WriteFile(file, []byte(webService), 0o644); err != nil { //nolint:gosec // Znuny reads it
		t.Fatal(err)
	}
	s.run("console", dir, "Admin::WebService::Add", "--name", "deskhaul", "--source-path", file)
	s.Perl(prepare)
	server.Real = s
}

// prepare makes what an administrator makes before we come, and what the suite needs.
const prepare = `
my $user = $Kernel::OM->Get('Kernel::System::User');
my $group = $Kernel::OM->Get('Kernel::System::Group');
for my $login ('` + User + `', 'aiko', 'ann') {
	my $id = $user->UserAdd(UserFirstname => ucfirst $login, UserLastname => 'Agent', UserLogin => $login, UserPw => '` + Password + `', UserEmail => "$login\@desk.test", ValidID => 1, ChangeUserID => 1) or die $login;
	$group->PermissionGroupUserAdd(GID => $group->GroupLookup(Group => 'users'), UID => $id, Permission => { rw => 1 }, UserID => 1);
}
my $queue = $Kernel::OM->Get('Kernel::System::Queue');
for my $name ('Rechnungen', 'Rechnungen::Mahnungen') {
	$queue->QueueAdd(Name => $name, ValidID => 1, GroupID => 1, SystemAddressID => 1, SalutationID => 1, SignatureID => 1, FollowUpID => 1, UserID => 1) or die $name;
}
$Kernel::OM->Get('Kernel::System::Type')->TypeAdd(Name => 'problem', ValidID => 1, UserID => 1) or die 'type';
my $order = 9000;
for my $f (['deskhaul', 'Text', {}], ['plan', 'Text', {}], ['tier', 'Text', {}], ['opened', 'DateTime', { DefaultValue => 0 }], ['urgent', 'Checkbox', {}], ['size', 'Dropdown', { PossibleValues => { big => 'Big', small => 'Small' }, PossibleNone => 1 }]) {
	$Kernel::OM->Get('Kernel::System::DynamicField')->DynamicFieldAdd(Name => $f->[0], Label => $f->[0], FieldOrder => $order++, FieldType => $f->[1], ObjectType => 'Ticket', Config => $f->[2], ValidID => 1, UserID => 1) or die $f->[0];
}
`

// Forget ends the server of all tests.
func Forget() {
	server.Lock()
	defer server.Unlock()
	if server.guard != nil {
		_ = server.guard.Close()
		_ = server.wait()
	}
	server.Real, server.guard = nil, nil
}

// wait waits until the guardian has removed all.
func (s *Real) wait() error { return guardian.Wait() }

var guardian *exec.Cmd

// guard starts, in a session of its own, what waits until nobody has the other end of its
// input any more, and then stops the server and removes its folder.
func guard(t *testing.T, sh, dir string) {
	t.Helper()
	its, ours, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	guardian = exec.Command("bash", "-c", `cat >/dev/null; trap '' HUP TERM INT; bash "$1" stop "$2" >/dev/null 2>&1; rm -rf "$2"`, "guardian", sh, dir) //nolint:noctx // it outlives us
	guardian.Stdin, guardian.SysProcAttr = its, &syscall.SysProcAttr{Setsid: true}
	if err := errors.Join(guardian.Start(), its.Close()); err != nil {
		t.Fatal(err)
	}
	server.guard = ours
}

func (s *Real) run(args ...string) []byte {
	s.t.Helper()
	return s.runWith("", args...)
}

// Mail brings a mail in, as a mail server does.
func (s *Real) Mail(raw string) {
	s.t.Helper()
	s.runWith(raw, "console", s.dir, "Maint::PostMaster::Read")
}

func (s *Real) runWith(input string, args ...string) []byte {
	s.t.Helper()
	cmd := exec.Command("bash", append([]string{Script(s.t)}, args...)...) //nolint:noctx // the guardian ends what it starts
	var errs bytes.Buffer
	cmd.Stderr, cmd.Stdin = &errs, strings.NewReader(input)
	out, err := cmd.Output()
	if err != nil {
		s.t.Fatalf("znuny.sh %s: %v\n%s%s", args[0], err, out, errs.Bytes())
	}
	return out
}

// Perl runs code there, with $Kernel::OM ready.
func (s *Real) Perl(code string, args ...string) string {
	s.t.Helper()
	return string(s.run(append([]string{"perl", s.dir, code}, args...)...))
}

// SQL asks the database.
func (s *Real) SQL(queries ...string) string {
	s.t.Helper()
	args := []string{"sql", s.dir, "-At"}
	for _, q := range queries {
		args = append(args, "-c", q)
	}
	return string(s.run(args...))
}

// Empty takes all tickets away, behind Znuny's back, and makes all notifications invalid.
func (s *Real) Empty() {
	s.t.Helper()
	s.SQL("truncate ticket, article, mail_queue, dynamic_field_value, ticket_number_counter, article_search_index restart identity cascade",
		"update notification_event set valid_id = 2")
	s.Forgotten()
}

// Forgotten empties the cache, for what was changed behind Znuny's back.
func (s *Real) Forgotten() {
	if err := os.RemoveAll(filepath.Join(s.dir, "app", "var", "tmp", "CacheFileStorable")); err != nil {
		s.t.Fatal(err)
	}
}

// Mails are the e-mails that wait to be sent: none is, for nothing sends them.
func (s *Real) Mails() (out []string) {
	for line := range strings.Lines(s.SQL("select recipient from mail_queue")) {
		out = append(out, strings.TrimSpace(line))
	}
	return out
}
