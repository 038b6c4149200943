package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestReadmeTour runs every command of the README's tour in a folder with the
// quickstart's files, but for those that do not end or install something.
func TestReadmeTour(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, tour, _ := strings.Cut(string(readme), "\n## A tour in five minutes\n")
	tour, _, _ = strings.Cut(tour, "\n## ")
	dir := t.TempDir()
	for _, name := range []string{"support.mbox", "customers.csv"} {
		b, err := os.ReadFile(filepath.Join("../../testdata/quickstart", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ran := 0
	for line := range strings.Lines(tour) {
		command, ok := strings.CutPrefix(line, "    deskhaul ")
		if !ok || strings.HasPrefix(command, "browse ") {
			continue
		}
		command, _, _ = strings.Cut(command, " #")
		c := deskhaul(t, strings.Fields(command)...)
		c.Dir = dir
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("deskhaul %s: %v\n%s", command, err, out)
		}
		ran++
	}
	if ran < 8 {
		t.Errorf("the tour has %d commands: is it still there?", ran)
	}
}

// TestHelpExamples holds every flag and verb of the examples in the help texts to
// what there is.
func TestHelpExamples(t *testing.T) {
	t.Parallel()
	for _, c := range (&app{}).root().Commands() {
		for line := range strings.Lines(c.Example) {
			args := strings.Fields(strings.TrimSpace(line))
			if len(args) < 2 || args[0] != "deskhaul" {
				t.Errorf("%s: the example %q is no command", c.Name(), line)
				continue
			}
			root := (&app{}).root()
			verb, rest, err := root.Find(args[1:])
			if err != nil || verb == root {
				t.Errorf("%s: %q: %v", c.Name(), line, err)
				continue
			}
			if err := verb.ParseFlags(rest); err != nil {
				t.Errorf("%s: %q: %v", c.Name(), line, err)
			}
		}
	}
}

// pasted runs a line as a shell does, with deskhaul on its path.
func pasted(t *testing.T, dir, line string) (string, int) {
	t.Helper()
	path, err := exec.LookPath("deskhaul")
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), "sh", "-c", line)
	c.Dir, c.Env = dir, append(os.Environ(), "PATH="+filepath.Dir(path)+string(filepath.ListSeparator)+os.Getenv("PATH"))
	out, err := c.CombinedOutput()
	if c.ProcessState == nil {
		t.Fatal(err)
	}
	return string(out), c.ProcessState.ExitCode()
}

// What quarantine says to do next works when it is pasted, also where the move was
// told by flags with spaces in them.
func TestHintsCanBePasted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	torn := "name,email,company\nAnn,ann@one.test,One\nBob,bob@two.test,Two,one too many,and more\n"
	if err := os.WriteFile(filepath.Join(dir, "our customers.csv"), []byte(torn), 0o600); err != nil {
		t.Fatal(err)
	}
	pasted(t, dir, `deskhaul migrate -q --kinds contact --from 'csv:our customers.csv' --to archive: pf1`)
	out, _ := pasted(t, dir, "deskhaul quarantine pf1")
	_, hint, ok := strings.Cut(out, "\nNext:\n  ")
	if !ok || !strings.Contains(hint, "retry") {
		t.Fatalf("no hint in\n%s", out)
	}
	if out, code := pasted(t, dir, hint); code != exitQuarantine {
		t.Errorf("%s: exit %d\n%s", hint, code, out)
	}
}
