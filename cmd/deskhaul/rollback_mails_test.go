package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/desk"
)

// mailsOfThread are the files of the mails of ours below a folder that hold some words, in the
// order of their names, which begin with the time.
func mailsOfThread(t *testing.T, root, words string) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".eml") {
			return err
		}
		b, err := os.ReadFile(path)
		if strings.Contains(string(b), words) {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(paths)
	return paths
}

// Of a ticket whose first mail somebody deleted the others are taken back as well, and
// verify says what is gone of it.
func TestRollbackOfTicketsWithoutTheirFirstMail(t *testing.T) {
	mbox, root := filepath.Join(t.TempDir(), "support.mbox"), filepath.Join(t.TempDir(), "out")
	if err := appendMails(mbox, 0, 29); err != nil {
		t.Fatal(err)
	}
	j := travel(t, "mbox:"+mbox, "eml:"+root).fromMailbox()
	j.run(t, "migrate")
	all := mailsOfThread(t, root, "X-Deskhaul-Message")
	first := mailsOfThread(t, root, "X-Deskhaul-Cover")
	if len(all) != 30 || len(first) != 6 {
		t.Fatalf("%d mails, %d covers", len(all), len(first))
	}
	if err := os.Remove(first[0]); err != nil {
		t.Fatal(err)
	}
	if v, code := j.verify(t); code != exitDifference || v.Hops[0].Kinds[desk.KindTicket].There != 6 || v.Hops[0].Kinds[desk.KindMessage].There != 29 {
		t.Errorf("exit %d: %s, %+v", code, v.Line, v.Hops[0].Kinds)
	}
	if h := j.rollback(t, "--yes"); h.Deleted[desk.KindTicket] != 6 || len(h.Left) > 0 {
		t.Errorf("%+v", h)
	}
	if left := mailsOfThread(t, root, ""); len(left) > 0 {
		t.Errorf("left are %q", left)
	}
}
