// Package rounds says how often tests repeat what they do with other seeds: a few times
// whenever tests run, fewer with -short, and all with the build tag integration.
package rounds

import (
	"flag"
	"fmt"
	"testing"
)

// Of is how many rounds a test goes through.
func Of(short, ordinary, all int) int {
	switch {
	case everything:
		return all
	case testing.Short():
		return short
	}
	return ordinary
}

// Checks sets how often rapid tries the properties of a package, where that is dear: for
// the init of its tests. What -rapid.checks says goes before, and with -short it is a
// fifth; with the build tag integration it is what rapid does by itself.
func Checks(ordinary int) {
	if everything {
		return
	}
	if err := flag.Set("rapid.checks", fmt.Sprint(ordinary)); err != nil {
		panic(err)
	}
}
