package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
)

// The test binary is the command line too: a script or a test starts it again
// under the name deskhaul.
// abreast is how many tests run side by side at least: many wait for a server that is
// struck, or for a clock.
const abreast = 4

func TestMain(m *testing.M) {
	outsideTokens()
	if err := flag.Set("test.parallel", fmt.Sprint(max(abreast, runtime.GOMAXPROCS(0)))); err != nil {
		panic(err)
	}
	testscript.Main(m, map[string]func(){"deskhaul": func() { os.Exit(Main()) }})
}

// TestScripts runs the stories in testdata/script.
func TestScripts(t *testing.T) {
	t.Parallel()
	quickstart, err := filepath.Abs("../../testdata/quickstart")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("QUICKSTART", quickstart)
			env.Setenv("TOKEN_RT", rttest.Token)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"mails": writeMails, "jsoncount": jsonCount, "spoil": spoilFile, "office": startOffice, "revoke": revoke, "tracker": tracker},
	})
}

// spoilFile is "spoil FILE OLD NEW": puts one text in the place of another.
func spoilFile(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: spoil FILE OLD NEW")
	}
	path := ts.MkAbs(args[0])
	b, err := os.ReadFile(path)
	ts.Check(err)
	if !bytes.Contains(b, []byte(args[1])) {
		ts.Fatalf("%s has no %s", args[0], args[1])
	}
	ts.Check(os.WriteFile(path, bytes.ReplaceAll(b, []byte(args[1]), []byte(args[2])), 0o600))
}

// writeMails is "mails FILE FROM TO": appends the mails numbered so to an mbox.
func writeMails(ts *testscript.TestScript, _ bool, args []string) {
	var from, to int
	if len(args) != 3 {
		ts.Fatalf("usage: mails FILE FROM TO")
	}
	if _, err := fmt.Sscan(args[1]+" "+args[2], &from, &to); err != nil {
		ts.Fatalf("mails: %v", err)
	}
	ts.Check(appendMails(ts.MkAbs(args[0]), from, to))
}

// appendMails writes mails in threads of five, each with a small attachment in
// every seventh.
func appendMails(path string, from, to int) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	var b strings.Builder
	at := time.Date(2024, 1, 1, 8, 0, 0, 0, time.UTC)
	for i := from; i <= to; i++ {
		when := at.Add(time.Duration(i) * time.Minute)
		who := fmt.Sprintf("c%d@customer.test", i/5%40)
		if i%5 == 1 {
			who = "ann@desk.test"
		}
		fmt.Fprintf(&b, "From %s %s\nFrom: %s\nTo: support@desk.test\nDate: %s\nMessage-ID: <%d@mail.test>\nSubject: Case %d\n",
			who, when.Format(time.ANSIC), who, when.Format(time.RFC1123Z), i, i/5)
		if i%5 != 0 {
			fmt.Fprintf(&b, "In-Reply-To: <%d@mail.test>\nReferences: <%d@mail.test>\n", i-1, i/5*5)
		}
		if i%7 == 0 {
			fmt.Fprintf(&b, "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nMessage %d.\n--b\n"+
				"Content-Type: text/csv\nContent-Disposition: attachment; filename=\"%d.csv\"\n\na,%d\n--b--\n\n", i, i, i)
			continue
		}
		fmt.Fprintf(&b, "\nMessage %d: the printer is on fire again.\nПринтер снова горит.\n\n", i)
	}
	if _, err := f.WriteString(b.String()); err != nil {
		return err
	}
	return f.Close()
}

// deskhaul is the command line as a process of its own.
func deskhaul(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	path, err := exec.LookPath("deskhaul") // testscript.Main puts it there
	if err != nil {
		t.Fatal(err)
	}
	return exec.CommandContext(t.Context(), path, args...)
}
