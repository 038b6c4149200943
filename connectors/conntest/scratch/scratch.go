// Package scratch says where tests keep their files.
package scratch

import "os"

// InMemory has the tests of a package keep their files in memory, where the machine has
// a file system there with room: for the init of its tests. They make durable what lives
// for a second, and would wait for the disk most of the time; that a process is killed
// takes nothing from either. What TMPDIR says goes before, and with the build tag
// integration they are on the disk.
func InMemory() {
	if dir := memory(); dir != "" && os.Getenv("TMPDIR") == "" {
		if err := os.Setenv("TMPDIR", dir); err != nil {
			panic(err)
		}
	}
}
