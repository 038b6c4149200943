//go:build integration

package main

import "testing"

// The same with more to do, every fault several times, and processes that are killed.
func TestInVeryBadWeather(t *testing.T) {
	inBadWeather(t, severity{mails: 149, packs: 3, gap: 4, kills: 3})
}
