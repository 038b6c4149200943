package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What check finds of a target of files is what a run would find, and it leaves nothing.
func TestCheckLooksWhetherFilesCanBeWritten(t *testing.T) {
	mbox := filepath.Join(t.TempDir(), "support.mbox")
	if err := appendMails(mbox, 0, 2); err != nil {
		t.Fatal(err)
	}
	for _, connector := range []string{"csv", "xlsx", "jsonl", "mbox", "maildir", "eml"} {
		dir := t.TempDir()
		file := filepath.Join(dir, "a file")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		good, bad := filepath.Join(dir, "new", "out.xlsx"), filepath.Join(file, "out.xlsx")
		if r := inside(t, travel(t, "mbox:"+mbox, connector+":"+good).words("check")...); r.code != exitDone {
			t.Errorf("%s: exit code %d\n%s", connector, r.code, r.all())
		}
		if _, err := os.Stat(filepath.Dir(good)); err == nil {
			t.Errorf("%s: check made something", connector)
		}
		if r := inside(t, travel(t, "mbox:"+mbox, connector+":"+bad).words("check")...); r.code != exitUsage || !strings.Contains(r.all(), "a file") {
			t.Errorf("%s: exit code %d\n%s", connector, r.code, r.all())
		}
	}
}

func TestPlacesThatCannotBeWritten(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write anywhere")
	}
	dir := t.TempDir()
	closed, file := filepath.Join(dir, "closed"), filepath.Join(dir, "x.mbox")
	if err := errors.Join(os.Mkdir(closed, 0o500), os.WriteFile(file, nil, 0o400)); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{dir: true, filepath.Join(dir, "new", "er"): true, closed: false, filepath.Join(closed, "new", "er"): false, file: false} {
		err := canWrite(path)
		if (err == nil) != want || err != nil && (!strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "make it writable")) {
			t.Errorf("%s: %v", path, err)
		}
	}
}
