//go:build !integration

package scratch

import "syscall"

// What is asked of a file system in memory (statfs(2)).
const (
	tmpfs  = 0x01021994
	noExec = 0x8 // programs that tests put there would not run
	room   = 2 << 30
)

// memory is a file system in memory that will do; "" if there is none.
func memory() string {
	const dir = "/dev/shm"
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil || fs.Type != tmpfs || fs.Flags&noExec != 0 {
		return ""
	}
	if fs.Bavail*uint64(fs.Bsize) < room || syscall.Access(dir, 7) != nil {
		return ""
	}
	return dir
}
