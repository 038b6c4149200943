//go:build !unix

package main

import (
	"io/fs"
	"os"
)

// freeBytes is not known here.
func freeBytes(string) int64 { return 0 }

// writable is not known here.
func writable(string) bool { return true }

// ourFile is not known here, where each user has a folder of temporary files.
func ourFile(fs.FileInfo) bool { return true }

// mayWrite is not known here.
func mayWrite(string) error { return nil }

// alive tells whether there is a process of a number.
func alive(process int) bool {
	_, err := os.FindProcess(process)
	return err == nil
}
