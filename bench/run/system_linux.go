package main

import (
	"os"
	"syscall"
)

// peak is the most memory that a process had resident, in bytes.
func peak(p *os.ProcessState) int64 {
	if u, ok := p.SysUsage().(*syscall.Rusage); ok {
		return u.Maxrss << 10 // getrusage(2): in kilobytes
	}
	return 0
}

// settle waits until what earlier steps wrote is on the disk, so that no step pays
// for another's.
func settle() { syscall.Sync() }
