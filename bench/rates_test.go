//go:build integration

package bench

func init() { rates = append(rates, 700) }
