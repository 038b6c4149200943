package compose

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// What a killed run left half written goes when the next one begins to write; what
// someone else is writing, and what is not ours, stays.
func TestSweep(t *testing.T) {
	gone := exec.Command(os.Args[0], "-test.run=^$")
	if err := gone.Run(); err != nil {
		t.Fatal(err)
	}
	unburied := exec.Command(os.Args[0], "-test.run=^$")
	if err := unburied.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unburied.Wait() })
	if _, err := os.Stat("/proc/self/stat"); err == nil {
		for running(unburied.Process.Pid) {
			time.Sleep(time.Millisecond)
		}
	}
	root := t.TempDir()
	old := began.Add(-time.Minute)
	for name, at := range map[string]time.Time{
		fmt.Sprintf("aa-%d-1.tmp", gone.Process.Pid): time.Now(),              // of a process that is no more
		fmt.Sprintf("bb-%d-1.tmp", os.Getpid()):      old,                     // of one that had our number
		fmt.Sprintf("cc-%d-1.tmp", os.Getpid()):      time.Now(),              // ours
		fmt.Sprintf("dd-%d-1.tmp", os.Getppid()):     old,                     // of one that runs
		"ee-1234.tmp":                                time.Now(),              // tells no process
		"ff-1234.tmp":                                began.AddDate(0, 0, -3), // the same, of last week
		"1700000000.M1P2.host":                       began.AddDate(0, 0, -3), // a mail server's
	} {
		path := filepath.Join(root, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	s := &Files{Root: root, Temp: ".", Make: func(string, string) error { return nil }}
	if err := s.folder("x"); err != nil {
		t.Fatal(err)
	}
	var left []string
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		left = append(left, e.Name()[:2])
	}
	if want := []string{"17", "cc", "dd", "ee"}; !slices.Equal(left, want) {
		t.Errorf("left %v, want %v", left, want)
	}
}
