package project

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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

func identify(t *testing.T, p *Project) (uuids []string, notices []string) {
	t.Helper()
	notices, err := p.Identify(true)
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
		"points elsewhere":          {[]string{"a=x"}, []string{"a=y"}, []int{-1}, `source "a" pointed to x before and points to y now`},
		"rehearsal, then for real":  {[]string{"out=sandbox"}, []string{"out=real", "old=sandbox"}, []int{-1, 0}, "points to real now"},
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
	_, err := sources(dir, "c=x").Identify(true)
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
	if _, err := p.Identify(false); err != nil || p.UUID == "" || p.Sources[0].UUID == "" {
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
		if _, err := p.Identify(true); err == nil {
			t.Errorf("%s was taken", src)
		}
		if b, err := os.ReadFile(file); err != nil || string(b) != src {
			t.Errorf("%s was replaced by %s, %v", src, b, err)
		}
	}
}
