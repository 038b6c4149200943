package pipeline

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// The median is the one of the sorted spans, as exact as it is told, and is kept in
// little, however many tickets there are.
func TestMedian(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for n := 1; n < 200_000; n *= 3 {
		var times Times
		var all []time.Duration
		for range n {
			d := time.Duration(rng.ExpFloat64() * float64(20*time.Hour))
			times.add(d)
			all = append(all, d)
		}
		slices.Sort(all)
		want := all[(n-1)/2]
		step := time.Hour
		if want < 24*time.Hour {
			step = time.Minute
		}
		if want < time.Hour {
			step = time.Second
		}
		if got := times.Median(); got != want.Truncate(step) {
			t.Errorf("of %d: %s, want %s", n, got, want)
		}
		if len(times.spans) > 3600+24*60+24*40 {
			t.Errorf("%d spans are kept of %d", len(times.spans), n)
		}
	}
}

// A million tickets that took a week each took 19,000 years, and a week in the mean.
func TestMean(t *testing.T) {
	times := Times{}
	for range 1_000_000 {
		times.add(7 * 24 * time.Hour)
	}
	if times.Mean() != 7*24*time.Hour {
		t.Error(times.Mean())
	}
}
