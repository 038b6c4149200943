package report

import (
	"fmt"
	"math"
	"sort"

	"github.com/deskhaul/deskhaul/desk"
)

// Sampled says that not all tickets were looked at.
type Sampled struct {
	Of        string `json:"of"` // random, or run N
	Looked    int64  `json:"looked"`
	All       int64  `json:"all"`              // of which they were drawn
	Differing int64  `json:"differing"`        // of those looked at
	Unseen    int64  `json:"unseen,omitempty"` // of those looked at, with something that could not be seen
	Seed      uint64 `json:"seed,omitempty"`
	// Least and Most are how many of all tickets differ, with 95% confidence; AtMost is
	// Most as a share. Of a random sample alone.
	Least  int64   `json:"least,omitempty"`
	Most   int64   `json:"most,omitempty"`
	AtMost float64 `json:"at_most,omitempty"`
}

// Conclude fills in what a random sample proves. What could not be looked at may differ.
func (s *Sampled) Conclude() {
	if s.Looked == 0 {
		return
	}
	s.All = max(s.All, s.Looked)
	s.Least, s.Most = Confidence(s.All, s.Looked, s.Differing, s.Differing+s.Unseen)
	s.AtMost = float64(s.Most) / float64(s.All)
}

// sentence says what was drawn, and what that proves.
func (s *Sampled) sentence(t Tongue) string {
	drawn := t.Say("no difference in %d of %d tickets drawn at random", s.Looked, s.All)
	if s.Differing > 0 {
		drawn = t.Say("differences in %d of %d tickets looked at, of %d drawn at random", s.Differing, s.Looked, s.All)
	}
	if s.Unseen > 0 {
		drawn = t.Say("%s (%d not wholly seen, which may differ)", drawn, s.Unseen)
	}
	switch {
	case s.Looked == s.All && s.Unseen == 0:
		return t.Say("%s: that is all of them", drawn)
	case s.Least > 0:
		return t.Say("%s: with 95%% confidence between %s and %s of all differ (%d to %s)", drawn,
			percent(s.Least, s.All, false), percent(s.Most, s.All, true), s.Least, t.many(desk.KindTicket, s.Most))
	}
	return t.Say("%s: with 95%% confidence at most %s of all differ (%s)", drawn, percent(s.Most, s.All, true), t.many(desk.KindTicket, s.Most))
}

// percent is a share in two significant digits, rounded to the safe side.
func percent(n, of int64, up bool) string {
	v := 100 * float64(n) / float64(of)
	if v == 0 {
		return "0%"
	}
	unit := math.Pow(10, math.Floor(math.Log10(v))-1)
	if up {
		v = math.Min(100, math.Ceil(v/unit-1e-9)*unit)
	} else {
		v = math.Floor(v/unit+1e-9) * unit
	}
	return fmt.Sprintf("%.12g%%", math.Round(v*1e6)/1e6)
}

// Confidence is how many of all records differ, at least and at most, with 95%
// confidence, when of so many drawn at random at least low and at most high do. It is the
// interval of Clopper and Pearson for a population that is not endless: drawn without
// putting back, a sample of all of it leaves no doubt. Where none differs there is one
// side only, and all of the 5% are on it.
//
// C. J. Clopper, E. S. Pearson: The use of confidence or fiducial limits illustrated in
// the case of the binomial, Biometrika 26 (1934); for the hypergeometric distribution
// W. Wang: Exact optimal confidence intervals for hypergeometric parameters, JASA 110
// (2015), section 1.
func Confidence(all, looked, low, high int64) (least, most int64) {
	tail := 0.05
	if low > 0 && high < all {
		tail = 0.025
	}
	tail += 1e-9 // what is just as likely is refuted, however it is rounded
	// The more differ in all, the less likely are few in the sample.
	first, last := high, all-(looked-high)
	most = first - 1 + int64(sort.Search(int(last-first+1), func(i int) bool {
		return hypergeometric(all, first+int64(i), looked, high) <= tail
	}))
	if low > 0 {
		last := all - (looked - low)
		least = low + int64(sort.Search(int(last-low+1), func(i int) bool {
			return 1-hypergeometric(all, low+int64(i), looked, low-1) > tail
		}))
	}
	return min(least, low+all-looked), max(most, high)
}

// hypergeometric is the probability of at most k hits among looked drawn of all, of
// which hits are some.
func hypergeometric(all, hits, looked, k int64) (sum float64) {
	whole := choose(all, looked)
	for i := max(0, looked-(all-hits)); i <= min(k, hits, looked); i++ {
		sum += math.Exp(choose(hits, i) + choose(all-hits, looked-i) - whole)
	}
	return math.Min(1, sum)
}

// choose is the logarithm of how many ways there are to choose k of n.
func choose(n, k int64) float64 {
	lg := func(x int64) float64 { v, _ := math.Lgamma(float64(x + 1)); return v }
	return lg(n) - lg(k) - lg(n-k)
}
