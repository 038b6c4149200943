package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTooSmall(t *testing.T) {
	for _, tt := range []struct {
		size, free int64
		want       bool
	}{{5 << 30, 1 << 30, true}, {1 << 30, 5 << 30, false}, {5, 0, false}, {0, 0, false}} {
		f, got := tooSmall(tt.size, tt.free)
		if got != tt.want || got && !strings.Contains(f.Text, "have 5.0 GiB, and only 1.0 GiB are free") {
			t.Errorf("%d of %d: %v %q", tt.size, tt.free, got, f.Text)
		}
	}
}

// Looking at a project needs no right to write there; check says that moving does.
func TestReadOnlyProject(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	dir := t.TempDir()
	if err := appendMails(filepath.Join(dir, "support.mbox"), 1, 10); err != nil {
		t.Fatal(err)
	}
	if out, code := pasted(t, dir, "deskhaul init --from mbox:support.mbox acme && deskhaul migrate -q acme"); code != 0 {
		t.Fatal(out)
	}
	if out, code := pasted(t, dir, "chmod -R a-w acme"); code != 0 {
		t.Fatal(out)
	}
	defer pasted(t, dir, "chmod -R u+w acme")
	for verb, want := range map[string]string{
		"status": "10 moved", "plan": "do nothing", "quarantine": "Nothing is aside", "plan --ticket 1@mail.test": "would be unchanged",
	} {
		if out, code := pasted(t, dir, "deskhaul "+verb+" acme"); code != 0 || !strings.Contains(out, want) {
			t.Errorf("%s: exit %d\n%s", verb, code, out)
		}
	}
	if out, code := pasted(t, dir, "deskhaul check acme"); code != exitUsage || !strings.Contains(out, "nothing can be moved") {
		t.Errorf("check: exit %d\n%s", code, out)
	}
	if out, code := pasted(t, dir, "deskhaul migrate acme"); code != exitError {
		t.Errorf("migrate: exit %d\n%s", code, out)
	}
}
