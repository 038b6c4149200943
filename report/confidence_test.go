package report_test

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/report"
)

// exactly is the probability of at most k hits, in whole numbers.
func exactly(all, hits, looked, k int64) float64 {
	sum := new(big.Int)
	for i := int64(0); i <= min(k, hits, looked); i++ {
		if looked-i <= all-hits {
			sum.Add(sum, new(big.Int).Mul(new(big.Int).Binomial(hits, i), new(big.Int).Binomial(all-hits, looked-i)))
		}
	}
	p, _ := new(big.Rat).SetFrac(sum, new(big.Int).Binomial(all, looked)).Float64()
	return p
}

// Of each small population and sample: the bounds are the outermost numbers that are not
// refuted.
func TestConfidenceOfAFinitePopulation(t *testing.T) {
	for all := int64(1); all <= 24; all++ {
		for looked := int64(1); looked <= all; looked++ {
			for differing := int64(0); differing <= looked; differing++ {
				tail := 0.025
				if differing == 0 || differing == all {
					tail = 0.05
				}
				tail += 1e-9
				least, most := int64(-1), int64(-1)
				for d := differing; d <= all-(looked-differing); d++ {
					if exactly(all, d, looked, differing) > tail {
						most = d
					}
					if least < 0 && 1-exactly(all, d, looked, differing-1) > tail {
						least = d
					}
				}
				if l, m := report.Confidence(all, looked, differing, differing); l != least || m != most {
					t.Fatalf("%d of %d of %d: %d to %d, want %d to %d", differing, looked, all, l, m, least, most)
				}
			}
		}
	}
}

// Of a population without end it is the interval of Clopper and Pearson: with none of 300
// the upper bound is 1 − 0.05^(1/300); with 10 of 100 it is 4.900% to 17.622%, as R's
// binom.test(10, 100) has it.
func TestConfidenceIsThatOfClopperAndPearson(t *testing.T) {
	const all = 100_000_000
	for _, c := range []struct {
		looked, differing int64
		least, most       float64
	}{
		{300, 0, 0, 1 - math.Pow(0.05, 1.0/300)},
		{100, 10, 0.04900469, 0.17622597},
	} {
		least, most := report.Confidence(all, c.looked, c.differing, c.differing)
		if math.Abs(float64(least)/all-c.least) > 1e-5 || math.Abs(float64(most)/all-c.most) > 1e-5 {
			t.Errorf("%d of %d: %.6f to %.6f, want %.6f to %.6f", c.differing, c.looked, float64(least)/all, float64(most)/all, c.least, c.most)
		}
	}
}

// What a sample proves is said as people would repeat it, rounded to the safe side.
func TestSampleIsSaid(t *testing.T) {
	for want, s := range map[string]report.Sampled{
		"no difference in 300 of 12,431 tickets drawn at random: with 95% confidence at most 0.99% of all differ (122 tickets)":                              {All: 12431, Looked: 300},
		"differences in 3 of 300 tickets looked at, of 12,431 drawn at random: with 95% confidence between 0.21% and 2.9% of all differ (27 to 356 tickets)": {All: 12431, Looked: 300, Differing: 3},
		"no difference in 40 of 40 tickets drawn at random: that is all of them":                                                                             {All: 40, Looked: 40},
		"(2 not wholly seen, which may differ): with 95% confidence at most":                                                                                 {All: 1000, Looked: 100, Unseen: 2},
	} {
		s.Of = report.Random
		s.Conclude()
		v := report.Verification{Hops: []report.VerifiedHop{{Sample: &s}}}
		v.Complete()
		if !strings.Contains(v.Line, want) {
			t.Errorf("%q\ndoes not say %q", v.Line, want)
		}
	}
}
