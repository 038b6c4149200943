//go:build !linux || integration

package scratch

func memory() string { return "" }
