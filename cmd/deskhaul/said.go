package main

import (
	"slices"
	"strings"
)

// said is an error for people. Where several things failed for one reason, each
// says it; here it is said once.
func said(err error) string {
	var lines []string
	for line := range strings.SplitSeq(err.Error(), "\n") {
		if !slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, line) }) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
