//go:build integration

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
)

// post is a mail that was put into the first account.
type post struct {
	spoken
	folder string
	uid    imap.UID
	at     time.Time // INTERNALDATE
	raw    string
	gone   bool // it was expunged
}

// office is an account in which people work, and one that is kept in step with it.
type office struct {
	t      *testing.T
	d      *imaptest.Dovecot
	c      *imapclient.Client
	rng    *rand.Rand
	lines  []*imaptest.Line // to the source, to the target
	folder string           // the project
	posts  []*post
	kills  int
	aside  []setAside // what is in quarantine
}

// put puts a mail into a folder, as a mail program would.
func (o *office) put(folder, raw string, at time.Time, flags ...imap.Flag) *post {
	o.t.Helper()
	raw = strings.ReplaceAll(strings.ReplaceAll(raw, "\r\n", "\n"), "\n", "\r\n")
	raw = strings.ReplaceAll(raw, "\x00", "\x80") // as Dovecot does: there is no NUL in IMAP
	s, err := parsed([]byte(raw))
	if err != nil {
		o.t.Fatal(err)
	}
	p := &post{spoken: s, folder: folder, at: at, raw: raw}
	p.uid = imaptest.Append(o.t, o.c, folder, raw, at, flags...)
	o.posts = append(o.posts, p)
	return p
}

// create makes folders.
func (o *office) create(names ...string) {
	o.t.Helper()
	for _, name := range names {
		if err := o.c.Create(name, nil).Wait(); err != nil {
			o.t.Fatal(err)
		}
	}
}

func (o *office) open(folder string) {
	o.t.Helper()
	if _, err := o.c.Select(folder, nil).Wait(); err != nil {
		o.t.Fatal(err)
	}
}

// flag changes flags of a message as a mail program does.
func (o *office) flag(p *post, op imap.StoreFlagsOp, flags ...imap.Flag) {
	o.t.Helper()
	o.open(p.folder)
	if err := o.c.Store(imap.UIDSetNum(p.uid), &imap.StoreFlags{Op: op, Silent: true, Flags: flags}, nil).Close(); err != nil {
		o.t.Fatal(err)
	}
}

// fill puts everything there is to move into the account: the quickstart, lists, and
// whole folders of mails that are hard to read.
func (o *office) fill() {
	o.t.Helper()
	o.create("Lists/usrp", "Lists/mips", "Odd")
	for i, raw := range mboxMails(o.t, "../../testdata/quickstart/support.mbox") {
		folder := "INBOX"
		if from, _, _ := strings.Cut(raw, "\n\n"); strings.Contains(from, "\nFrom: ") && strings.Contains(fromOf(from), "nordlicht.example") {
			folder = "Sent"
		}
		o.put(folder, raw, time.Date(2024, 1, 1, 0, 0, i, 0, time.UTC))
	}
	for i, raw := range mboxMails(o.t, filepath.Join(data, "usrp-2019", "usrp-2019.mbox")) {
		o.put("Lists/usrp", raw, time.Date(2019, 7, 1, 0, 0, i, 0, time.UTC))
	}
	mips := mboxMails(o.t, filepath.Join(data, "linux-mips-2001", "linux-mips-2001.mbox"))
	if os.Getenv("DESKHAUL_ALL_MAILS") == "" {
		mips = mips[:500]
	}
	for i, raw := range mips {
		o.put("Lists/mips", raw, time.Date(2002, 1, 1, 0, 0, i, 0, time.UTC))
	}
	for i, raw := range oddMails(o.t) {
		o.put("Odd", raw, time.Date(2015, 1, 1, 0, 0, i, 0, time.UTC))
	}
}

// data is the folder of mails that nobody here wrote.
const data = "../../../shared/data"

// oddMails are the mails that parsers are tested with.
func oddMails(t *testing.T) (all []string) {
	t.Helper()
	for _, dir := range []string{"enmime", "ruby-mail", "cpython-email", "stalwart-mail-parser", "mime4j", "notmuch", "reply-discourse"} {
		err := filepath.WalkDir(filepath.Join(data, dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !slices.Contains([]string{".eml", ".raw", ".msg"}, filepath.Ext(path)) {
				return err
			}
			b, err := os.ReadFile(path)
			if err == nil && len(b) > 0 && !bytes.HasPrefix(b, []byte("From ")) {
				all = append(all, string(b))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// fromOf is the From field of a header.
func fromOf(head string) string {
	_, rest, _ := strings.Cut("\n"+head, "\nFrom: ")
	from, _, _ := strings.Cut(rest, "\n")
	return from
}

// mboxMails are the mails of an mbox file.
func mboxMails(t *testing.T, file string) (mails []string) {
	t.Helper()
	all, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	begins := fromLine.FindAllIndex(all, -1)
	begins = slices.DeleteFunc(begins, func(at []int) bool { return at[0] > 0 && !bytes.HasSuffix(all[:at[0]], []byte("\n\n")) })
	for i, at := range begins {
		end := len(all)
		if i+1 < len(begins) {
			end = begins[i+1][0]
		}
		// With the empty line at its end, which may be its own.
		mails = append(mails, quotedFrom.ReplaceAllString(string(all[at[1]:end]), "$1"))
	}
	return mails
}

// commands is among how many to each server one is chosen at which to kill. Many mails
// come with one command, and each goes with one.
type commands [2]int

var (
	ofMany = commands{50, 400}
	ofFew  = commands{15, 20}
)

// step brings the target into step. The process is killed at a random moment of what
// it says to either server, so many times at most: early at first, or a fast machine is
// done before it was killed once. The source stays as it is.
func (o *office) step(most int, of commands) {
	o.t.Helper()
	before, began := o.d.Spool(1), time.Now()
	for i := range most {
		at := o.rng.IntN(len(o.lines))
		o.kills += killedAtCommands(o.t, o.rng, o.lines[at], o.folder, max(1, of[at]*(i+1)/most), 1)
	}
	o.settle()
	o.untouched(before)
	o.t.Logf("in step in %s, %d kills so far", time.Since(began).Round(time.Second), o.kills)
}

// settle runs migrate and retry until all is done but what cannot be moved, which is
// the same three times.
func (o *office) settle() {
	o.t.Helper()
	for same, try := 0, 0; same < 3; try++ {
		verb := "migrate"
		if try%2 == 1 {
			verb = "retry"
		}
		out, err := deskhaul(o.t, verb, "--quiet", o.folder).CombinedOutput()
		var exit *exec.ExitError
		switch aside := o.quarantine(); {
		case err == nil && verb == "migrate":
			o.aside = aside
			return
		case err != nil && (!errors.As(err, &exit) || exit.ExitCode() != exitQuarantine), try == 40:
			o.t.Fatalf("%s: %v\n%s", verb, err, out)
		case slices.Equal(aside, o.aside):
			same++
		default:
			same, o.aside = 0, aside
		}
	}
}

// quarantine is what cannot be moved.
func (o *office) quarantine() (all []setAside) {
	o.t.Helper()
	out, err := deskhaul(o.t, "quarantine", "--json", o.folder).Output()
	if err == nil {
		err = json.Unmarshal(out, &all)
	}
	if err != nil {
		o.t.Fatalf("quarantine: %v\n%s", err, out)
	}
	for i := range all {
		all[i].Run = 0
	}
	return all
}

// project writes a configuration: from the first account of a server to another.
func officeProject(t *testing.T, d *imaptest.Dovecot, archive string, from, to *imaptest.Line, target int) string {
	t.Helper()
	folder := t.TempDir()
	end := func(port, n int) string {
		user, password := d.Account(n)
		name := fmt.Sprintf("IMAP_PASSWORD_%d", n)
		t.Setenv(name, password)
		return fmt.Sprintf("    connector: imap\n    host: 127.0.0.1\n    port: %d\n    security: none\n    user: %s\n    password: ${%s}\n", port, user, name)
	}
	add(t, filepath.Join(folder, "deskhaul.yaml"), "project: office\n"+archive+"sources:\n  old:\n"+end(from.Port, 1)+
		"    agents: {domains: [nordlicht.example]}\ntargets:\n  new:\n"+end(to.Port, target))
	return folder
}
