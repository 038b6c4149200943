//go:build integration && !linux

package rttest

import "syscall"

func dieWithUs() *syscall.SysProcAttr { return nil }
