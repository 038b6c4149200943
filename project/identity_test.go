package project

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/deskhaul/deskhaul/connectors"
)

// sources makes a project whose sources are NAME=ACCOUNT.
func sources(dir string, pairs ...string) *Project {
	p := &Project{Folder: dir}
	for _, pair := range pairs {
		name, account, _ := strings.Cut(pair, "=")
		p.Sources = append(p.Sources, &System{Name: name, Account: account, Spec: connectors.Spec{Name: "mbox"}})
	}
	return p
}

// always says that every system was used.
func always(string) (bool, error) { return true, nil }

func identify(t *testing.T, p *Project) (uuids []string, notices []string) {
	t.Helper()
	notices, err := p.Identify(true, always)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range p.Sources {
		uuids = append(uuids, s.UUID)
	}
	return uuids, notices
}

func TestIdentityStaysWithTheAccount(t *testing.T) {
	tests := map[string]struct {
		then, now []string
		same      []int // for each system of now, which of then it is; -1 a new one
		notice    string
	}{
		"nothing changed":           {[]string{"a=x", "b=y"}, []string{"a=x", "b=y"}, []int{0, 1}, ""},
		"renamed":                   {[]string{"a=x", "b=y"}, []string{"b=y", "c=x"}, []int{1, 0}, ""},
		"names swapped":             {[]string{"a=x", "b=y"}, []string{"a=y", "b=x"}, []int{1, 0}, ""},
		"one more":                  {[]string{"a=x"}, []string{"a=x", "b=x"}, []int{0, -1}, ""},
		"two of one account":        {[]string{"a=x", "b=x"}, []string{"b=x", "a=x"}, []int{1, 0}, ""},
		"one of two renamed":        {[]string{"a=x", "b=x"}, []string{"b=x", "c=x"}, []int{1, 0}, ""},
		"rehearsal, then for real":  {[]string{"out=sandbox"}, []string{"out=real", "old=sandbox"}, []int{-1, 0}, ""},
		"the old one is taken away": {[]string{"a=x", "b=y"}, []string{"b=y"}, []int{1}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			then, _ := identify(t, sources(dir, tt.then...))
			now, notices := identify(t, sources(dir, tt.now...))
			var got []int
			for _, id := range now {
				at := -1
				for i := range then {
					if then[i] == id {
						at = i
					}
				}
				got = append(got, at)
			}
			if diff := cmp.Diff(tt.same, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if joined := strings.Join(notices, "\n"); (joined == "") != (tt.notice == "") || !strings.Contains(joined, tt.notice) {
				t.Errorf("notices %q, want %q", joined, tt.notice)
			}
			again, _ := identify(t, sources(dir, tt.now...))
			if !cmp.Equal(again, now) {
				t.Error("another identity the next time")
			}
		})
	}
}

func TestTwoThatFitAreNotGuessed(t *testing.T) {
	dir := t.TempDir()
	identify(t, sources(dir, "a=x", "b=x"))
	_, err := sources(dir, "c=x").Identify(true, always)
	if err == nil || !strings.Contains(err.Error(), `so did "a" and "b" before`) {
		t.Error(err)
	}
}

// A folder that is moved with its mailbox inside is the same project.
func TestMovedFolderKeepsIdentity(t *testing.T) {
	root := t.TempDir()
	from, to := filepath.Join(root, "one"), filepath.Join(root, "two")
	first := sources(from, "a="+from+"/support.mbox", "b=/srv/x.mbox")
	then, _ := identify(t, first)
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
	second := sources(to, "a="+to+"/support.mbox", "b=/srv/x.mbox")
	now, notices := identify(t, second)
	if !cmp.Equal(then, now) || first.UUID != second.UUID || len(notices) > 0 {
		t.Error(then, now, notices)
	}
}

func TestUnsavedIdentityLeavesNoTrace(t *testing.T) {
	p := sources(t.TempDir(), "a=x")
	if _, err := p.Identify(false, always); err != nil || p.UUID == "" || p.Sources[0].UUID == "" {
		t.Fatal(err, p.UUID)
	}
	if _, err := os.Stat(p.Hidden()); !os.IsNotExist(err) {
		t.Error("something was written", err)
	}
}

func TestDamagedIdentityIsNotReplaced(t *testing.T) {
	for _, src := range []string{"{", "{}", `{"version": 99, "uuid": "x"}`} {
		p := sources(t.TempDir(), "a=x")
		if err := p.Prepare(); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(p.Hidden(), "project.json")
		if err := os.WriteFile(file, []byte(src), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Identify(true, always); err == nil {
			t.Errorf("%s was taken", src)
		}
		if b, err := os.ReadFile(file); err != nil || string(b) != src {
			t.Errorf("%s was replaced by %s, %v", src, b, err)
		}
	}
}

func touch(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A tree that is moved with the project in it and the mailbox beside it is the same.
func TestMovedTreeKeepsIdentity(t *testing.T) {
	root := t.TempDir()
	at := func(dir string) (*Project, string) {
		box := filepath.Join(root, dir, "mail", "support.mbox")
		return sources(filepath.Join(root, dir, "acme"), "a="+box), box
	}
	first, box := at("one")
	touch(t, box)
	then, _ := identify(t, first)
	second, moved := at("two")
	if err := os.Rename(filepath.Join(root, "one"), filepath.Join(root, "two")); err != nil {
		t.Fatal(err)
	}
	if now, notices := identify(t, second); !cmp.Equal(then, now) || len(notices) > 0 {
		t.Error(then, now, notices)
	}
	// A copy is not a move: both are there, so nobody can tell which is meant.
	third, copied := at("three")
	touch(t, copied)
	if err := os.Rename(second.Hidden(), filepath.Join(root, "hidden")); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(third.Folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(root, "hidden"), third.Hidden()); err != nil {
		t.Fatal(err)
	}
	if _, err := third.Identify(true, always); err == nil || !strings.Contains(err.Error(), moved) {
		t.Error(err)
	}
}

// A source that points elsewhere is refused until it is said to have moved; a
// target is a new one.
func TestPointsElsewhere(t *testing.T) {
	dir := t.TempDir()
	then, _ := identify(t, sources(dir, "a=/x"))
	before, err := os.ReadFile(filepath.Join(dir, hidden, "project.json"))
	if err != nil {
		t.Fatal(err)
	}
	var unclear Unclear
	_, err = sources(dir, "a=/y").Identify(true, always)
	if !errors.As(err, &unclear) || !strings.Contains(err.Error(), `source "a" points elsewhere than before: it was /x, it is /y now`) ||
		!strings.Contains(err.Error(), "--moved a") || !strings.Contains(err.Error(), "another name") {
		t.Error(err)
	}
	if after, err := os.ReadFile(filepath.Join(dir, hidden, "project.json")); err != nil || !cmp.Equal(before, after) {
		t.Error("a refused project was written", err)
	}
	p := sources(dir, "a=/y")
	p.moved = []string{"a"}
	if now, _ := identify(t, p); !cmp.Equal(then, now) {
		t.Error("the moved source has another identity")
	}
	if now, _ := identify(t, sources(dir, "a=/y")); !cmp.Equal(then, now) {
		t.Error("that it moved was forgotten")
	}
	p.moved = []string{"b"}
	if _, err := p.Identify(true, always); !errors.As(err, &unclear) {
		t.Error("--moved of a name that is not there:", err)
	}
}

func TestTargetElsewhereIsNew(t *testing.T) {
	dir := t.TempDir()
	at := func(account string) *Project {
		p := &Project{Folder: dir}
		p.Targets = sources(dir, "out="+account).Sources
		return p
	}
	p, q, r := at("/x"), at("/y"), at("/z")
	r.moved = []string{"out"}
	for _, x := range []*Project{p, q} {
		if _, err := x.Identify(true, always); err != nil {
			t.Fatal(err)
		}
	}
	if p.Targets[0].UUID == q.Targets[0].UUID {
		t.Error("two targets share ledger rows")
	}
	_, err := r.Identify(true, always)
	if err == nil || !strings.Contains(err.Error(), "both /x and /y were called so") {
		t.Error("which of two moved was guessed:", err)
	}
	notices, err := at("/w").Identify(false, always)
	if err != nil || !strings.Contains(strings.Join(notices, ""), `target "out" pointed to /y before and points to /w now`) {
		t.Error(notices, err)
	}
}

// Paths are bytes; JSON has only characters.
func TestEscaped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOf(rapid.Byte()).Draw(t, "path"))
		if !utf8.ValidString(escaped(s)) || unescaped(escaped(s)) != s {
			t.Fatalf("%q → %q → %q", s, escaped(s), unescaped(escaped(s)))
		}
	})
}

func TestPathsThatAreNotUTF8(t *testing.T) {
	dir := t.TempDir()
	then, _ := identify(t, sources(dir, "a=/b\xe4r.mbox", `b=/b\xe4r.mbox`))
	now, _ := identify(t, sources(dir, "a=/b\xe4r.mbox", `b=/b\xe4r.mbox`))
	if !cmp.Equal(then, now) || then[0] == then[1] {
		t.Error(then, now)
	}
}

// A first run that failed for a wrong path is no reason to ask.
func TestUnusedMayPointAnywhere(t *testing.T) {
	dir := t.TempDir()
	then, _ := identify(t, sources(dir, "a=/typo"))
	p := sources(dir, "a=/x")
	if _, err := p.Identify(true, func(string) (bool, error) { return false, nil }); err != nil {
		t.Fatal(err)
	}
	if p.Sources[0].UUID == then[0] {
		t.Error("it may have notes of the other")
	}
	if now, _ := identify(t, sources(dir, "a=/x")); now[0] != p.Sources[0].UUID {
		t.Error("its new place was forgotten")
	}
}
