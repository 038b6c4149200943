//go:build integration

package rttest

import "syscall"

// dieWithUs makes a process that we start end when we do, however that is.
func dieWithUs() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
