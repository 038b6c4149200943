//go:build integration

package imaptest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// Dovecot is a real server on loopback with a few empty accounts.
type Dovecot struct {
	Port, TLSPort int
	CA            string // a file that holds its certificate

	t           *testing.T
	dir, script string
}

// StartDovecot starts one until the test is over, however it ends. It skips where the
// script that starts it is missing.
func StartDovecot(t *testing.T) *Dovecot {
	t.Helper()
	d := &Dovecot{t: t, script: script(t), Port: free(t), TLSPort: free(t)}
	var err error
	if d.dir, err = os.MkdirTemp("", "dovecot-"); err != nil { //nolint:usetesting // that is closed to its users
		t.Fatal(err)
	}
	if err := os.Chmod(d.dir, 0o755); err != nil { //nolint:gosec // as above
		t.Fatal(err)
	}
	d.CA = filepath.Join(d.dir, "tls", "cert.pem")
	// Who waits here stops it also when this process is no more.
	stop := exec.Command("bash", "-c", `cat >/dev/null; bash "$0" stop "$1"; rm -rf "$1"`, d.script, d.dir) //nolint:noctx // it outlives the test
	held, err := stop.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := stop.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = held.Close(); _ = stop.Wait() })
	if out, err := exec.CommandContext(t.Context(), "bash", d.script, "start", d.dir, strconv.Itoa(d.Port), strconv.Itoa(d.TLSPort)).CombinedOutput(); err != nil {
		t.Fatalf("dovecot: %v\n%s", err, out)
	}
	return d
}

func script(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	for ; err == nil; dir = filepath.Dir(dir) {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil || dir == filepath.Dir(dir) {
			break
		}
	}
	path := filepath.Join(dir, "..", "shared", "servers", "dovecot.sh")
	if _, err := os.Stat(path); err != nil {
		t.Skip("there is no script to start Dovecot with")
	}
	return path
}

func free(t *testing.T) int {
	t.Helper()
	l := Listen(t)
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}

// Account is the n-th account, from 1 on.
func (d *Dovecot) Account(n int) (user, password string) {
	return fmt.Sprintf("user%d@example.test", n), fmt.Sprintf("pass%d", n)
}

// Adm calls doveadm.
func (d *Dovecot) Adm(args ...string) string {
	d.t.Helper()
	out, err := exec.CommandContext(d.t.Context(), "bash", append([]string{d.script, "adm", d.dir}, args...)...).CombinedOutput()
	if err != nil {
		d.t.Fatalf("doveadm %q: %v\n%s", args, err, out)
	}
	return string(out)
}

// Spool reads the files in which the server keeps the mail of the n-th account.
func (d *Dovecot) Spool(n int) []Lying {
	d.t.Helper()
	user, _ := d.Account(n)
	all, err := Spool(filepath.Join(d.dir, "mail", user, "Maildir"))
	if err != nil {
		d.t.Fatal(err)
	}
	return all
}

// Login opens a connection of the library's, as a mail program would.
func (d *Dovecot) Login(n int) *imapclient.Client {
	d.t.Helper()
	c, err := imapclient.DialInsecure("127.0.0.1:"+strconv.Itoa(d.Port), nil)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { _ = c.Close() })
	if err := c.Login(d.Account(n)).Wait(); err != nil {
		d.t.Fatal(err)
	}
	return c
}

// Append puts a mail into a folder of an account, as a mail program would.
func Append(t *testing.T, c *imapclient.Client, folder, mail string, at time.Time, flags ...imap.Flag) imap.UID {
	t.Helper()
	mail = strings.ReplaceAll(strings.ReplaceAll(mail, "\r\n", "\n"), "\n", "\r\n")
	cmd := c.Append(folder, int64(len(mail)), &imap.AppendOptions{Time: at, Flags: flags})
	if _, err := cmd.Write([]byte(mail)); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := cmd.Wait()
	if err != nil {
		t.Fatal(err)
	}
	return got.UID
}
