//go:build unix

package main

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// freeBytes is what is free on the disk of a folder; 0 if that cannot be told.
func freeBytes(folder string) int64 {
	var st unix.Statfs_t
	if unix.Statfs(folder, &st) != nil {
		return 0
	}
	return int64(st.Bavail) * int64(st.Bsize) //nolint:gosec,unconvert // sizes of disks fit
}

// writable tells whether this user may make files in a folder.
func writable(folder string) bool { return mayWrite(folder) == nil }

// mayWrite tells why this user may not write a file, or make files in a folder.
func mayWrite(path string) error {
	need := uint32(unix.W_OK)
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		need |= unix.X_OK // without it nothing in a folder is reached
	}
	return unix.Access(path, need)
}

// ourFile tells whether a file belongs to this user.
func ourFile(in fs.FileInfo) bool {
	st, ok := in.Sys().(*syscall.Stat_t)
	return ok && int64(st.Uid) == int64(os.Geteuid())
}

// alive tells whether there is a process of a number.
func alive(process int) bool { return !errors.Is(syscall.Kill(process, 0), syscall.ESRCH) }
