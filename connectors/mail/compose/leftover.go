package compose

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// tempPattern is the name of a file that is not whole yet. It tells the process,
// so that what a killed one left behind can be told from what another is writing.
func tempPattern(name string) string {
	return name + "-" + strconv.Itoa(os.Getpid()) + "-*.tmp"
}

// longAbandoned is how old a file must be that tells no process: Maildir's own rule
// for its tmp folder (https://cr.yp.to/proto/maildir.html).
const longAbandoned = 36 * time.Hour

// began is when this process began.
var began = time.Now()

// sweep removes the unfinished files that killed runs left behind. Others' files
// in the folder (a mail server's, in a Maildir) stay.
func (s *Files) sweep() error {
	folder := filepath.Join(s.Root, s.Temp)
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !abandoned(e) {
			continue
		}
		if err := os.Remove(filepath.Join(folder, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// abandoned tells a file of ours whose process is gone.
func abandoned(e fs.DirEntry) bool {
	name, ours := strings.CutSuffix(e.Name(), ".tmp")
	parts := strings.Split(name, "-")
	if !ours || e.IsDir() || len(parts) < 2 {
		return false
	}
	st, err := e.Info()
	if err != nil {
		return false
	}
	pid, err := strconv.Atoi(parts[len(parts)-2])
	switch {
	case err != nil || len(parts) < 3:
		return time.Since(st.ModTime()) > longAbandoned
	case pid == os.Getpid(): // a container gives each run the same number
		return st.ModTime().Before(began)
	}
	return !running(pid)
}

func running(pid int) bool {
	// Linux keeps a dead process until its parent asks for it, and in a container
	// that may be never.
	if stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat"); err == nil {
		_, state, _ := strings.Cut(string(stat), ") ")
		if strings.HasPrefix(state, "Z") {
			return false
		}
	}
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	return !errors.Is(p.Signal(syscall.Signal(0)), os.ErrProcessDone)
}
