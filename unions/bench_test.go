package unions

import (
	"errors"
	"fmt"
	"testing"
)

// Things with two words each, every tenth of which shares one.
func BenchmarkAdd(b *testing.B) {
	const n = 100_000
	for b.Loop() {
		s, err := New(b.Context(), b.TempDir())
		if err != nil {
			b.Fatal(err)
		}
		for i := range n {
			if err := s.Add(b.Context(), fmt.Sprint(i), 0, []string{fmt.Sprintf("c%d", i-i%10/9), fmt.Sprintf("d%d", i)}); err != nil {
				b.Fatal(err)
			}
		}
		if err := errors.Join(s.Done(), s.Close()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "things/s")
}
