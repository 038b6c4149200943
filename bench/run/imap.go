package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// mailbox measures how fast a mailbox on a server is moved, beside mbsync, which copies
// mails as they are. Both read the same one, and the rounds of all follow each other.
func (b *bench) mailbox(ctx context.Context) (err error) {
	if _, err := exec.LookPath("mbsync"); err != nil {
		b.missing = append(b.missing, "mbsync")
	}
	s, err := startServer(ctx, b)
	if err != nil {
		return err
	}
	defer s.stop()
	if b.away > 0 {
		if s.port, err = farAway(ctx, s.port, b.away); err != nil {
			return err
		}
	}
	account := 1
	for range b.rounds {
		for _, way := range []func(*server, int) step{
			b.deskhaulToServer, b.mbsyncToServer, b.deskhaulToFolder, b.mbsyncToFolder, b.mbsyncToFolderUnsafe,
		} {
			account++
			st := way(s, account)
			if st.args[0] == "mbsync" && len(b.missing) > 0 {
				continue
			}
			f, err := b.measure(ctx, st)
			if err != nil {
				return err
			}
			b.Steps = append(b.Steps, *f)
		}
	}
	return nil
}

// left is the folder that a step writes what it writes into.
func (b *bench) left(account int) string { return b.path(fmt.Sprint("box", account)) }

func (b *bench) deskhaulToServer(s *server, n int) step {
	to := []string{"--to", "imap:" + user(n) + "@127.0.0.1:" + strconv.Itoa(s.port), "--set", "to.security=none", "--set", "to.password=${TO}"}
	return b.deskhaulFrom(s, n, "deskhaul imap→imap", to, func() (int, error) { return s.holds(n) })
}

func (b *bench) deskhaulToFolder(s *server, n int) step {
	out := b.path(fmt.Sprint("out", n))
	return b.deskhaulFrom(s, n, "deskhaul imap→maildir", []string{"--to", "maildir:" + out}, func() (int, error) { return mailsIn(out) })
}

func (b *bench) deskhaulFrom(s *server, n int, name string, to []string, came func() (int, error)) step {
	args := []string{b.deskhaul, "migrate", "--from", "imap:" + user(1) + "@127.0.0.1:" + strconv.Itoa(s.port), "--set", "from.security=none", "--set", "from.password=${FROM}"}
	args = append(append(args, to...), "--set", "archive=none", b.left(n))
	return step{name: name, args: args, n: b.n, bytes: b.bytes, env: []string{"FROM=" + password(1), "TO=" + password(n)}, after: b.came(came)}
}

// came checks that all mails are where they should be.
func (b *bench) came(count func() (int, error)) func() error {
	return func() error {
		n, err := count()
		if err == nil && n < b.n {
			err = fmt.Errorf("%d of %d mails are there", n, b.n)
		}
		return err
	}
}

const channel = `IMAPStore far
Host 127.0.0.1
Port %[1]d
User %[2]s
Pass %[3]s
SSLType None
AuthMechs LOGIN

%[4]s

Channel all
Far :far:
Near :near:
Patterns *
Create Near
Sync Pull
CopyArrivalDate yes
SyncState %[5]s/
%[6]s
`

// mbsync copies the mailbox as its documentation has it, with the dates of arrival.
func (b *bench) mbsync(s *server, n int, name, near, more string, came func() (int, error)) step {
	dir := b.left(n)
	return step{
		name: name, args: []string{"mbsync", "-q", "-c", filepath.Join(dir, "rc"), "all"}, n: b.n, bytes: b.bytes, after: b.came(came),
		before: func(*step) error {
			if err := os.MkdirAll(filepath.Join(dir, "state"), 0o700); err != nil {
				return err
			}
			text := fmt.Sprintf(channel, s.port, user(1), password(1), near, filepath.Join(dir, "state"), more)
			return os.WriteFile(filepath.Join(dir, "rc"), []byte(text), 0o600)
		},
	}
}

func (b *bench) mbsyncToServer(s *server, n int) step {
	near := fmt.Sprintf("IMAPStore near\nHost 127.0.0.1\nPort %d\nUser %s\nPass %s\nSSLType None\nAuthMechs LOGIN", s.port, user(n), password(n))
	return b.mbsync(s, n, "mbsync imap→imap", near, "", func() (int, error) { return s.holds(n) })
}

func (b *bench) mbsyncToFolder(s *server, n int) step {
	return b.mbsyncFolder(s, n, "mbsync imap→Maildir", "FSync yes")
}

func (b *bench) mbsyncToFolderUnsafe(s *server, n int) step {
	return b.mbsyncFolder(s, n, "mbsync imap→Maildir, FSync no", "FSync no")
}

func (b *bench) mbsyncFolder(s *server, n int, name, sync string) step {
	dir := b.left(n)
	near := fmt.Sprintf("MaildirStore near\nPath %[1]s/md/\nInbox %[1]s/md/INBOX\nSubFolders Verbatim", dir)
	st := b.mbsync(s, n, name, near, "", func() (int, error) { return mailsIn(dir) })
	write := st.before
	st.before = func(st *step) error {
		if err := write(st); err != nil {
			return err
		}
		if err := os.Mkdir(filepath.Join(dir, "md"), 0o700); err != nil {
			return err
		}
		rc := filepath.Join(dir, "rc")
		text, err := os.ReadFile(rc)
		if err != nil {
			return err
		}
		return os.WriteFile(rc, append([]byte(sync+"\n\n"), text...), 0o600)
	}
	return st
}

// mailsIn counts the mails in all Maildirs under a folder.
func mailsIn(dir string) (n int, err error) {
	err = filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if in := filepath.Base(filepath.Dir(path)); err == nil && !e.IsDir() && (in == "cur" || in == "new") {
			n++
		}
		return err
	})
	return n, err
}

// boxes are the ratios of a mailbox's steps. Of several rounds the fastest counts.
func (b *bench) boxes() (out []ratio) {
	for _, r := range [][3]string{
		{"mbsync imap→imap", "deskhaul imap→imap", "above 1"},
		{"mbsync imap→Maildir", "deskhaul imap→maildir", "above 1"},
		{"mbsync imap→Maildir, FSync no", "deskhaul imap→maildir", "none"},
	} {
		theirs, ours := b.fastest(r[0]), b.fastest(r[1])
		if theirs > 0 && ours > 0 {
			out = append(out, ratio{"seconds of " + r[0] + " / of " + strings.TrimPrefix(r[1], "deskhaul "), theirs / ours, r[2]})
		}
	}
	return out
}

func (b *bench) fastest(name string) (least float64) {
	for _, f := range b.Steps {
		if f.Name == name && (least == 0 || f.Seconds < least) {
			least = f.Seconds
		}
	}
	return least
}
