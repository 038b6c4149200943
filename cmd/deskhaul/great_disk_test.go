//go:build integration && linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// greatDisk is where a round's project and files lie: a disk of its own, if one can be
// had, that is full when it is told to.
type greatDisk struct {
	at     string
	resize func(size string) // nil: it is never full
}

func newGreatDisk(t *testing.T, at string, small bool) *greatDisk {
	t.Helper()
	d := &greatDisk{at: at}
	if err := os.MkdirAll(at, 0o700); err != nil {
		t.Fatal(err)
	}
	if small {
		d.resize = mounted(t, at, "512m")
		t.Cleanup(func() { // what lies on it is kept with the rest
			if t.Failed() {
				_ = os.CopyFS(filepath.Join(filepath.Dir(at), "kept"), os.DirFS(at))
			}
		})
	}
	return d
}

// leave leaves so many bytes free; 0 is enough.
func (d *greatDisk) leave(t *testing.T, room int64) {
	t.Helper()
	if d.resize == nil {
		return
	}
	if room == 0 {
		d.resize("512m")
		return
	}
	var st syscall.Statfs_t
	if err := syscall.Statfs(d.at, &st); err != nil {
		t.Fatal(err)
	}
	d.resize(fmt.Sprint((int64(st.Blocks)-int64(st.Bfree))*st.Bsize + room))
}
