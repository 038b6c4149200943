//go:build !unix

package main

// freeBytes is not known here.
func freeBytes(string) int64 { return 0 }

// writable is not known here.
func writable(string) bool { return true }
